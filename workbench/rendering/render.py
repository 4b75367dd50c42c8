"""The leaf renderer: closed leaves to the blocks that a view shows."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from . import blocks
from .blocks import Block, Container
from .characters import SPECIAL
from .containers import FootnoteNode, ItemNode, QuoteNode
from .leaves import Chain, Code, Leaf, Math, Paragraph, Rule, Table
from .limits import TooDeep
from .markup import escape, view_html
from .reference_scope import Scope
from .tables import split_row

if TYPE_CHECKING:
    from .inline import InlineStage


class LeafRenderer:
    """Renders leaves against one scope; one per thread. After a call ``scope.missed`` and ``scope.marks``
    tell what the leaf referred to."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def inline(self, text: str, in_cell: bool = False, unfinished: bool = False) -> str:
        """Returns inline Markdown in the view's dialect. Raises TooDeep."""
        if SPECIAL.search(text) is None:
            return escape(text)
        return view_html(self._stage.parse(text, in_cell, unfinished))

    @cached_property
    def _stage(self) -> InlineStage:
        """Returns the inline stage; Python-Markdown is imported when there is something to parse."""
        from .dialect import new_engine

        stage: InlineStage = new_engine(view_html).treeprocessors["inline"]
        stage.scope = self.scope
        return stage

    def row(self, line: str, width: int) -> tuple[str, ...]:
        """Returns the cells of a table row; a cell past the limits is shown as it was written."""
        return tuple(self._cell(cell) for cell in split_row(line, width))

    def block(self, leaf: Leaf, unfinished: bool = False) -> Block:
        """Returns the block of a leaf other than Code and Table, whose text is drained elsewhere."""
        containers = container_values(leaf.chain)
        if isinstance(leaf, Paragraph):
            source = leaf.text
            if leaf.refused:
                return blocks.Plain(source, leaf.refused, containers)
            try:
                html = self.inline(source.strip(" \t\n"), unfinished=unfinished)
            except TooDeep as error:
                return blocks.Plain(source, str(error), containers)
            return blocks.Prose(html, source, containers, leaf.level, leaf.continued)
        if isinstance(leaf, Math):
            return blocks.Math((leaf.tex or "").strip(), "\n".join(leaf.lines), containers)
        if isinstance(leaf, Rule):
            return blocks.Rule(containers)
        return blocks.Prose("", "", containers)

    def open_math(self, leaf: Math) -> blocks.Prose:
        """Returns math whose end has not come: its source, since half a formula cannot be drawn."""
        source = "\n".join(leaf.lines)
        return blocks.Prose(f"<code>{escape(source)}</code>", source, container_values(leaf.chain))

    def code(self, leaf: Code, text: str, is_open: bool) -> blocks.Code:
        return blocks.Code(text, leaf.language, container_values(leaf.chain), is_open)

    def table(self, leaf: Table, lines: list[str], rows: list[tuple[str, ...]]) -> blocks.Table:
        source = "\n".join([leaf.header, leaf.delimiters, *lines])
        header = self.row(leaf.header, len(leaf.align))
        return blocks.Table(header, leaf.align, tuple(rows), source, container_values(leaf.chain))

    def _cell(self, cell: str) -> str:
        try:
            return self.inline(cell, in_cell=True)
        except TooDeep:
            return escape(cell)


def container_values(chain: Chain) -> tuple[Container, ...]:
    """Returns the containers of a leaf as values, outermost first."""
    values: list[Container] = []
    for node, first in chain:
        if isinstance(node, ItemNode):
            parent = node.parent
            values.append(blocks.Item(parent.ordered, node.number, first, not parent.loose, node.task))
        elif isinstance(node, QuoteNode):
            values.append(blocks.Quote(node.kind, first))
        elif isinstance(node, FootnoteNode):
            values.append(blocks.Footnote(node.label, first, node.label))
    return tuple(values)
