"""Entries: the objects of a document, one after the other, however large it is."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from workbench.core.json_types import Json

from .fields import Fields, mapping
from .import_context import ImportContext
from .json_text import MOST_ITEM, JsonText
from .sources import Source


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of an array, a line of JSON lines, or an object alone. ``around`` is the object that its list is in,
    without the list; ``member`` is its file within the source, ``document`` the name of that file; ``place`` counts
    from 0 in it. ``source`` has what the chat may name, such as pictures."""

    data: Fields
    source: Source
    document: str
    place: int = 0
    around: Fields = field(default_factory=dict)
    member: str = ""


def entries(source: Source, *within: str) -> Iterator[Entry]:
    """Yields the entries of all documents that are to be read. In an object that has a list at ``within`` (names from
    the top down) they are the items of the list. What is no object has no ``data``."""
    for member in source.chosen:
        name = PurePosixPath(member).name
        for place, (item, around) in enumerate(_items(source, member, within)):
            yield Entry(mapping(item), source, name, place, around, member)


def _items(source: Source, member: str, within: tuple[str, ...]) -> Iterator[tuple[Json, Fields]]:
    name = PurePosixPath(member).name
    if within:
        with source.open(member) as stream:
            text = JsonText(stream, name)
            around, found = _without(text, within) if text.peek() == "{" else ({}, False)
            alone = not text.peek()
        if found and alone:
            with source.open(member) as stream:
                for item in _at(JsonText(stream, name), within):
                    yield item, around
            return
    with source.open(member) as stream:
        text = JsonText(stream, name)
        for item in text.items() if text.peek() == "[" else text.lines():
            inner: object = item
            for step in within:
                inner = mapping(inner).get(step)
            if isinstance(inner, list) and within:
                yield from ((one, {}) for one in inner)
            else:
                yield item, {}


def _without(text: JsonText, within: tuple[str, ...]) -> tuple[Fields, bool]:
    """Returns an object without the list at ``within``, and whether there is one."""
    fields: Fields = {}
    found = False
    for name in text.fields():
        if name != within[0]:
            fields[name] = text.value()
        elif len(within) == 1 and text.peek() == "[":
            found = True
            text.skip()
        elif len(within) > 1 and text.peek() == "{":
            fields[name], found = _without(text, within[1:])
        else:
            fields[name] = text.value()
    return fields, found


def _at(text: JsonText, within: tuple[str, ...]) -> Iterator[Json]:
    for name in text.fields():
        if name == within[0] and len(within) == 1 and text.peek() == "[":
            yield from text.items()
        elif name == within[0] and len(within) > 1 and text.peek() == "{":
            yield from _at(text, within[1:])
        else:
            text.skip()


def log_lines(source: Source, member: str, context: ImportContext) -> Iterator[Fields]:
    """Yields the objects of a log, one a line. A line that is damaged, or cut off because the log is being written, is
    left out with a note."""
    for line in text_lines(source, member):
        if not line.strip():
            continue
        try:
            item = json.loads(line, parse_constant=lambda name: None)
        except (ValueError, RecursionError):
            context.skip("A line that is damaged or cut off was not imported.")
            continue
        if isinstance(item, dict):
            yield item


def text_lines(source: Source, member: str) -> Iterator[str]:
    """Yields the lines of a text, of a bounded length."""
    with source.open(member) as stream:
        buffered = cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, _Raw(stream)), 1 << 18))
        first = True
        while line := buffered.readline(MOST_ITEM):
            text = line.decode("utf-8", "replace")
            yield text.removeprefix("\ufeff") if first else text
            first = False


class _Raw(io.RawIOBase):
    """A stream as the standard library's buffers want it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # a writable buffer, which has no type before 3.12
        data = self._stream.read(len(view))
        view[:len(data)] = data
        return len(data)
