"""Documents of other kinds as text: sheets, RTF, e-books, notebooks and mail."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote

from workbench.core.errors import BadInput
from workbench.core.text.formatting import counted

from .archives import Archive
from .text_encodings import decode_guessed
from .text_sink import TextSink
from .web_text import read_html, write_html
from .xml_parts import Elements, parse

_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def damaged(name: str) -> BadInput:
    return BadInput(f"{name} is damaged and cannot be read. Save it again and attach that.")


def read_sheets(data: bytes, name: str, sink: TextSink) -> None:
    """Reads the sheets of a workbook (XLSX, XLSM, XLSB, XLS, ODS) as comma separated values, each below its name."""
    from python_calamine import CalamineError, PasswordError, load_workbook

    try:
        book = load_workbook(io.BytesIO(data))
        for sheet in book.sheet_names:
            rows = book.get_sheet_by_name(sheet)
            if not rows.height:
                continue
            sink.end_paragraph()
            sink.lines(f"# {sheet}")
            for row in rows.iter_rows():
                sink.write(_line(row))
                sink.end_line()
    except PasswordError:
        raise BadInput(f"{name} is protected by a password. Remove it and attach the file again.") from None
    except (CalamineError, OSError, ValueError):
        raise damaged(name) from None


def _line(row: list[Any]) -> str:
    """Returns a row as comma separated values. ``Any``: whatever a cell can be, a number, a date, a text."""
    cells = [str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def read_rtf(data: bytes, name: str, sink: TextSink) -> None:
    from striprtf.striprtf import rtf_to_text

    try:
        sink.write(rtf_to_text(data.decode("latin-1"), errors="replace"))  # type: ignore[no-untyped-call]  # no types
    except (ValueError, IndexError, LookupError):
        raise damaged(name) from None


def read_notebook(data: bytes, name: str, sink: TextSink) -> None:
    """Reads the cells of a Jupyter notebook with the text that they put out."""
    try:
        notebook = json.loads(data)
        language = str(notebook.get("metadata", {}).get("kernelspec", {}).get("language") or "python")
        pictures = sum([_read_cell(cell, language, sink) for cell in notebook["cells"]])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise damaged(name) from None
    if pictures:
        sink.notes.append(
            counted(pictures, f"A picture in {name} is not sent.", f"{{n}} pictures in {name} are not sent."))


def _read_cell(cell: Mapping[str, Any], language: str, sink: TextSink) -> int:
    """Reads a cell; returns how many pictures it shows. ``Any``: JSON of the notebook."""
    source, pictures = _joined(cell["source"]), 0
    sink.end_paragraph()
    if cell["cell_type"] != "code":
        sink.lines(source)
        return 0
    sink.lines(f"```{language}\n{source}\n```")
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        text = _joined(output.get("text") or data.get("text/plain") or output.get("traceback") or "")
        if text.strip():
            sink.end_paragraph()
            sink.lines(f"```\n{_ESCAPES.sub('', text).rstrip()}\n```")
        pictures += any(kind.startswith("image/") for kind in data)
    return pictures


def _joined(lines: Any) -> str:
    return "".join(map(str, lines)) if isinstance(lines, list) else str(lines)


def read_mail(data: bytes, name: str, sink: TextSink) -> None:
    """Reads who wrote what to whom; the files in a mail are named, not read."""
    import email
    from email import policy
    from email.message import EmailMessage

    mail = email.message_from_bytes(data, policy=policy.default)
    for field in ("From", "To", "Cc", "Date", "Subject"):
        if value := _header(mail, field):
            sink.lines(f"{field}: {value}")
    sink.end_paragraph()
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is not None:
        raw = body.get_payload(decode=True)
        text = _mail_text(raw if isinstance(raw, bytes) else b"", body.get_content_charset())
        if body.get_content_subtype() == "html":
            write_html(text, sink)
        else:
            sink.lines(text.replace("\r\n", "\n"))
    files = [part.get_filename() or part.get_content_type() for part in mail.iter_attachments()]
    if files:
        sink.notes.append(f"The files in {name} are not sent: {', '.join(files)}. Save and attach them themselves.")


def _header(mail: Any, field: str) -> str:
    """Returns a header, decoded; ``""`` for one that is not there or cannot be read. ``Any``: typeshed has it."""
    try:
        return " ".join(str(mail[field] or "").split())
    except (ValueError, IndexError, AttributeError, TypeError):  # of broken headers, each Python raises its own
        return ""


def _mail_text(raw: bytes, charset: str | None) -> str:
    try:
        return raw.decode(charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        guessed = decode_guessed(raw, len(raw))
        return guessed.text if guessed is not None else ""


def read_epub(archive: Archive, name: str, sink: TextSink) -> None:
    """Reads the chapters of an e-book in their order."""
    if archive.has("META-INF/rights.xml") or b"EncryptedKey" in archive.read("META-INF/encryption.xml"):
        raise BadInput(f"{name} is protected against copying, so its text cannot be read.")
    container = _Package()
    parse(archive.pieces("META-INF/container.xml"), container, name)
    package = _Package()
    parse(archive.pieces(container.package), package, name)
    folder = container.package.rpartition("/")[0]
    for ident in package.spine:
        part = unquote(unescape(package.files.get(ident, "")))
        part = f"{folder}/{part}" if folder else part
        if archive.has(part):
            sink.end_paragraph()
            read_html(archive.read(part), sink)


class _Package(Elements):
    """What the two small XML files of an e-book name."""

    def __init__(self) -> None:
        super().__init__()
        self.package = ""
        self.files: dict[str, str] = {}
        self.spine: list[str] = []

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "rootfile" and not self.package:
            self.package = attributes.get("full-path", "")
        elif tag == "item":
            self.files[attributes.get("id", "")] = attributes.get("href", "")
        elif tag == "itemref":
            self.spine.append(attributes.get("idref", ""))
