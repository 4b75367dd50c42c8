"""The last code block of a reply, as rendering reads it."""

from __future__ import annotations

from workbench.rendering.blocks import Code
from workbench.rendering.stream import MarkdownStream


def last_code(markdown: str) -> str | None:
    """The text of the last code block, None when there is none."""
    stream = MarkdownStream()
    blocks = [*stream.append(markdown).blocks]
    update = stream.finish()
    blocks = [*blocks[: update.keep], *update.blocks]
    return next((block.text for block in reversed(blocks) if isinstance(block, Code)), None)
