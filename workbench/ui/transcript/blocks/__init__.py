"""One file for each kind of block; ``view_of`` chooses."""

from __future__ import annotations

from workbench.rendering.blocks import Block, Code, Math, Plain, Prose, Rule, Table

from .base import BlockView, Context, Host, Hot, Look, Pictures, Thought
from .code import CodeView
from .math import MathView
from .prose import ProseView
from .rule import RuleView
from .table import TableView

__all__ = ["BlockView", "Context", "Host", "Hot", "Look", "Pictures", "Thought", "view_of"]

_VIEWS = {Prose: ProseView, Code: CodeView, Plain: CodeView, Table: TableView, Math: MathView, Rule: RuleView}


def view_of(block: Block, key: str, outside: tuple = ()) -> BlockView:
    """A view of ``block`` in the message ``key``; ``outside`` are containers around all of its blocks."""
    view = _VIEWS[type(block)](block, outside + block.containers)
    view.key = key
    return view
