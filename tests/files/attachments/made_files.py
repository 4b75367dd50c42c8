"""Files of kinds that people attach, written by hand: each as small as a real one of its kind can be."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = ('xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
      'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
      'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"')
_S = ('xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
      'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"')
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_OFFICE = ('xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
           'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
           'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
           'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"')


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(body: str = "") -> bytes:
    """A heading, a text in two runs, a list, a table, a text that was deleted, a text box and a footnote."""
    body = body or (
        '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Bericht</w:t></w:r></w:p>'
        '<w:p><w:r><w:t xml:space="preserve">Der Grünspecht </w:t></w:r><w:r><w:t>ruft.</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>erstens</w:t></w:r></w:p>'
        '<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Art</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Zahl</w:t></w:r></w:p></w:tc>'
        "</w:tr></w:tbl>"
        "<w:p><w:del><w:r><w:delText>gestrichen</w:delText></w:r></w:del><w:r><w:t>世界 🦉</w:t></w:r></w:p>"
        '<w:p><w:r><mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice><w:t>Kasten</w:t></mc:Choice>'
        "<mc:Fallback><w:t>Kasten</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>")
    return archive({
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        "word/footnotes.xml": f"<w:footnotes {_W}><w:footnote><w:p><w:r><w:t>Eine Fußnote.</w:t></w:r></w:p>"
                              "</w:footnote></w:footnotes>",
    })


def pptx() -> bytes:
    """Two slides, the second file being the first slide, which has notes."""
    def slide(text: str) -> str:
        return f"<p:sld {_A}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>"

    def relations(*targets: str) -> str:
        items = "".join(f'<Relationship Id="rId{n}" Target="{target}"/>' for n, target in enumerate(targets, 1))
        return f"<Relationships {_RELATIONS}>{items}</Relationships>"

    return archive({
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": f'<p:presentation {_A}><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/>'
                                "</p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations("slides/slide1.xml", "slides/slide2.xml"),
        "ppt/slides/slide1.xml": slide("Ende"), "ppt/slides/slide2.xml": slide("Anfang"),
        "ppt/slides/_rels/slide2.xml.rels": relations("../notesSlides/notesSlide1.xml"),
        "ppt/notesSlides/notesSlide1.xml": slide("Langsam sprechen"),
    })


def xlsx(rows: str = "") -> bytes:
    """A sheet with a text, a number, a date and a comma; a stored dimension that is wrong; and an empty sheet."""
    rows = rows or (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Name, Art</t></is></c><c r="B1"><v>3</v></c></row>'
        '<row r="2"><c r="A2"><v>1.5</v></c><c r="B2" s="1"><v>45000</v></c></row>')
    return archive({
        "[Content_Types].xml":
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships {_RELATIONS}><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
                       'officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_S}><sheets><sheet name="Vögel" sheetId="1" r:id="rId1"/>'
                           '<sheet name="Leer" sheetId="2" r:id="rId2"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels":
            f"<Relationships {_RELATIONS}>" + "".join(
                f'<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
                f'worksheet" Target="worksheets/sheet{n}.xml"/>' for n in (1, 2)) +
            '<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"'
            ' Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet {_S}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet {_S}><dimension ref="A1:A1"/><sheetData>{rows}</sheetData>'
                                    "</worksheet>",
        "xl/worksheets/sheet2.xml": f"<worksheet {_S}><sheetData/></worksheet>",
    })


def odt() -> bytes:
    return archive({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml":
            f'<office:document-content {_OFFICE}><office:body><office:text><text:tracked-changes><text:p>alt</text:p>'
            '</text:tracked-changes><text:h text:outline-level="1">Kopf</text:h>'
            "<text:p>Ein<text:s text:c=\"2\"/>Satz<text:line-break/>und noch einer.</text:p>"
            "<text:list><text:list-item><text:p>Punkt</text:p></text:list-item></text:list>"
            "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
            "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
            "</office:text></office:body></office:document-content>",
    })


def epub() -> bytes:
    page = "<!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body>{}</body></html>"
    return archive({
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        "OPS/book.opf": '<package><manifest><item id="two" href="2%20b.xhtml"/><item id="one" href="1.xhtml"/>'
                        '</manifest><spine><itemref idref="one"/><itemref idref="two"/></spine></package>',
        "OPS/1.xhtml": page.format("<h1>Erstes&nbsp;Kapitel</h1><p>Es war einmal.</p>"),
        "OPS/2 b.xhtml": page.format("<p>Ende &amp; gut</p>"),
    })


def notebook() -> bytes:
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": [
        {"cell_type": "markdown", "source": ["# Versuch\n", "Text"]},
        {"cell_type": "code", "source": "1 + 1", "outputs": [
            {"output_type": "execute_result", "data": {"text/plain": ["2"]}},
            {"output_type": "error", "traceback": ["\x1b[31mValueError\x1b[0m: no"]},
            {"output_type": "display_data", "data": {"image/png": "AAAA", "text/plain": "<Figure>"}}]},
    ]}).encode()


RTF = rb"""{\rtf1\ansi\ansicpg1252{\fonttbl\f0 Arial;}\f0 Gr\'fc\'dfe \b fett\b0\par Zweite Zeile \u19990?\par}"""

MAIL = b"""From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
To: a@example.org
Subject: =?utf-8?b?R3LDvMOfZQ==?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Sch=F6ne Gr=FC=DFe
--b
Content-Type: application/pdf; name="rechnung.pdf"
Content-Disposition: attachment; filename="rechnung.pdf"
Content-Transfer-Encoding: base64

AAAA
--b--
"""

PAGE = """<!doctype html><html><head><meta charset="iso-8859-1"><title>T</title><style>p{}</style>
<script>alert(1)</script>
<body><h2>Titel</h2><p>Ein   <b>Wort</b>
mehr.<ul><li>eins<li>zwei</ul><table><tr><td>a</td><td>ü</td></tr></table><pre>x
  y</pre><img alt="Eule"></body></html>""".encode("iso-8859-1")


def pdf(*pages: str, scanned: int = 0) -> bytes:
    """A PDF with a page for each text, and ``scanned`` more that show a picture of one pixel."""
    contents = [f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET" if text else "" for text in pages]
    contents += ["q 300 0 0 300 100 100 cm /I1 Do Q"] * scanned
    count = len(contents)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (
            b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(count)), count),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
        b"/Length 3 >>\nstream\n\xd0\x20\x20\nendstream",
    ]
    for number, content in enumerate(contents):
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
                       b"/Resources << /Font << /F1 3 0 R >> /XObject << /I1 4 0 R >> >> >>" % (6 + 2 * number))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content.encode("latin-1")))
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()
