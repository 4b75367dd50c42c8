"""One file per export format; ``FORMATS`` lists them. To add one, write a file with ``render`` and a line here.

``render(documents, options)`` gives the pieces of one file in order, as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..document import ChatDocument, Options
from ..pdf_printer import print_pdf
from . import html, jsonl, markdown, own_json, print_page, text

Render = Callable[[Iterable[ChatDocument], Options], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """``together``: many chats go into one file, else one file each. ``finish`` turns the file of text that was
    written into what the format really is. ``whole``: with all branches, unless told otherwise."""

    suffix: str
    render: Render
    together: bool = False
    finish: Callable[[Path], None] | None = None
    whole: bool = False


FORMATS: dict[str, Format] = {
    "md": Format(".md", markdown.render),
    "html": Format(".html", html.render),
    "json": Format(".json", own_json.render, together=True, whole=True),
    "jsonl": Format(".jsonl", jsonl.render, together=True),
    "txt": Format(".txt", text.render),
    "pdf": Format(".pdf", print_page.render, finish=print_pdf),
}
