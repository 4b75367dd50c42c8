"""The guide (``builtin/guide``): answers questions about the program from its help pages, and says when it cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from . import tokens
from .body import Body, Turn
from .pages import Section
from .pieces import Answer, Piece
from .search import Found, Index, terms

WEAK = 2.5
"""Below this score a page shares no more than a passing word with the question."""
COVERED = 0.35
"""A page that speaks of a smaller share of the question is about something else."""
LONGEST = 4000
"""Letters of a page in an answer, when the question is about the page as a whole."""
CARRIED = 0.4
"""The weight of the words of the question before, when a question refers to it."""

_LEANS = re.compile(r"\b(it|its|that|this|them|those|more|else|example|instead|too|also|and)\b", re.I)
_MORE = re.compile(r"^\W*(more|go on|continue|tell me more|and then|what else|next)\b", re.I)
_GREETING = re.compile(r"^\W*(hi|hello|hey|good (morning|afternoon|evening)|greetings)\b[^?]{0,20}$", re.I)
_THANKS = re.compile(r"^\W*(thanks?|thank you|great|ok(ay)?|cool|perfect)\b[^?]{0,20}$", re.I)
_WHAT_YOU_DO = re.compile(r"^\W*(what can (you|i) (do|ask)\b|help\W*$|what do you know\b)", re.I)
_WHO_YOU_ARE = re.compile(r"\b(who|what) are you\b|\bare you (an? )?(ai|model|llm|human|chatgpt)\b", re.I)
_SAMPLES = (
    (re.compile(r"\b(show|see|display)\b.*\b(every|all)\b.*\bformat|\bgallery\b", re.I), "formatting"),
    (re.compile(r"\bwhat models (really|actually) (write|produce)|\blayouts?\b.*\bmodels?\b", re.I),
     "layouts"),
)


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """An answer, and how it was found."""

    answer: str
    search: str


class Guide:
    """Answers in Markdown, by the last question and its history."""

    def __init__(self, sections: Sequence[Section], folder: Path) -> None:
        self._index = Index(sections)
        self._sections = sections
        self._samples = folder / "samples"

    def answer(self, body: Body) -> Answer:
        """Yields the answer in pieces; with ``reasoning_effort`` also how it was found, as reasoning."""
        found = self.find_answer(body.turns)
        if body.reasoning_effort not in ("", "none"):
            for token in tokens.split(found.search):
                yield Piece(token, "reasoning")
        begun = body.turns[-1].text if body.turns[-1].role == "assistant" else ""
        for token in tokens.split(_continued(found.answer, begun)):
            yield Piece(token)
        return "stop"

    def find_answer(self, turns: Sequence[Turn]) -> FoundAnswer:
        """Returns the answer to the last question in a conversation."""
        asked = [turn for turn in turns if turn.role == "user"]
        question = asked[-1] if asked else Turn("user", "")
        before = asked[-2].text if len(asked) > 1 else ""
        told = "\n".join(turn.text for turn in turns[:-1] if turn.role == "assistant")
        found = self._reply(question.text.strip(), before, told)
        if question.images:
            seen = "I am a text search and cannot see pictures; pick a model with the image icon for that."
            found = FoundAnswer(f"> [!NOTE]\n> {seen}\n\n{found.answer}", found.search)
        return found

    def _reply(self, question: str, before: str, told: str) -> FoundAnswer:
        for pattern, name in _SAMPLES:
            if pattern.search(question):
                return FoundAnswer((self._samples / f"{name}.md").read_text("utf-8").strip(),
                               f"The question asks to be shown something: the sample page “{name}”.")
        if not question or _GREETING.match(question):
            return FoundAnswer(self._named("builtin-models", "Hello"), "A greeting; no search is needed.")
        if _WHAT_YOU_DO.match(question):
            return FoundAnswer(self._named("builtin-models", "What can you do"), "A question about myself.")
        if _WHO_YOU_ARE.search(question):
            return FoundAnswer(self._named("builtin-models", "Who are you"), "A question about myself.")
        if _THANKS.match(question):
            return FoundAnswer("You are welcome. Ask about any part of the program whenever you like.",
                           "Thanks; no search is needed.")
        return self._search(question, before, told)

    def _search(self, question: str, before: str, told: str) -> FoundAnswer:
        query = dict.fromkeys(terms(question), 1.0)
        carried = CARRIED if query else 1.0
        if not query or _LEANS.search(question):
            query |= {word: carried for word in terms(before) if word not in query}
        found = self._index.search(query)
        if _MORE.match(question):
            found = [item for item in found if item.section.body not in told]
        search = _account(query, found)
        if not found or found[0].score < WEAK or found[0].covered < COVERED:
            return FoundAnswer(self._at_a_loss(question, query, found), search)
        return FoundAnswer(self._page(found), search)

    def _page(self, found: Sequence[Found]) -> str:
        """Returns the best section in full, what belongs with it, and the labels of others nearby."""
        best = found[0]
        shown = [best.section]
        if best.section.title == best.section.page_title:
            shown = self._beginning(best.section)
        elif len(found) > 1 and found[1].score > 0.85 * best.score and len(found[1].section.body) < 1500:
            shown.append(found[1].section)
        text = "\n\n".join(f"## {section.title}\n\n{section.body}" for section in shown)
        near = [item.section.label for item in found if item.section not in shown and item.score > WEAK]
        if near:
            text += "\n\n---\n\nSee also: " + "; ".join(f"*{label}*" for label in near[:3]) + "."
        return text

    def _beginning(self, first: Section) -> list[Section]:
        """Returns a page from its top, as much as fits into an answer."""
        page = [section for section in self._sections if section.page == first.page]
        lengths = accumulate(len(section.body) for section in page)
        return [section for section, length in zip(page, lengths, strict=True)
                if section == first or length < LONGEST]

    def _at_a_loss(self, question: str, query: Mapping[str, float], found: Sequence[Found]) -> str:
        letters = [letter for letter in question if letter.isalpha()]
        foreign = sum(letter > "ʯ" for letter in letters) > len(letters) / 2
        if foreign or not any(map(self._index.knows, query)):
            said = ("I find nothing about that in the help pages. They are written in English and I search "
                    "them word by word, so a question in English, with the name of the thing, works best.")
        else:
            said = "The help pages say little about that. I know nothing but these pages."
        near = "".join(f"\n- {item.section.label}" for item in found[:3])
        return f"{said}\n\n" + (f"The nearest sections are:\n{near}" if near else self._topics())

    def _topics(self) -> str:
        titles = dict.fromkeys(section.page_title for section in self._sections)
        return "I can tell you about:\n\n" + "\n".join(f"- {title}" for title in titles)

    def _named(self, page: str, title: str) -> str:
        return next(item.body for item in self._sections
                    if item.page == page and item.title.startswith(title))


def _account(query: Mapping[str, float], found: Sequence[Found]) -> str:
    lines = ["Searching the help pages for: " + (", ".join(query) or "nothing in particular") + ".\n"]
    lines += [f"- {item.section.label} ({item.score:.1f})\n" for item in found]
    return "".join(lines) + ("The first fits best." if found else "Nothing fits.")


def _continued(answer: str, begun: str) -> str:
    """Returns the rest of an answer that was begun; all of it, as a new paragraph, when the beginning is another's."""
    if answer.startswith(begun):
        return answer[len(begun):]
    return answer if begun.endswith("\n\n") else f"\n\n{answer}"
