"""The format sniffer: reads the beginning of a source, by which the formats recognise their own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from workbench.core.errors import BadInput

from .databases import opened
from .fields import Fields, mapping
from .json_text import JsonText
from .sources import Source

BEGINNING = 1_000_000
"""Bytes that are looked at, unless the first item of an array is longer."""
_SAMPLE = 3


@dataclass(frozen=True, slots=True)
class SourceHead:
    """``kind`` is the type of the first JSON in the source: ``array`` (``samples`` are its first objects), ``object``
    (``samples`` has one, with the fields seen so far; a long one is None), ``lines`` (``samples`` is the first line),
    ``sqlite`` (with its ``tables``) or ``none``."""

    members: Sequence[str]
    kind: str = "none"
    samples: Sequence[Fields] = field(default_factory=tuple)
    tables: frozenset[str] = frozenset()

    @property
    def first(self) -> Fields:
        return self.samples[0] if self.samples else {}

    def any_has(self, *names: str) -> bool:
        return any(all(name in sample for name in names) for sample in self.samples)

    def has_member(self, name: str) -> bool:
        return any(PurePosixPath(member).name == name for member in self.members)


def sniff(source: Source) -> SourceHead:
    """Reads the head of the member that holds conversations, as far as names show it."""
    member = _telling(source.members)
    if member is None:
        return SourceHead(source.members)
    with source.open(member) as stream:
        beginning = stream.read(BEGINNING)
    if beginning.startswith(b"SQLite format 3\0") and len(source.members) == 1:
        with opened(source.path) as found:
            return SourceHead(source.members, "sqlite", tables=found.names)
    if not beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"[", b"{", b"\xff\xfe", b"\xfe\xff")):
        return SourceHead(source.members)
    text = JsonText(io.BytesIO(beginning), source.name)
    try:
        first = text.peek()
        if first == "[":
            with source.open(member) as stream:
                return SourceHead(source.members, "array", _first_objects(JsonText(stream, source.name)))
        if first == "{":
            seen, closed = _seen_fields(text)
            more = closed and text.peek() == "{"
            return SourceHead(source.members, "lines" if more else "object", (seen,))
    except BadInput:
        if len(beginning) < BEGINNING:
            raise
    return SourceHead(source.members)


def _telling(members: Sequence[str]) -> str | None:
    """Returns ``conversations.json`` if there is one, else a JSON or JSON lines file, else the only file."""
    if len(members) == 1:
        return members[0]
    names = {PurePosixPath(member).name: member for member in reversed(members)}
    for name in ("conversations.json", "data.json", "history.json", "metadata.json", "thread.json"):
        if name in names:
            return names[name]
    several = [member for member in members if member.endswith((".json", ".jsonl"))]
    several.sort(key=lambda member: "conversation" not in member)  # keeps the order otherwise
    return several[0] if several else None


def _first_objects(text: JsonText) -> list[Fields]:
    found: list[Fields] = []
    for tried, item in enumerate(text.items()):
        if isinstance(item, dict):
            found.append(item)
        if len(found) == _SAMPLE or tried > 100:
            break
    return found


def _seen_fields(text: JsonText) -> tuple[Fields, bool]:
    """Returns the fields up to the first one that does not end within the text, and whether the object ended."""
    seen: dict[str, Any] = {}
    try:
        for name in text.fields():
            seen[name] = None
            seen[name] = text.value()
    except BadInput:
        return seen, False
    return mapping(seen), True
