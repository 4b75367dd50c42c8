"""Export formats: the one list of what chats can be exported as, for the window and for the command line.

To add a format, write a module here with ``render``, and add a line to ``FORMATS``. The list itself loads none of
these modules, since the command line reads it at every start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from workbench.core.errors import BadInput
from workbench.core.ports.exports import ExportFormat, ExportOptions

if TYPE_CHECKING:
    from .document import ChatDocument

Check: TypeAlias = Callable[[], None]
"""Raises when the export was stopped."""


class Writer(NamedTuple):
    """``render`` yields the pieces of one file in order, as text. ``finish`` turns that file into the final format and
    returns sentences on what it lacks; ``write_images`` puts the images of a chat into a folder beside it. A file
    ``for_reading`` holds nothing that would act in a terminal; others are read by programs, and lose nothing."""

    render: Callable[[Iterable[ChatDocument], ExportOptions], Iterator[str]]
    finish: Callable[[Path, Check], Sequence[str]] | None = None
    write_images: Callable[[Path, ChatDocument], None] | None = None
    for_reading: bool = False


class Format(NamedTuple):
    """A format of files. ``load`` imports what writes it."""

    about: ExportFormat
    load: Callable[[], Writer]


def _markdown() -> Writer:
    from . import markdown

    return Writer(markdown.render, write_images=markdown.write_images, for_reading=True)


def _html() -> Writer:
    from . import html

    return Writer(html.render, for_reading=True)


def _pdf() -> Writer:
    from . import pdf_printer, print_page

    return Writer(print_page.render, finish=pdf_printer.print_pdf)


def _json() -> Writer:
    from . import own_json

    return Writer(own_json.render)


def _jsonl() -> Writer:
    from . import jsonl

    return Writer(jsonl.render)


def _text() -> Writer:
    from . import text

    return Writer(text.render, for_reading=True)


def _chatgpt() -> Writer:
    from . import chatgpt

    return Writer(chatgpt.render)


def _openwebui() -> Writer:
    from . import openwebui

    return Writer(openwebui.render)


def _librechat() -> Writer:
    from . import librechat

    return Writer(librechat.render)


def _sillytavern() -> Writer:
    from . import sillytavern

    return Writer(sillytavern.render)


_INSIDE = {"images_inside": "Images are always inside the file."}

_NAMED = {"images_inside": "Images are named in the text."}

FORMATS: Mapping[str, Format] = {format.about.id: format for format in (
    Format(ExportFormat("md", "Markdown", "For reading and editing in other programs."), _markdown),
    Format(ExportFormat("html", "HTML page", "One file that looks like the program, and prints well.", refused=_INSIDE),
           _html),
    Format(ExportFormat("pdf", "PDF", "For sending and printing, with links and page numbers.", refused=_INSIDE), _pdf),
    Format(ExportFormat("json", "JSON", "Everything without loss, to import it again.", together=True, whole=True,
                        refused=_INSIDE),
           _json),
    Format(ExportFormat("jsonl", "JSONL", "OpenAI messages, for training and evaluation.",
                        together=True, refused={
                            **_INSIDE, "parameters": "OpenAI messages have no place for parameters.",
                            "metrics": "OpenAI messages have no place for times, tokens and cost."}),
           _jsonl),
    Format(ExportFormat("txt", "Plain text", "Who said what, for anything else.", refused={
        "images_inside": "Text cannot hold images: they are named."}), _text),
    Format(ExportFormat("chatgpt", "ChatGPT", "Text alone, for the many programs that import from ChatGPT.",
                        together=True, suffix="json", refused={
                            **_NAMED, "parameters": "ChatGPT's files have no place for parameters.",
                            "metrics": "ChatGPT's files have no place for times, tokens and cost."}), _chatgpt),
    Format(ExportFormat("openwebui", "Open WebUI", "With branches, models and pictures. Each import there adds "
                        "the chats again.", together=True, whole=True, suffix="json", refused={
                            **_INSIDE, "metrics": "Open WebUI measures replies in its own way."}), _openwebui),
    Format(ExportFormat("librechat", "LibreChat", "With branches and models, to import file by file.", whole=True,
                        suffix="json", refused={
                            **_NAMED, "metrics": "LibreChat's files have no place for times, tokens and cost."}),
           _librechat),
    Format(ExportFormat("sillytavern", "SillyTavern", "The shown line; other replies are swipes.", whole=True,
                        suffix="jsonl", refused={
                            **_NAMED, "parameters": "SillyTavern's chats have no place for parameters.",
                            "metrics": "SillyTavern's chats have no place for times, tokens and cost."}), _sillytavern),
)}

PICTURE = ExportFormat("png", "Picture", "The chat as it looks here, to show it around.", window_only=True, refused={
    "branches": "A picture shows one line of the chat.",
    "parameters": "A picture does not show parameters.",
    "images_inside": "Images are part of the picture.",
})

ALL_FORMATS: Sequence[ExportFormat] = (*(format.about for format in FORMATS.values()), PICTURE)


def format_of(id: str) -> Format:
    """Returns the format of files with this id. Raises ``BadInput`` for any other."""
    if id == PICTURE.id:
        raise BadInput("Pictures are made in the window only: choose Export there, or another format here.")
    if id not in FORMATS:
        raise BadInput(f"There is no format {id}. There are: {', '.join(FORMATS)}.")
    return FORMATS[id]
