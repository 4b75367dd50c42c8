"""Documents of word processors and slides (DOCX, PPTX, ODT, ODP) as text: headings, lists and tables in Markdown."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from workbench.core.text.formatting import counted

from .archives import Archive
from .text_sink import TextSink
from .xml_parts import Elements, parse

_HEADING = re.compile(r"(?:heading|berschrift|titre|titolo|t.tulo|kop|nagłówek|заголовок)\s?([1-6])$", re.IGNORECASE)
_MOST_REPEATED = 100


def read_docx(archive: Archive, name: str, sink: TextSink) -> None:
    """Reads the body, then the notes. What is marked as deleted is left out."""
    word = WordText(sink)
    parse(archive.pieces("word/document.xml"), word, name)
    for part in ("word/footnotes.xml", "word/endnotes.xml"):
        if archive.has(part):
            parse(archive.pieces(part), WordText(sink), name)
    _note_pictures(word.pictures, name, sink)


def read_pptx(archive: Archive, name: str, sink: TextSink) -> None:
    """Reads the slides in their order, each with its speaker's notes."""
    slides = Slides()
    parse(archive.pieces("ppt/presentation.xml"), slides, name)
    targets = _relations(archive, "ppt/presentation.xml", name)
    pictures = 0
    for number, ident in enumerate(slides.idents, 1):
        part = targets.get(ident, "")
        if not archive.has(part):
            continue
        sink.end_paragraph()
        sink.lines(f"## Slide {number}")
        text = WordText(sink)
        parse(archive.pieces(part), text, name)
        pictures += text.pictures
        for target in _relations(archive, part, name).values():
            if "/notesSlides/" in target and archive.has(target):
                sink.end_paragraph()
                sink.write("Notes: ")
                parse(archive.pieces(target), WordText(sink, skipped={"fld"}), name)
    _note_pictures(pictures, name, sink)


def read_open_document(archive: Archive, name: str, sink: TextSink) -> None:
    text = OpenText(sink)
    parse(archive.pieces("content.xml"), text, name)
    _note_pictures(text.pictures, name, sink)


def _note_pictures(count: int, name: str, sink: TextSink) -> None:
    if count:
        sink.notes.append(
            counted(count, f"A picture in {name} is not sent.", f"{{n}} pictures in {name} are not sent."))


def _relations(archive: Archive, part: str, name: str) -> Mapping[str, str]:
    """Returns the parts that a part refers to, by the names it uses for them."""
    folder, file = posixpath.split(part)
    source = f"{folder}/_rels/{file}.rels"
    found = Relations(folder)
    if archive.has(source):
        parse(archive.pieces(source), found, name)
    return found.targets


class Relations(Elements):
    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self.targets: dict[str, str] = {}

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.join("/" + self._folder, attributes.get("Target", ""))
            self.targets[attributes.get("Id", "")] = posixpath.normpath(target).lstrip("/")


class Slides(Elements):
    def __init__(self) -> None:
        super().__init__()
        self.idents: list[str] = []

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sldId":  # its own number is called id too, but not in the namespace of relations
            self.idents.append(next((value for value in attributes.values() if value.startswith("rId")), ""))


class _Tables(Elements):
    """The base of both readers: cells of a row are on one line, with bars between them."""

    def __init__(self, sink: TextSink) -> None:
        super().__init__()
        self.sink = sink
        self.pictures = 0
        self._cells = 0  # cells that are open, in each other

    def begin_cell(self) -> None:
        self._cells += 1
        if self._cells == 1:
            self.sink.write("| ")

    def end_cell(self) -> None:
        self._cells -= 1
        if self._cells == 0:
            self.sink.write(" ")

    def end_row(self) -> None:
        if self._cells == 0:
            self.sink.write("|")
            self.sink.end_line()

    def end_paragraph(self) -> None:
        if self._cells:
            self.sink.write(" ")
        else:
            self.sink.end_paragraph()


class WordText(_Tables):
    """The text of WordprocessingML and DrawingML, which name their parts alike."""

    def __init__(self, sink: TextSink, skipped: set[str] | None = None) -> None:
        super().__init__(sink)
        # The fallback of a text box has its text a second time; a moved text stands at its new place too.
        self._skipped = {"Fallback", "del", "moveFrom"} | (skipped or set())
        self._within_skipped = 0
        self._text = False
        self._mark = ""

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._within_skipped or tag in self._skipped:
            self._within_skipped += 1
        elif tag == "t":
            self._text = True
        elif tag == "tab":
            self._write("\t")
        elif tag in ("br", "cr"):
            self._write(" ") if self._cells else self.sink.end_line()
        elif tag == "pStyle" and (found := _HEADING.search(attributes.get("val", ""))):
            self._mark = "#" * int(found[1]) + " "
        elif tag == "numPr" and not self._mark:
            self._mark = "- "
        elif tag == "tc":
            self.begin_cell()
        elif tag in ("pic", "imagedata"):
            self.pictures += 1

    def end(self, tag: str) -> None:
        if self._within_skipped:
            self._within_skipped -= 1
        elif tag == "t":
            self._text = False
        elif tag == "p":
            self._mark = ""
            self.end_paragraph()
        elif tag == "tc":
            self.end_cell()
        elif tag == "tr":
            self.end_row()

    def characters(self, content: str) -> None:
        if self._text and not self._within_skipped:
            self._write(content)

    def _write(self, text: str) -> None:
        if self._mark and not self._cells:
            self.sink.write(self._mark)
        self._mark = ""
        self.sink.write(text)


class OpenText(_Tables):
    """The text of the OpenDocument formats."""

    def __init__(self, sink: TextSink) -> None:
        super().__init__(sink)
        self._depth = 0  # paragraphs that are open: text is nowhere else
        self._within_skipped = 0
        self._slides = 0
        self._mark = ""

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._within_skipped or tag in ("tracked-changes", "annotation"):
            self._within_skipped += 1
        elif tag in ("p", "h"):
            self._depth += 1
            if tag == "h":
                self._mark = "#" * _count(attributes, "outline-level", most=6) + " "
        elif tag == "list-item":
            self._mark = "- "
        elif tag == "s":
            self._write(" " * _count(attributes, "c"))
        elif tag == "tab":
            self._write("\t")
        elif tag == "line-break":
            self._write(" ") if self._cells else self.sink.end_line()
        elif tag == "table-cell":
            self.begin_cell()
        elif tag == "page":
            self._slides += 1
            self.sink.end_paragraph()
            self.sink.lines(f"## Slide {self._slides}")
        elif tag == "image":
            self.pictures += 1

    def end(self, tag: str) -> None:
        if self._within_skipped:
            self._within_skipped -= 1
        elif tag in ("p", "h"):
            self._depth -= 1
            self._mark = ""
            self.end_paragraph()
        elif tag == "table-cell":
            self.end_cell()
        elif tag == "table-row":
            self.end_row()

    def characters(self, content: str) -> None:
        if self._depth and not self._within_skipped:
            self._write(content.replace("\n", " "))

    def _write(self, text: str) -> None:
        if self._mark and not self._cells and text.strip():
            self.sink.write(self._mark)
            self._mark = ""
        self.sink.write(text)


def _count(attributes: Mapping[str, str], name: str, most: int = _MOST_REPEATED) -> int:
    value = attributes.get(name, "1")
    return max(1, min(most, int(value))) if value.isdecimal() else 1
