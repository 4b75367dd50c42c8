"""Parts of a reply that are copied by themselves, as rendering reads them."""

from __future__ import annotations

from workbench.rendering.blocks import Block, Code
from workbench.rendering.text import blocks_text


def last_code(markdown: str) -> str | None:
    """Returns the text of the last code block, None when there is none."""
    return next((block.text for block in reversed(_blocks(markdown)) if isinstance(block, Code)), None)


def plain_text(markdown: str) -> str:
    """Returns what a reader sees, without the marks of Markdown."""
    return blocks_text(_blocks(markdown))


def _blocks(markdown: str) -> tuple[Block, ...]:
    from workbench.rendering.stream import MarkdownStream

    stream = MarkdownStream()
    stream.append(markdown)
    stream.finish()
    return stream.blocks
