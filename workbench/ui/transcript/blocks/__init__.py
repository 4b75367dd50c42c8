"""The block views, one module for each kind of block; ``view_of`` chooses."""

from __future__ import annotations

from typing import assert_never

from workbench.rendering.blocks import Block, Code, Math, Plain, Prose, Rule, Table

from .base import BlockView, Clickable, Containers, Context, Host, PaintOptions, Pictures, Thought
from .code import CodeView
from .math import MathView
from .prose import ProseView
from .rule import RuleView
from .table import TableView

__all__ = [
    "BlockView", "Clickable", "Containers", "Context", "Host", "PaintOptions", "Pictures", "Thought", "view_of",
]  # fmt: skip


def view_of(block: Block, key: str, outside: Containers = ()) -> BlockView:
    """Returns a view of ``block`` in the message ``key``; ``outside`` are containers around all of its blocks."""
    view = _new_view(block, outside + block.containers)
    view.key = key
    return view


def _new_view(block: Block, containers: Containers) -> BlockView:
    match block:
        case Prose():
            return ProseView(block, containers)
        case Code() | Plain():
            return CodeView(block, containers)
        case Table():
            return TableView(block, containers)
        case Math():
            return MathView(block, containers)
        case Rule():
            return RuleView(block, containers)
        case _:
            assert_never(block)
