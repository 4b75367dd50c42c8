"""The space between blocks, and around all messages."""

from __future__ import annotations

from workbench.rendering.blocks import Code, Item, Math, Prose, Table

from .blocks import BlockView, Thought
from .style import Style

MARGIN = 24  # pixels kept free above the first and below the last message


def gap_between(style: Style, above: BlockView | None, below: BlockView) -> int:
    """Returns the pixels above ``below``. Lines are tall already, so a paragraph needs less than a line."""
    if above is None:
        return 0
    block = below.block
    if isinstance(block, Prose) and block.continued:
        return 0
    if isinstance(block, Prose) and block.level:
        return style.px(24 if block.level < 3 else 18)
    if isinstance(above.block, Prose) and above.block.level:
        return style.px(6)
    if isinstance(above.block, Table):
        return style.px(4)  # its tools take a line of their own
    if isinstance(block, Code | Table | Math) or isinstance(above.block, Code | Math):
        return style.px(12)
    item = next((each for each in reversed(below.containers) if isinstance(each, Item)), None)
    if item is not None and any(isinstance(each, Item) for each in above.containers):
        return style.px(2 if item.tight else 8)
    if any(isinstance(each, Thought) for each in below.containers):
        return style.px(6)
    return style.px(10)
