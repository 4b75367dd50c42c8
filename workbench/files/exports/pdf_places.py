"""Places of a laid-out page: its headings, and what Qt paints without text, for ``pdf_text_layer``.

Loads Qt, for the process of ``pdf_printer`` alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from itertools import groupby
from typing import Literal, cast

from PySide6.QtGui import QTextBlock, QTextDocument, QTextLayout

from workbench.files.imports.fields import data_address

from .pdf_text_layer import Heading, Unpainted

_POINTS = 72 / 96
_BEYOND = re.compile("(?:[\U00010000-\U0010ffff]|[\u2190-\u2bff\u3030\u303d](?=\ufe0f))"
                     "[\U00010000-\U0010ffff\ufe0f\u200d\u20e3]*")
"""Characters without text in Qt's PDF: those beyond U+FFFF, and signs that are asked for as emoji."""
_PERHAPS = re.compile("[\u0900-\uffff]+")
"""Characters that some systems have no font for, or only one of coloured pictures."""
_COLOURED = ("CBDT", "COLR", "sbix", "SVG ")
"""Tables of the fonts whose glyphs are pictures."""
_VISIBLE = "LNPS"
"""Categories of characters that a font draws by themselves: letters, digits, punctuation and signs."""
_LABEL = re.compile(r'aria-label="([^"]*)"')
_OBJECT = "\ufffc"
_Drawn = Literal["text", "picture", "box"]
"""How Qt draws a character: as text, as a coloured picture, or as the box that stands for a missing one."""


class Places:
    """The places of one document. ``height`` of its pages is in pixels, ``margin`` and ``paper`` (the height of the
    paper) are in points."""

    def __init__(self, document: QTextDocument, height: float, margin: float, paper: float) -> None:
        self._document, self._height, self._margin, self._paper = document, height, margin, paper
        self._drawn: dict[str, _Drawn] = {}  # by character

    def headings(self) -> Iterator[Heading]:
        """Yields the title, who speaks, and the headings in what is said, below that."""
        for block in self._blocks():
            level, title = block.blockFormat().headingLevel(), block.text().strip()
            if title and level:
                page, _, y = self._at(block, 0, top=True)
                yield Heading(page, y, level - 1, title)

    def unpainted(self) -> Iterator[Unpainted]:
        for block in self._blocks():
            text = block.text()
            for start, end in self._without_text(text):
                yield self._text(block, _units(text, start), text[start:end])
            if _OBJECT in text:
                yield from self._formulas(block)

    def _without_text(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields the places of what Qt paints as a picture, or as the empty box of a character without a font."""
        beyond = [found.span() for found in _BEYOND.finditer(text)]
        yield from beyond
        for found in _PERHAPS.finditer(text):
            start = found.start()
            for is_picture, characters in groupby(self._pictured(found[0])):
                end = start + sum(1 for _ in characters)
                if is_picture and not any(start < last and first < end for first, last in beyond):
                    yield start, end
                start = end

    def _pictured(self, text: str) -> Iterator[bool]:
        """Yields of each character whether it is a picture; a mark is what it stands on."""
        pictured = False
        for character in text:
            if not unicodedata.category(character).startswith("M"):
                pictured = self._how(character) != "text"
            yield pictured

    def boxes(self) -> Iterator[str]:
        """Returns the characters that no font has, each once, in their order."""
        characters = dict.fromkeys(each for block in self._blocks() for each in block.text() if not each.isascii())
        return (each for each in characters if unicodedata.category(each)[0] in _VISIBLE and self._how(each) == "box")

    def _how(self, character: str) -> _Drawn:
        if character not in self._drawn:
            layout = QTextLayout(character, self._document.defaultFont())
            layout.beginLayout()
            layout.createLine()
            layout.endLayout()
            fonts = [(run.rawFont(), run.glyphIndexes()) for run in layout.glyphRuns()]
            self._drawn[character] = (
                # Without that table: the boxes for a script that no font has.
                "box" if any(0 in glyphs or not font.isValid() or not font.fontTable("cmap").size()
                             for font, glyphs in fonts)
                else "picture" if any(font.fontTable(name).size() for font, _ in fonts for name in _COLOURED)
                else "text")
        return self._drawn[character]

    def _formulas(self, block: QTextBlock) -> Iterator[Unpainted]:
        each = block.begin()
        while not each.atEnd():
            fragment = each.fragment()
            each += 1
            form = fragment.charFormat()
            if form.isImageFormat():
                inside = data_address(form.toImageFormat().name())
                label = _LABEL.search(inside[0].decode("utf-8", "replace")) if inside is not None else None
                if label:
                    yield self._text(block, fragment.position() - block.position(), unescape(label[1]))

    def _text(self, block: QTextBlock, offset: int, text: str) -> Unpainted:
        page, x, y = self._at(block, offset)
        return Unpainted(page, x, y, 10.0, text)

    def _at(self, block: QTextBlock, offset: int, *, top: bool = False) -> tuple[int, float, float]:
        """Returns the page, and the place in points from its lower left corner."""
        line = block.layout().lineForTextPosition(offset)
        box = self._document.documentLayout().blockBoundingRect(block)
        # Unlike its stubs, the binding answers with the offset too.
        x = cast(tuple[float, int], line.cursorToX(offset))[0] if line.isValid() else 0.0
        y = box.top() + (line.y() + (0 if top else line.ascent()) if line.isValid() else 0.0)
        page = int(y // self._height)
        down = self._margin + (y - page * self._height) * _POINTS
        return page, self._margin + (box.left() + x) * _POINTS, self._paper - down

    def _blocks(self) -> Iterator[QTextBlock]:
        block = self._document.begin()
        while block.isValid():
            yield block
            block = block.next()


def _units(text: str, at: int) -> int:
    """Returns a place in a text as Qt counts: in units of UTF-16."""
    return len(text[:at].encode("utf-16-le", "surrogatepass")) // 2
