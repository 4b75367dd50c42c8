"""The text layer of a PDF that Qt wrote: what makes its text found, read aloud and gone through by headings.

Qt names the wrong characters for many Chinese and Japanese glyphs (radicals of the same look), for Arabic ones (their
forms) and for spaces (tabs), draws emoji, formulas and all characters beyond U+FFFF without any text, and writes no
outline. The first is mended in the fonts' tables; for the second, text that is not painted is laid over the picture.
Tags for screen readers can only be written along with the content, which Qt does not do: the order of the text, the
outline and the title are what they go by.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    Fit,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

_RANGE = re.compile(rb"\[([^\]]*)\]|<([0-9A-Fa-f]{4})> *<\2> *(<[0-9A-Fa-f]{4}>)")
_CODE = re.compile(rb"<([0-9A-Fa-f]{4})>")
_FORMS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufdff\ufe70-\ufefc]")
_FONT = "/WorkbenchText"
_LONGEST = 200
"""Characters that one glyph stands for: readers take at most 512 bytes."""


class Unpainted(NamedTuple):
    """Text to lay over what was painted without: in points from the lower left corner of a page, at the base line."""

    page: int
    x: float
    y: float
    size: float
    text: str


class Heading(NamedTuple):
    """A place in the outline. ``level`` counts from 0; ``y`` is its top, in points from the lower edge."""

    page: int
    y: float
    level: int
    title: str


def add_text_layer(path: Path, texts: Sequence[Unpainted], headings: Iterable[Heading]) -> None:
    """Replaces a PDF by one whose text can be found."""
    writer = PdfWriter(clone_from=path)
    for number in range(1, len(writer._objects) + 1):
        _mend_characters(IndirectObject(number, 0, writer).get_object())
    _add_texts(writer, texts)
    parents: list[IndirectObject] = []
    for heading in headings:
        del parents[heading.level :]
        parents.append(writer.add_outline_item(
            title=heading.title, page_number=heading.page, parent=parents[-1] if parents else None,
            fit=Fit.xyz(top=heading.y)))
    writer.root_object[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.write(path)


def _mend_characters(found: object) -> None:
    """Replaces characters in the table of a font by those that people type."""
    if not isinstance(found, StreamObject):
        return
    data = found.get_data()
    if b"begincmap" in data:
        mended = _RANGE.sub(_mended, data)
        if mended != data:
            found.set_data(mended)


def _mended(range_: re.Match[bytes]) -> bytes:
    """Returns a list of characters, or a range of one, with its characters mended."""
    if range_[1] is not None:
        return _CODE.sub(_typed, range_[0])
    return range_[0][: -len(range_[3])] + _CODE.sub(_typed, range_[3])


def _typed(code: re.Match[bytes]) -> bytes:
    character = chr(int(code[1], 16))
    typed = " " if character == "\t" else character
    if _FORMS.match(character):
        typed = unicodedata.normalize("NFKC", character)
    return b"<" + typed.encode("utf-16-be").hex().upper().encode("ascii") + b">"


def _add_texts(writer: PdfWriter, texts: Sequence[Unpainted]) -> None:
    """Adds the texts to their pages. Each is one glyph of a font without pictures, which stands for all of it."""
    pieces = [(each, each.text[at : at + _LONGEST]) for each in texts for at in range(0, len(each.text), _LONGEST)]
    codes = {piece: number for number, piece in enumerate(dict.fromkeys(piece for _, piece in pieces), 1)}
    if not codes:
        return
    font = writer._add_object(_font(writer, codes))
    for number in sorted({each.page for each in texts}):
        page = writer.pages[number]
        page["/Resources"]["/Font"][NameObject(_FONT)] = font  # type: ignore[index]  # both are there: Qt wrote text
        shown = "".join(
            f"BT 3 Tr {_FONT} {each.size:.2f} Tf 1 0 0 1 {each.x:.2f} {each.y:.2f} Tm <{codes[piece]:04X}> Tj ET\n"
            for each, piece in pieces if each.page == number)
        contents = page["/Contents"]
        old = list(contents) if isinstance(contents, ArrayObject) else [page.raw_get("/Contents")]
        page[NameObject("/Contents")] = ArrayObject(
            [_stream(writer, "q\n"), *old, _stream(writer, f"\nQ\n{shown}")])


def _stream(writer: PdfWriter, text: str) -> IndirectObject:
    stream = DecodedStreamObject()
    stream.set_data(text.encode("ascii"))
    return writer._add_object(stream)


def _font(writer: PdfWriter, codes: dict[str, int]) -> DictionaryObject:
    rows = [f"<{code:04X}> <{piece.encode('utf-16-be', 'replace').hex()}>" for piece, code in codes.items()]
    parts = [rows[at : at + 100] for at in range(0, len(rows), 100)]  # more are not allowed together
    table = "".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n" for part in parts)
    to_unicode = _stream(writer, (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Workbench def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{table}endcmap\nend\nend\n"))
    name = NameObject("/Workbench")
    described = DictionaryObject({
        NameObject("/Type"): NameObject("/FontDescriptor"), NameObject("/FontName"): name,
        NameObject("/Flags"): NumberObject(4), NameObject("/ItalicAngle"): NumberObject(0),
        NameObject("/Ascent"): NumberObject(800), NameObject("/Descent"): NumberObject(-200),
        NameObject("/CapHeight"): NumberObject(700), NameObject("/StemV"): NumberObject(80),
        NameObject("/FontBBox"): ArrayObject(NumberObject(edge) for edge in (0, -200, 1000, 800)),
    })
    inner = DictionaryObject({
        NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/CIDFontType2"),
        NameObject("/BaseFont"): name, NameObject("/DW"): NumberObject(1000),
        NameObject("/CIDToGIDMap"): NameObject("/Identity"),
        NameObject("/CIDSystemInfo"): DictionaryObject({
            NameObject("/Registry"): TextStringObject("Adobe"), NameObject("/Ordering"): TextStringObject("Identity"),
            NameObject("/Supplement"): NumberObject(0)}),
        NameObject("/FontDescriptor"): writer._add_object(described),
    })
    return DictionaryObject({
        NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type0"),
        NameObject("/BaseFont"): name, NameObject("/Encoding"): NameObject("/Identity-H"),
        NameObject("/DescendantFonts"): ArrayObject([writer._add_object(inner)]),
        NameObject("/ToUnicode"): to_unicode,
    })
