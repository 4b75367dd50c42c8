"""One file per export format; ``FORMATS`` lists them. To add one, write a file with ``render`` and a line here.

``render(documents, options)`` gives the pieces of one file in order, as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.core.ports.exports import ExportFormat, ExportOptions

from . import html, jsonl, markdown, own_json, print_page, text
from .document import ChatDocument
from .pdf_printer import print_pdf

Render = Callable[[Iterable[ChatDocument], ExportOptions], Iterator[str]]
Check = Callable[[], None]
"""Raises when the export was stopped."""


@dataclass(frozen=True, slots=True)
class Format:
    """``finish`` turns the file of text that was written into what the format really is."""

    about: ExportFormat
    render: Render
    finish: Callable[[Path, Check], None] | None = None


_INSIDE = {"images_inside": "Images are always inside the file."}

FORMATS: dict[str, Format] = {format.about.id: format for format in (
    Format(ExportFormat("md", "Markdown", "For reading and editing in other programs."), markdown.render),
    Format(ExportFormat("html", "HTML page", "One file that looks like the program, and prints well.", refused=_INSIDE),
           html.render),
    Format(ExportFormat("pdf", "PDF", "For sending and printing, with links and page numbers.", refused=_INSIDE),
           print_page.render, print_pdf),
    Format(ExportFormat("json", "JSON", "Everything without loss, to import it again.", together=True, whole=True,
                        refused=_INSIDE),
           own_json.render),
    Format(ExportFormat("jsonl", "JSONL", "OpenAI messages, for training and evaluation.",
                        together=True, refused={
                            **_INSIDE, "parameters": "OpenAI messages have no place for parameters.",
                            "metrics": "OpenAI messages have no place for times, tokens and cost."}),
           jsonl.render),
    Format(ExportFormat("txt", "Plain text", "Who said what, for anything else.", refused={
        "images_inside": "Text cannot hold images: they are named."}), text.render),
)}
