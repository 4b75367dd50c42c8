"""What differs between two texts, word by word, and between the settings that made two replies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from .json_types import Json
from .records import RequestRecord

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_WORDS = 3_000
"""Longer stretches are told apart by lines only: matching takes time with the square of their length."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both have (``same``), only the first (``gone``) or only the second (``new``)."""

    kind: Literal["same", "gone", "new"]
    text: str


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """The way from ``old`` to ``new``: lines first, then the words of lines that differ (Ratcliff and
    Obershelp's matching, as in ``difflib``). Same and gone pieces add up to ``old``, same and new to ``new``."""
    return tuple(_joined(_by_lines(old, new)))


def _by_lines(old: str, new: str) -> Iterator[Piece]:
    for tag, before, after in _stretches(_LINE.findall(old), _LINE.findall(new)):
        if tag != "replace":
            yield from _pieces(tag, before, after)
            continue
        words, others = _WORD.findall("".join(before)), _WORD.findall("".join(after))
        if len(words) > _MOST_WORDS or len(others) > _MOST_WORDS:
            yield from _pieces(tag, before, after)
            continue
        for inner, removed, added in _stretches(words, others):
            yield from _pieces(inner, removed, added)


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag, old[a:b], new[c:d]


def _pieces(tag: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if tag == "equal":
        yield Piece("same", "".join(old))
        return
    if old:
        yield Piece("gone", "".join(old))
    if new:
        yield Piece("new", "".join(new))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """A lone space between two changes is part of them: "new words" reads better than two single ones."""
    gone, new = "", ""
    for piece in pieces:
        if piece.kind == "gone":
            gone += piece.text
        elif piece.kind == "new":
            new += piece.text
        elif gone and new and piece.text == " ":
            gone, new = gone + " ", new + " "
        else:
            yield from _change(gone, new)
            gone = new = ""
            yield piece
    yield from _change(gone, new)


def _change(gone: str, new: str) -> Iterator[Piece]:
    space = " " if gone.endswith(" ") and new.endswith(" ") else ""  # what was joined and led nowhere
    gone, new = gone.removesuffix(space), new.removesuffix(space)
    if gone:
        yield Piece("gone", gone)
    if new:
        yield Piece("new", new)
    if space:
        yield Piece("same", space)


@dataclass(frozen=True, slots=True)
class SettingDifference:
    """``old`` and ``new`` are shown as they are; ``""`` means that the request had none."""

    name: str
    old: str
    new: str


def setting_differences(old: RequestRecord, new: RequestRecord) -> tuple[SettingDifference, ...]:
    """What differs between two requests: the model, then the fields of the JSON that was sent, the conversation
    itself summed up in one line."""
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
    fingerprint = record.info.get("system_fingerprint")
    if fingerprint:
        found["system_fingerprint"] = _shown(fingerprint)
    return found


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def same_body(old: Mapping[str, Json], new: Mapping[str, Json]) -> bool:
    """Whether two requests are the same bit for bit, whatever the order of their fields."""
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)
