"""Contents of files: what a model gets of a file that somebody else made. Runs in the worker, which holds the limits.

What a file is, its first bytes say; its name only tells kinds of text apart.
"""

from __future__ import annotations

from typing import Any

from workbench.core.errors import BadInput

from .file_kinds import is_picture, suffix_of
from .text_sink import Full, TextSink

_MIMES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12", "xls": "application/vnd.ms-excel",
    "odt": "application/vnd.oasis.opendocument.text", "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet", "epub": "application/epub+zip",
    "rtf": "application/rtf", "ipynb": "application/x-ipynb+json", "eml": "message/rfc822", "html": "text/html",
    "pdf": "application/pdf", "txt": "text/plain",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(data: bytes, *, name: str, most: int, memory: int) -> tuple[Any, bytes]:
    """Returns facts, and the bytes to send of a picture, none of a document. Facts of both are ``mime`` and ``notes``
    (sentences); of a picture ``width``, ``height`` and ``kept_mime``, the file's own; of a document ``text``, ``pages``
    and ``scanned`` (the pages of a PDF without text). ``most`` is in characters, ``memory`` in bytes. ``Any``: JSON.
    Raises ``BadInput``."""
    if is_picture(data):
        from .pictures import prepare

        picture = prepare(data, name, memory)
        return {
            "mime": picture.mime, "kept_mime": picture.kept_mime, "width": picture.width, "height": picture.height,
            "notes": picture.notes,
        }, picture.data
    sink = TextSink(most)
    facts = {"pages": 0, "scanned": []}
    try:
        kind = _read_document(data, name, sink, facts)
    except Full:
        kind = _kind(data, name)
        sink.notes.append(f"{name} is long: only its first {most:,} characters are sent.")
    return {"mime": _MIMES[kind], "text": sink.text, "notes": sink.notes, **facts}, b""


def draw(data: bytes, *, name: str, pages: list[int]) -> tuple[Any, bytes]:
    """Returns pages of a PDF as JPEG: for each its size in bytes, width and height, and all their bytes one after
    another."""
    from .pdf import draw_pages

    drawn = list(draw_pages(data, name, pages))
    return [[len(picture), width, height] for picture, width, height in drawn], b"".join(each[0] for each in drawn)


def _kind(data: bytes, name: str) -> str:
    """Returns the kind of a document, a key of ``_MIMES``. Raises ``BadInput`` for one that is not read."""
    suffix = suffix_of(name)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_archive(data, name)
    if data.startswith(_OLD_OFFICE):
        if suffix in ("doc", "ppt", "msg"):
            new = {"doc": "DOCX", "ppt": "PPTX", "msg": "EML"}[suffix]
            raise BadInput(f"{name} is in an old format that cannot be read. Save it as {new} and attach that.")
        return "xls"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    return {"htm": "html", "html": "html", "xhtml": "html", "ipynb": "ipynb", "eml": "eml"}.get(suffix, "txt")


def _kind_of_archive(data: bytes, name: str) -> str:
    from .archives import Archive

    archive = Archive(data, name)
    if archive.has("mimetype"):
        mime = archive.read("mimetype").decode("ascii", "replace").strip()
        if kind := next((kind for kind, known in _MIMES.items() if mime.removesuffix("-template") == known), ""):
            return kind
    for part, kind in (("word/document.xml", "docx"), ("ppt/presentation.xml", "pptx"), ("xl/workbook.xml", "xlsx"),
                       ("xl/workbook.bin", "xlsb"), ("META-INF/container.xml", "epub")):
        if archive.has(part):
            return kind
    raise BadInput(f"{name} is an archive. Unpack it and attach the files in it one by one.")


def _read_document(data: bytes, name: str, sink: TextSink, facts: dict[str, Any]) -> str:
    """Reads a document into the sink and returns its kind. ``Any``: JSON."""
    kind = _kind(data, name)
    if kind == "pdf":
        from .pdf import read_pdf

        facts["pages"], facts["scanned"] = read_pdf(data, name, sink)
    elif kind in ("docx", "pptx", "odt", "odp"):
        from . import office
        from .archives import Archive

        reader = {"docx": office.read_docx, "pptx": office.read_pptx}.get(kind, office.read_open_document)
        reader(Archive(data, name), name, sink)
    elif kind == "html":
        from .web_text import read_html

        if read_html(data, sink):
            sink.notes.append(f"The text of {name} is sent, without its markup.")
        else:
            raise no_text(name)
    elif kind == "txt":
        _read_text(data, name, sink)
    else:
        _read_other(kind, data, name, sink)
    return kind


def _read_other(kind: str, data: bytes, name: str, sink: TextSink) -> None:
    from . import documents
    from .archives import Archive

    if kind == "epub":
        documents.read_epub(Archive(data, name), name, sink)
    elif kind == "rtf":
        documents.read_rtf(data, name, sink)
    elif kind == "ipynb":
        documents.read_notebook(data, name, sink)
    elif kind == "eml":
        documents.read_mail(data, name, sink)
    else:
        if data.startswith(b"PK"):
            from .far_cells import without_empty_areas

            if (closer := without_empty_areas(data, name)) is not None:
                data = closer
                sink.notes.append(f"Wide empty areas of {name} are left out.")
        documents.read_sheets(data, name, sink)


def _read_text(data: bytes, name: str, sink: TextSink) -> None:
    from .text_encodings import decode_guessed

    decoded = decode_guessed(data, sink.room)
    if decoded is None:
        raise no_text(name)
    if decoded.guessed:
        sink.notes.append(f"{name} is not in UTF-8. It was read as {decoded.guessed}: look whether its text is right.")
    sink.write(decoded.text)


def no_text(name: str) -> BadInput:
    return BadInput(f"{name} is neither text, nor a picture or a document of a known kind. Save it as PDF, DOCX, text "
                    "or PNG, and attach that.")
