"""Text of the transcript for the clipboard: plain, and as the Markdown it came from."""

from __future__ import annotations

import atexit
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from workbench.core.text.sinks import for_clipboard
from workbench.rendering.blocks import Footnote, Item, Quote
from workbench.ui.widgets.clipboard import copy_text

from .blocks import BlockView
from .blocks.prose import ProseView
from .message import Message

_MOST_HTML = 100_000
"""Characters of Markdown up to which what is copied is a page too: a longer one would hold up the window."""
_OBJECT_NAME = "transcript selection"


class SelectedRange(NamedTuple):
    """The selected part of a block: the index of its message, the block, and two offsets."""

    message: int
    block: BlockView
    start: int
    end: int


def to_clipboard(ranges: Iterable[SelectedRange], messages: list[Message]) -> None:
    """Copies what is selected, as plain text and as Markdown."""
    _leave_text_at_exit()
    QGuiApplication.clipboard().setMimeData(mime_data(ranges, messages))


def rich_to_clipboard(html: str, text: str) -> None:
    """Copies a page for programs that accept HTML, with its text for the others."""
    _leave_text_at_exit()
    data = QMimeData()
    data.setObjectName(_OBJECT_NAME)
    data.setHtml(html)
    data.setText(for_clipboard(text))
    QGuiApplication.clipboard().setMimeData(data)


@cache
def _leave_text_at_exit() -> None:
    """Replaces our data on the clipboard by its plain text when the program ends: Qt would call into an interpreter
    that is gone (PySide6 6.11)."""

    def leave() -> None:
        if QGuiApplication.instance() is None:
            return
        data = QGuiApplication.clipboard().mimeData()
        if data is not None and data.objectName() == _OBJECT_NAME:
            copy_text(data.text())

    atexit.register(leave)


def mime_data(ranges: Iterable[SelectedRange], messages: list[Message]) -> QMimeData:
    """Returns what is selected for the clipboard: as text, as Markdown, and as HTML for programs that keep tables and
    lists."""
    from workbench.rendering.rich import safe_html  # not needed until something is copied

    ranges = list(ranges)
    data = QMimeData()
    data.setObjectName(_OBJECT_NAME)
    markdown = as_text(ranges, messages, markdown=True)
    data.setText(as_text(ranges, messages, markdown=False))
    data.setData("text/markdown", markdown.encode())
    if len(markdown) <= _MOST_HTML:
        data.setHtml(safe_html(markdown))
    return data


def as_text(ranges: Iterable[SelectedRange], messages: list[Message], *, markdown: bool) -> str:
    """Returns the ranges as one text. Where it spans several messages, each is preceded by its author."""
    ranges = [each for each in ranges if each.block.is_content]
    several = len({each.message for each in ranges}) > 1
    out: list[str] = []
    last: SelectedRange | None = None
    for each in ranges:
        if last is None or last.message != each.message:
            if last is not None:
                out.append("\n\n")
            entry = messages[each.message].entry
            if several and entry is not None and entry.author:
                out.append(f"**{entry.author}:**\n\n" if markdown else f"{entry.author}:\n")
        else:
            out.append(_separator(last.block, each.block))
        out.append(_block_text(each.block, each.start, each.end, markdown=markdown))
        last = each
    return for_clipboard("".join(out))


def _separator(above: BlockView, below: BlockView) -> str:
    if isinstance(below, ProseView) and below.block.continued:
        return "" if below.continues_line else "\n"
    items = [each for each in below.containers if isinstance(each, Item)]
    if items and items[-1].tight and any(isinstance(each, Item) for each in above.containers):
        return "\n"
    return "\n\n"


def _block_text(block: BlockView, start: int, end: int, *, markdown: bool) -> str:
    text = block.markdown(start, end) if markdown else block.plain(start, end)
    if not block.containers:
        return text
    first, rest = _prefixes(block, markdown)
    lines = text.split("\n")
    return "\n".join([first + lines[0] if start == 0 else lines[0], *(rest + line for line in lines[1:])])


def _prefixes(block: BlockView, markdown: bool) -> tuple[str, str]:
    """Returns what precedes the first line of a block, and each of the others."""
    first, rest = "", ""
    for container in block.containers:
        if isinstance(container, Item):
            mark = f"{container.number}. " if container.ordered else "- "
            box = "" if container.task is None else "[x] " if container.task else "[ ] "
            first += mark + box if container.first else " " * len(mark)
            rest += " " * len(mark)
        elif isinstance(container, Footnote):
            mark = f"[^{container.name or container.label}]: " if markdown else f"{container.label}. "
            first += mark if container.first else "    "
            rest += "    "
        elif isinstance(container, Quote) and markdown:
            if container.kind and container.first:
                first += f"> [!{container.kind.upper()}]\n{rest}"
            first += "> "
            rest += "> "
    return first, rest


def paragraphs(message: Message) -> Iterator[tuple[int, str]]:
    """Yields the visible text of a message as assistive technology reads it, with the number of each block."""
    for number, block in enumerate(message.views):
        text = block.plain(0, block.length())
        if text:
            yield number, text
