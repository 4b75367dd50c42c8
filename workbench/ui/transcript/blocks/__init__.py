"""The block views, one module for each kind of block; ``view_of`` chooses, and loads a kind when it is first shown."""

from __future__ import annotations

from importlib import import_module
from typing import assert_never

from workbench.rendering.blocks import Block, Code, Math, Plain, Prose, Rule, Table

from .base import BlockView, Clickable, Containers, Context, Host, PaintOptions, Pictures, Thought
from .prose import ProseView

__all__ = [
    "BlockView", "Clickable", "Containers", "Context", "Host", "PaintOptions", "Pictures", "Thought", "load_all",
    "view_of",
]  # fmt: skip


def load_all() -> None:
    """Loads the views of all kinds, so that the first block of a kind does not wait for it; takes about 8 ms."""
    for name in ("code", "failure", "image", "math", "rule", "table"):
        import_module(f"{__name__}.{name}")


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
            from .code import CodeView

            return CodeView(block, containers)
        case Table():
            from .table import TableView

            return TableView(block, containers)
        case Math():
            from .math import MathView

            return MathView(block, containers)
        case Rule():
            from .rule import RuleView

            return RuleView(block, containers)
        case _:
            assert_never(block)
