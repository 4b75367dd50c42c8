"""Full-text search over the help pages: BM25, with headings counting more than text.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .pages import Section

K1, B = 1.4, 0.6
IN_TITLE = 4  # a word in a heading counts as often in the text
IN_PAGE_TITLE = 2

_COMMON = frozenset(re.findall(r"\w+", """
    a about all am an and any are as at be between but by can could did do does doing example explain for
    from get difference give had has have here how i if in into is it its just know let like make many may
    me mean meaning more much my need of on one or our please possible really say see should show so some
    tell than that the their them then there these they thing this those to too use used using very want
    was way we were what when where which who why will with work would you your
"""))
_SAME = {
    "apikey": "key", "logprobs": "probability", "logprob": "probability", "hotkey": "shortcut",
    "keybinding": "shortcut", "keyboard": "shortcut", "image": "picture", "photo": "picture",
    "llm": "model", "chatbot": "model", "conversation": "chat", "cli": "command", "terminal": "command",
    "secret": "key", "password": "key", "pdf": "file", "document": "file", "upload": "attach",
    "attachment": "attach", "kept": "keep", "stored": "keep", "config": "setting", "configure": "setting",
    "latex": "math", "formula": "math", "equation": "math", "randomness": "temperature",
    "creative": "temperature", "telemetry": "privacy", "install": "start", "experiment": "sweep",
    "fork": "branch", "dollar": "cost", "money": "cost", "price": "cost",
}


def _stem(word: str) -> str:
    """Returns a rough stem, the same for page and question, which is all that counts here."""
    for ending, least, instead in (("ies", 5, "y"), ("ing", 6, ""), ("ed", 5, ""), ("s", 4, "")):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            if not instead and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]  # stopping, stopped
            break
    return word.rstrip("e") if len(word) > 3 else word


_SAME_STEMS = {_stem(word): _stem(other) for word, other in _SAME.items()}


def terms(text: str) -> list[str]:
    """Returns the words to search by: lower case, without endings, common words left out."""
    plain = text.lower().replace("’", "'").replace("'s", "")
    words = re.findall(r"[a-z][a-z0-9_]*|\d\d+|[^\W\d_a-z]+", plain)
    stems = (_stem(word) for word in words if word not in _COMMON)
    return [_SAME_STEMS.get(stem, stem) for stem in stems]


@dataclass(frozen=True, slots=True)
class Found:
    """A section that was found.

    ``covered`` is the share of the question, 0 to 1, that the section speaks of; rare words count more.
    """

    section: Section
    score: float
    covered: float


class Index:
    """Searches sections; it takes a few milliseconds to build for a hundred of them."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._counts = []
        for section in sections:
            counts = Counter(terms(section.body))
            for word in terms(section.title):
                counts[word] += IN_TITLE
            for word in terms(section.page_title):
                counts[word] += IN_PAGE_TITLE
            self._counts.append(counts)
        self._lengths = [counts.total() for counts in self._counts]
        self._mean = sum(self._lengths) / len(self._lengths)
        spread = Counter(word for counts in self._counts for word in counts)
        total = len(sections)
        self._rarity = {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in spread.items()}

    def search(self, query: Mapping[str, float], most: int = 5) -> list[Found]:
        """Returns the best sections for weighted terms, best first."""
        rarest = max(self._rarity.values())
        whole = math.fsum(weight * self._rarity.get(word, rarest) for word, weight in query.items())
        found = [
            Found(section, score, self._matched(number, query) / whole)
            for number, section in enumerate(self._sections) if (score := self._score(number, query)) > 0
        ]
        return sorted(found, key=lambda item: (-item.score, item.section.label))[:most]

    def knows(self, word: str) -> bool:
        """Returns whether a word occurs in any section."""
        return word in self._rarity

    def _matched(self, number: int, query: Mapping[str, float]) -> float:
        counts = self._counts[number]
        return math.fsum(weight * self._rarity[word] for word, weight in query.items() if word in counts)

    def _score(self, number: int, query: Mapping[str, float]) -> float:
        counts = self._counts[number]
        norm = K1 * (1 - B + B * self._lengths[number] / self._mean)
        return math.fsum(
            weight * self._rarity[word] * counts[word] * (K1 + 1) / (counts[word] + norm)
            for word, weight in query.items() if word in counts
        )
