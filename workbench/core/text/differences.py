"""Differences between two texts, word by word, and between the settings that made two replies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from workbench.core.chat.template_provenance import template_words, values_of
from workbench.core.json_types import Json
from workbench.core.reply.records import RequestRecord

_WORD = re.compile(r"(\w+|[^\w\s])(\s*)|(\s+)")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_WORDS = 3_000
"""Longer texts are compared by lines only: matching takes time with the square of their length."""

_Word = tuple[str, str]
"""A word or sign, and the blanks after it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text that both have (``same``), only the first (``gone``) or only the second (``new``)."""

    kind: Literal["same", "gone", "new"]
    text: str


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """Compares ``old`` and ``new``: lines first, then the words of lines that differ (Ratcliff and Obershelp's
    matching, as in ``difflib``). Same and gone pieces add up to ``old``, same and new to ``new``."""
    return tuple(_joined(_by_lines(old, new)))


def _by_lines(old: str, new: str) -> Iterator[Piece]:
    first, second = _LINE.findall(old), _LINE.findall(new)
    for tag, a, b, c, d in SequenceMatcher(None, first, second).get_opcodes():
        before, after = "".join(first[a:b]), "".join(second[c:d])
        if tag == "equal":
            yield Piece("same", before)
            continue
        words, others = _words(before), _words(after)
        if max(len(words), len(others)) > _MOST_WORDS:
            yield from (Piece("gone", before), Piece("new", after))
        else:
            yield from _by_words(words, others)


def _by_words(old: Sequence[_Word], new: Sequence[_Word]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, [word for word, _ in old], [word for word, _ in new])
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            for (word, blank), (_, other) in zip(old[a:b], new[c:d], strict=True):
                yield Piece("same", word)
                yield from [Piece("same", blank)] if blank == other else [Piece("gone", blank), Piece("new", other)]
        else:
            yield from (Piece("gone", _text(old[a:b])), Piece("new", _text(new[c:d])))


def _words(text: str) -> list[_Word]:
    return [(match[1] or "", match[2] or match[3] or "") for match in _WORD.finditer(text)]


def _text(words: Sequence[_Word]) -> str:
    return "".join(word + blank for word, blank in words)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Joins neighbouring pieces of a kind, gone before new; a space that ends both is the same one."""
    same = gone = new = ""
    for piece in pieces:
        if piece.kind == "gone":
            gone += piece.text
        elif piece.kind == "new":
            new += piece.text
        elif piece.text:
            if gone or new:
                space = " " if gone.endswith(" ") and new.endswith(" ") else ""
                yield from _nonempty(same, gone.removesuffix(space), new.removesuffix(space))
                same, gone, new = space, "", ""
            same += piece.text
    yield from _nonempty(same, gone, new)


def _nonempty(same: str, gone: str, new: str) -> Iterator[Piece]:
    return (piece for piece in (Piece("same", same), Piece("gone", gone), Piece("new", new)) if piece.text)


@dataclass(frozen=True, slots=True)
class SettingDifference:
    """``old`` and ``new`` are texts for display; ``""`` means that the request had none."""

    name: str
    old: str
    new: str


def setting_differences(old: RequestRecord, new: RequestRecord) -> tuple[SettingDifference, ...]:
    """Compares two requests: the model, then the fields of the JSON that was sent, the conversation summed up in one
    line, and the templates."""
    first, second = _settings(old), _settings(new)
    names = dict.fromkeys((*first, *second))
    return tuple(
        SettingDifference(name, first.get(name, ""), second.get(name, ""))
        for name in names if first.get(name, "") != second.get(name, "")
    )


def _settings(record: RequestRecord) -> dict[str, str]:
    body = record.body or record.asked
    found = {"model": record.model}
    messages = body.get("messages")
    if isinstance(messages, list):
        said = [item for item in messages if isinstance(item, dict)]
        prompts = [item.get("content") for item in said if item.get("role") in ("system", "developer")]
        if prompts:
            found["system"] = "\n".join(_shown(prompt) for prompt in prompts)
        others = [item for item in said if item.get("role") not in ("system", "developer")]
        letters = sum(len(_shown(item.get("content"))) for item in others)
        found["messages"] = f"{len(others)}, {letters:,} characters"
    found.update({
        name: _shown(value) for name, value in body.items() if name not in ("messages", "model", "stream_options")
    })
    for name, use in (("template", record.template), ("system template", record.template.get("system"))):
        if words := template_words(use):
            found[name] = words
        found.update({f"{name}: {blank}": value for blank, value in values_of(use).items()})
    fingerprint = record.info.get("system_fingerprint")
    if fingerprint:
        found["system_fingerprint"] = _shown(fingerprint)
    return found


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def same_body(old: Mapping[str, Json], new: Mapping[str, Json]) -> bool:
    """Returns whether two requests are equal, whatever the order of their fields."""
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)
