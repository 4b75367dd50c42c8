"""Parts of a reply that are copied by themselves, as rendering reads them."""

from __future__ import annotations

from html import escape

from workbench.rendering.blocks import Block, Code
from workbench.rendering.text import blocks_text


def last_code(markdown: str) -> str | None:
    """The text of the last code block, None when there is none."""
    return next((block.text for block in reversed(_blocks(markdown)) if isinstance(block, Code)), None)


def plain_text(markdown: str) -> str:
    """What a reader sees, without the marks of Markdown."""
    return blocks_text(_blocks(markdown))


def message_html(markdown: str) -> str:
    """A reply as HTML in which nothing runs, for other programs to paste: formulas stay as they were written."""
    from workbench.rendering.rich import safe_html

    return safe_html(markdown)


def typed_html(text: str) -> str:
    """Words of the user as HTML, as they were typed."""
    paragraphs = (escape(each).replace("\n", "<br>") for each in text.strip("\n").split("\n\n"))
    return "".join(f"<p>{each}</p>\n" for each in paragraphs)


def _blocks(markdown: str) -> tuple[Block, ...]:
    from workbench.rendering.stream import MarkdownStream

    stream = MarkdownStream()
    stream.append(markdown)
    stream.finish()
    return stream.blocks
