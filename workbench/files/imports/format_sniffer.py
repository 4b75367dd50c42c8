"""The format sniffer: looks at the shape of a source, by which the formats recognise their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from workbench.core.errors import BadInput

from .databases import opened
from .fields import Fields, mapping
from .json_sample import Enough, sample
from .json_text import JsonText
from .sources import Source

BEGINNING = 256_000
"""Bytes of a text that is no JSON."""
_SAMPLES = {"array": 3, "lines": 20}


@dataclass(frozen=True, slots=True)
class SourceHead:
    """The shape of a document. ``kind`` is the type of the first JSON in it: ``array`` (``samples`` are its first
    objects), ``object``, ``lines`` (the first 20 objects of JSON lines), ``sqlite`` (with the columns of its
    ``tables``), ``text`` (with its ``beginning``) or ``none``. Samples are shortened, see ``json_sample``. ``name`` is
    the name of the document, ``members`` those of all that is in the source."""

    members: Sequence[str]
    kind: str = "none"
    samples: Sequence[Fields] = field(default_factory=tuple)
    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    beginning: str = ""
    name: str = ""

    @property
    def first(self) -> Fields:
        return self.samples[0] if self.samples else {}

    def any_has(self, *names: str) -> bool:
        return any(all(name in sample for name in names) for sample in self.samples)

    def has_member(self, name: str) -> bool:
        return any(PurePosixPath(member).name == name for member in self.members)


_TEXTS = (".txt", ".md", ".log")
"""Ends of the names of texts for reading, in which a bracket at the beginning may begin a time or a link."""


def sniff(source: Source, member: str = "") -> SourceHead:
    """Looks at a member; without its name at the one that tells most, as far as names show it."""
    member = member or _telling(source.members)
    if not member:
        return SourceHead(source.members)
    name = PurePosixPath(member).name
    with source.open(member) as stream:
        beginning = stream.read(BEGINNING)
    if beginning.startswith(b"SQLite format 3\0"):
        return SourceHead(source.members, "sqlite", tables=_tables(source), name=name)
    start = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith((b"[", b"{", b"\x1e{", b"\xff\xfe", b"\xfe\xff")):
        text = beginning.decode("utf-8-sig", "ignore")
        return SourceHead(source.members, "none" if "\0" in text else "text", beginning=text, name=name)
    try:
        kind, samples = _samples(source, member)
    except BadInput:
        if PurePosixPath(name).suffix.lower() not in _TEXTS:
            raise
        return SourceHead(source.members, "text", beginning=beginning.decode("utf-8-sig", "ignore"), name=name)
    return SourceHead(source.members, kind, samples, name=name)


def _tables(source: Source) -> Mapping[str, frozenset[str]]:
    if len(source.members) > 1:
        return {}
    with opened(source.path) as found:
        return {name: found.columns(name) for name in found.names}


def _samples(source: Source, member: str) -> tuple[str, Sequence[Fields]]:
    """Returns the kind of a document of JSON with its samples. Raises ``BadInput`` when its first value is damaged."""
    found: list[Any] = []
    with source.open(member) as stream:
        text = JsonText(stream, PurePosixPath(member).name)
        kind = {"[": "array", "{": "object"}.get(text.peek(), "none")
        try:
            for _ in text.places() if kind == "array" else _lines(text):
                sample(text, found.append)
                if kind == "object" and text.peek() == "{":
                    kind = "lines"
                if sum(isinstance(item, dict) for item in found) >= _SAMPLES.get(kind, 2) or len(found) > 100:
                    break
        except Enough:
            pass
        except BadInput:
            if kind != "lines":
                raise
    return kind, [mapping(item) for item in found if isinstance(item, dict)]


def _lines(text: JsonText) -> Iterator[None]:
    while text.peek() == "{":
        yield


def _telling(members: Sequence[str]) -> str:
    """Returns ``conversations.json`` if there is one, else a JSON or JSON lines file, else the only file."""
    if len(members) == 1:
        return members[0]
    names = {PurePosixPath(member).name: member for member in reversed(members)}
    for name in ("conversations.json", "data.json", "history.json", "metadata.json", "thread.json"):
        if name in names:
            return names[name]
    several = [member for member in members if member.endswith((".json", ".jsonl"))]
    several.sort(key=lambda member: "conversation" not in member)  # keeps the order otherwise
    return several[0] if several else ""
