"""Text out of the transcript: as plain text, and as the Markdown it came from."""

from __future__ import annotations

import atexit
from collections.abc import Iterable, Iterator
from functools import cache

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from workbench.rendering.blocks import Footnote, Item, Prose, Quote

from .blocks import BlockView
from .message import Message

_CONTROLS = {code: None for code in range(32) if chr(code) not in "\n\t"} | dict.fromkeys(range(127, 160))

_OURS = "transcript selection"

Stretch = tuple[int, BlockView, int, int]  # message, block, start and end offset


def to_clipboard(stretches: Iterable[Stretch], messages: list[Message]) -> None:
    """Copies what is selected, as plain text and as Markdown."""
    _leave_text_behind()
    QGuiApplication.clipboard().setMimeData(mime_data(stretches, messages))


def rich_to_clipboard(html: str, text: str) -> None:
    """Copies a page for programs that take one, with its text for the others."""
    _leave_text_behind()
    data = QMimeData()
    data.setObjectName(_OURS)
    data.setHtml(html)
    data.setText(clean(text))
    QGuiApplication.clipboard().setMimeData(data)


@cache
def _leave_text_behind() -> None:
    """When the program ends, Qt must not find data on the clipboard that belongs to Python: it would call
    into an interpreter that is gone (PySide6 6.11). What stays on the clipboard is the plain text."""

    def leave() -> None:
        if QGuiApplication.instance() is None:
            return
        data = QGuiApplication.clipboard().mimeData()
        if data is not None and data.objectName() == _OURS:
            QGuiApplication.clipboard().setText(data.text())

    atexit.register(leave)


def mime_data(stretches: Iterable[Stretch], messages: list[Message]) -> QMimeData:
    """Both forms of what is selected, for the clipboard."""
    chosen = list(stretches)
    data = QMimeData()
    data.setObjectName(_OURS)
    data.setText(as_text(chosen, messages, markdown=False))
    data.setData("text/markdown", as_text(chosen, messages, markdown=True).encode())
    return data


def as_text(stretches: Iterable[Stretch], messages: list[Message], *, markdown: bool) -> str:
    """The stretches as one text. Where it runs over several messages each is led by its author."""
    chosen = [stretch for stretch in stretches if stretch[1].is_content]
    several = len({stretch[0] for stretch in chosen}) > 1
    out: list[str] = []
    last: Stretch | None = None
    for stretch in chosen:
        index, block = stretch[:2]
        if last is None or last[0] != index:
            if last is not None:
                out.append("\n\n")
            entry = messages[index].entry
            if several and entry is not None and entry.author:
                out.append(f"**{entry.author}:**\n\n" if markdown else f"{entry.author}:\n")
        else:
            out.append(_between(last[1], block))
        out.append(_block_text(*stretch[1:], markdown=markdown))
        last = stretch
    return clean("".join(out))


def clean(text: str) -> str:
    """Without control characters: what is pasted into a terminal must not act there."""
    return text.translate(_CONTROLS)


def _between(above: BlockView, below: BlockView) -> str:
    if isinstance(below.block, Prose) and below.block.continued:
        return "" if below.flows_on else "\n"
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
    """What stands before the first line and before the others."""
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
    """The visible text of a message, block by block, as assistive technology reads it; with the number of
    each block."""
    for number, block in enumerate(message.views):
        text = block.plain(0, block.length())
        if text:
            yield number, text
