"""The PDF printer: a separate process that lays a page out and writes it as a PDF, the only place here that loads
Qt.

Qt neither repeats nor forbids anything at the end of a page, so the page is laid out, headings that stand
alone at an end are sent to the next page, and the pages are painted one by one with their numbers. What it leaves out
of the text, and the outline, are added when the pages are there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.core.errors import BadInput
from workbench.core.file_replacement import replace_file
from workbench.core.palette import LIGHT
from workbench.core.processes.child_process import display_environment
from workbench.core.processes.worker import Limits, WorkerFailed, call

if TYPE_CHECKING:
    from PySide6.QtGui import QTextBlock, QTextDocument

_LIMITS = Limits(seconds=600, memory=None, written=None)
"""Qt reserves more address space than it uses; the page is one that this program made."""
_DPI = 96
_MARGIN_MM = 18
_FOOTER = 26
"""Pixels at the foot of a page for its number."""
_MOST_MOVES = 200
"""Each heading that is moved costs another layout."""
_MOST_NAMED = 5
"""Characters without a font that are named, of many."""


def print_pdf(page: Path, check: Callable[[], None]) -> Sequence[str]:
    """Replaces the HTML file ``page`` by a PDF and returns sentences on what it lacks. Waits: call from a thread.
    ``check`` is called meanwhile and raises to stop it. Raises ``BadInput``."""
    made = page.with_name(page.name + ".made")
    environment = display_environment()
    if sys.platform == "linux":
        environment["QT_QPA_PLATFORM"] = "offscreen"
    try:
        boxes, _ = call(lay_out, source=str(page.absolute()), target=str(made.absolute()), limits=_LIMITS, check=check,
             environment=environment)
    except WorkerFailed as failed:
        if failed.kind == "time":
            minutes = round(_LIMITS.seconds / 60)
            raise BadInput(f"The PDF took over {minutes} minutes. Export fewer chats, or HTML.") from None
        lines = failed.detail.splitlines() or ["no reason given"]
        raise BadInput(f"The PDF could not be made ({lines[-1]}). Export HTML instead.") from None
    replace_file(made, page)
    if not boxes:
        return ()
    shown = ", ".join(f"“{character}”" for character in boxes[:_MOST_NAMED]) + (" …" if boxes[_MOST_NAMED:] else "")
    return [f"This computer has no font for {shown}: the PDF shows boxes there, and has the text for search and "
            "copies. Install a font that has them, such as Noto Sans for their script, and export again; or export "
            "HTML."]


def lay_out(data: bytes, *, source: str, target: str) -> tuple[list[str], bytes]:
    """Runs in the worker: prints the page ``source`` into the file ``target``, and returns the characters that no font
    has."""
    from PySide6.QtGui import QGuiApplication

    app = QGuiApplication(["workbench"])
    boxes = _print(Path(source).read_text("utf-8"), target)
    app.processEvents()
    return boxes, b""


def _print(html: str, target: str) -> list[str]:
    from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
    from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter

    from .pdf_places import Places
    from .pdf_text_layer import add_text_layer

    writer = QPdfWriter(target)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(*(_MARGIN_MM,) * 4), QPageLayout.Unit.Millimeter)
    writer.setCreator("Chat Workbench")
    room = writer.pageLayout().paintRect(QPageLayout.Unit.Point)
    # Whole pixels: a layout rounds places, and the end of a page would look like the beginning of the next.
    width, height = room.width() * _DPI / 72, int(room.height() * _DPI / 72) - _FOOTER
    document = _document(html, width)
    writer.setTitle(document.metaInformation(type(document).MetaInformation.DocumentTitle))
    document.setPageSize(QSizeF(width, height))
    _keep_headings(document, height)
    document.markContentsDirty(0, document.characterCount())  # else pages after the last move are not counted
    pages = document.pageCount()
    painter = QPainter(writer)
    scale = writer.logicalDpiX() / _DPI
    painter.scale(scale, scale)
    number = QFont("sans-serif")
    number.setPixelSize(10)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(0, -page * height)
        # Without the last pixel: a line at the edge is drawn with both pages, and would be found in both.
        document.drawContents(painter, QRectF(0, page * height, width, height - 1))
        painter.restore()
        painter.setFont(number)
        painter.setPen(QColor(LIGHT.dim))
        painter.drawText(QRectF(0, height + 8, width, _FOOTER - 8), int(Qt.AlignmentFlag.AlignCenter),
                         f"{page + 1} / {pages}")
    painter.end()
    margins = writer.pageLayout().margins(QPageLayout.Unit.Point)
    paper = writer.pageLayout().fullRect(QPageLayout.Unit.Point).height()
    places = Places(document, height, margins.top(), paper)
    add_text_layer(Path(target), list(places.unpainted()), list(places.headings()))
    return list(places.boxes())


def _document(html: str, width: float) -> QTextDocument:
    from PySide6.QtGui import QFont, QTextDocument, QTextOption

    from .pdf_pictures import Pictures

    class Page(QTextDocument):
        """Fetches nothing: what is not in the page is not there."""

        def loadResource(self, kind: int, name: object) -> object:
            return None

    document = Page()
    font = QFont("sans-serif")
    font.setPixelSize(13)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    pictures = Pictures(width)
    document.documentLayout().registerHandler(pictures.KIND, pictures)
    pictures.setParent(document)
    document.setHtml(html)
    return document


def _keep_headings(document: QTextDocument, height: float) -> None:
    """Moves a heading whose next block begins on another page to that page, with a heading right above it."""
    from PySide6.QtGui import QTextCursor, QTextFormat

    def page_of(block: QTextBlock) -> int:
        """Returns the page of a block's first line: a block whose first line did not fit still begins on the page
        before."""
        lines = block.layout()
        offset = lines.lineAt(0).y() if lines.lineCount() else 0.0
        return int((document.documentLayout().blockBoundingRect(block).top() + offset) // height)

    document.pageCount()  # lays out all of it: places in a layout that is under way are not the last word
    always = QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore
    block, moves = document.begin(), 0
    while block.isValid() and moves < _MOST_MOVES:
        following = block.next()
        if _is_heading(block) and following.isValid() and page_of(following) > (page := page_of(block)):
            while _is_heading(block.previous()) and page_of(block.previous()) == page:
                block = block.previous()
            form = block.blockFormat()
            if not form.pageBreakPolicy() & always:
                form.setPageBreakPolicy(always)
                QTextCursor(block).setBlockFormat(form)
                moves += 1
        block = following


def _is_heading(block: QTextBlock) -> bool:
    """Returns whether a block is a heading, by its level, or the bold line that names a speaker."""
    if not block.isValid() or not block.text().strip():
        return False
    if block.blockFormat().headingLevel():
        return True
    form = block.begin().fragment().charFormat() if not block.begin().atEnd() else None
    return form is not None and form.fontWeight() >= 700 and block.layout().lineCount() == 1
