"""PDF: the text of its pages, and pages without text as pictures. PDFium reads it, which browsers show PDF with."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from workbench.core.errors import BadInput

from .text_sink import Full, TextSink

MOST_PAGES = 2000
LONGEST_SIDE = 1568
"""Pixels of a page's picture: letters of ten points stay legible, and no provider scales it down."""
_JPEG_QUALITY = 80


def read_pdf(data: bytes, name: str, sink: TextSink) -> tuple[int, list[int]]:
    """Returns how many pages there are, and which of them, from 1, hold pictures but no text."""
    scanned: list[int] = []
    with _opened(data, name) as document:
        count = len(document)
        if count > MOST_PAGES:
            sink.notes.append(f"Only the first {MOST_PAGES:,} of {count:,} pages of {name} are read.")
        for number in range(min(count, MOST_PAGES)):
            page = document[number]
            words = page.get_textpage()
            text = words.get_text_range().replace("\r\n", "\n").replace("\ufffe", "").strip()
            words.close()
            if not text and _shows_picture(page):
                scanned.append(number + 1)
            page.close()
            sink.end_paragraph()
            try:
                sink.lines(text)
            except Full:
                break
    return count, scanned


def draw_pages(data: bytes, name: str, pages: Sequence[int]) -> Iterator[tuple[bytes, int, int]]:
    """Yields pages, counted from 1, as JPEG, with width and height in pixels."""
    with _opened(data, name) as document:
        for number in pages:
            page = document[number - 1]
            scale = LONGEST_SIDE / max(*page.get_size(), 1.0)
            picture = page.render(scale=scale).to_pil().convert("RGB")
            page.close()
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True)
            yield out.getvalue(), picture.width, picture.height


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[Any]:
    """Opens a PDF and closes it. ``Any``: the library has no types."""
    import pypdfium2
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == FPDF_ERR_PASSWORD:
            raise BadInput(f"{name} is protected by a password. Remove it and attach the file again.") from None
        raise _damaged(name) from None
    try:
        yield document
    except pypdfium2.PdfiumError:
        raise _damaged(name) from None
    finally:
        document.close()


def _shows_picture(page: Any) -> bool:
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    return next(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=4), None) is not None


def _damaged(name: str) -> BadInput:
    return BadInput(f"{name} is damaged or too complex to read. Save it again and attach that.")
