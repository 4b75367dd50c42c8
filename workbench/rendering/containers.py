"""Containers that are open while a text is read: quotes, list items, footnotes, the document itself."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, field

from .lines import Line

_MARKER = re.compile(r"(?:([-+*])|(\d{1,9})([.)]))(?=[ \t]|$)")


@dataclass(slots=True, eq=False)
class ListNode:
    """The facts that the items of one list share. ``begin`` is the index of its first leaf in the document."""

    ordered: bool
    sign: str
    start: int
    begin: int
    loose: bool = False
    length: int = 0


@dataclass(slots=True, eq=False)
class Node:
    """An open container: the document when it is none of the subclasses."""

    children: int = 0  # blocks that began directly in it
    emitted: bool = False  # a leaf of it has been handed on
    sublist: ListNode | None = None  # the list that a next item directly in it would continue

    def matches(self, line: Line, verbatim: bool) -> bool:
        """Returns whether the line continues this container; consumes its prefix. ``verbatim``: code is open in it."""
        return True

    def fork(self) -> Node:
        return copy(self)


@dataclass(slots=True, eq=False)
class QuoteNode(Node):
    kind: str = ""

    def matches(self, line: Line, verbatim: bool) -> bool:
        if line.indent > 3 or line.character != ">":
            return False
        line.skip(1)
        line.strip(1)
        return True


@dataclass(slots=True, eq=False)
class FootnoteNode(Node):
    label: str = ""

    def matches(self, line: Line, verbatim: bool) -> bool:
        if line.blank or line.indent >= 4:
            line.strip(4)
            return True
        return False


@dataclass(slots=True, eq=False)
class ItemNode(Node):
    """``margin`` is the indentation of the marker, ``padding`` its width with the spaces after it."""

    parent: ListNode = field(kw_only=True)
    number: int = field(kw_only=True)
    margin: int = field(kw_only=True)
    padding: int = field(kw_only=True)
    task: bool | None = None

    def matches(self, line: Line, verbatim: bool) -> bool:
        if line.blank:
            line.strip(self.margin + self.padding)
            return self.children > 0
        if line.indent >= self.margin + (min(self.padding, 3) if self.parent.ordered else self.padding) or (
            not verbatim and self._holds_bullet(line)
        ):
            line.strip(self.margin + self.padding)
            return True
        return False

    def _holds_bullet(self, line: Line) -> bool:
        """Returns whether a bullet is nested here: models indent by two or three columns under any number, ``10.`` too,
        and mean a nested list. (The minimum of 3 above applies to everything else.)"""
        return (
            self.parent.ordered
            and line.indent >= self.margin + 2
            and line.character in "-*+"
            and line.text[line.next + 1 : line.next + 2] in " \t"
        )


@dataclass(frozen=True, slots=True)
class Marker:
    """A list marker: ``width`` is its own, ``interrupts`` whether it may directly follow text."""

    ordered: bool
    sign: str
    number: int
    width: int
    empty: bool

    @property
    def interrupts(self) -> bool:
        return not self.empty and (not self.ordered or self.number == 1)


def list_marker(line: Line) -> Marker | None:
    """Returns the list marker at the cursor without consuming it."""
    match = _MARKER.match(line.text, line.next)
    if match is None or line.indent > 3:
        return None
    bullet, number, delimiter = match.groups()
    empty = not line.text[match.end() :].strip(" \t")
    width = match.end() - line.next
    if bullet:
        return Marker(False, bullet, 0, width, empty)
    return Marker(True, delimiter, int(number), width, empty)


def consume_marker(line: Line, marker: Marker) -> tuple[int, int]:
    """Moves past the marker and the blanks after it. Returns the item's margin and padding in columns."""
    margin = line.indent
    line.skip(marker.width)
    spaces = 1 if line.blank or line.indent > 4 else line.indent
    line.strip(spaces)
    return margin, marker.width + spaces
