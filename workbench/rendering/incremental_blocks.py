"""Incremental blocks: open leaves of any length, of which a view gets what they gained."""

from __future__ import annotations

from typing import TypeAlias

from .blocks import Block
from .leaves import Code, Table
from .render import LeafRenderer

Gain: TypeAlias = "str | tuple[tuple[str, ...], ...]"


class GrowingCode:
    """A code block: its text in pieces, and how much of an unfinished line was shown."""

    def __init__(self, leaf: Code, renderer: LeafRenderer) -> None:
        self.leaf = leaf
        self._renderer = renderer
        self._parts: list[str] = []
        self._shown = ""

    def advance(self, unfinished: str = "") -> Gain | None:
        """Takes what the leaf gained; returns what to add to the view, or None when it must be shown anew."""
        gained = self.leaf.drain()
        if gained:
            self._parts.append(gained)
        text, shown = gained + unfinished, self._shown
        self._shown = unfinished
        return text[len(shown) :] if text.startswith(shown) else None

    def block(self, is_open: bool = False) -> Block:
        return self._renderer.code(self.leaf, "".join([*self._parts, self._shown]), is_open)


class GrowingTable:
    """A table: its rows, rendered as they come. A row is shown when its line is complete. ``missed`` and ``marks`` are
    what its cells refer to (see ``reference_scope.Scope``)."""

    def __init__(self, leaf: Table, renderer: LeafRenderer) -> None:
        self.leaf = leaf
        self._renderer = renderer
        self.missed: set[str] = set()
        self.marks: list[str] = []
        self._lines: list[str] = []
        self._rows: list[tuple[str, ...]] = []

    def advance(self, unfinished: str = "") -> Gain | None:
        lines = self.leaf.drain()
        self._observe()
        width = len(self.leaf.align)
        rows = tuple(self._renderer.row(line, width) for line in lines)
        self._lines += lines
        self._rows += rows
        return rows

    def block(self, is_open: bool = False) -> Block:
        self._observe()
        return self._renderer.table(self.leaf, self._lines, self._rows)

    def again(self) -> Block:
        """Returns the block, with all its cells rendered again."""
        width = len(self.leaf.align)
        self._rows = [self._renderer.row(line, width) for line in self._lines]
        return self.block()

    def _observe(self) -> None:
        scope = self._renderer.scope
        scope.missed, scope.marks = self.missed, self.marks


Growing: TypeAlias = GrowingCode | GrowingTable


def growing(leaf: Code | Table, renderer: LeafRenderer) -> Growing:
    return GrowingCode(leaf, renderer) if isinstance(leaf, Code) else GrowingTable(leaf, renderer)
