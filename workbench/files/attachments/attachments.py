"""Attachments from files: pictures resized for sending, documents by their text.

What somebody else's library would have to decode is read in a worker with limits; text in UTF-8 needs none.
"""

from __future__ import annotations

import asyncio
import hashlib
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.core.chat.parts import Blob, File, Image
from workbench.core.errors import BadInput
from workbench.core.ports.attachments import MOST_PAGES, PreparedAttachment
from workbench.core.processes.worker import Function, Limits, WorkerFailed, call_async

from .file_kinds import READ_AS_TEXT_IN_WORKER, is_picture, suffix_of
from .text_encodings import decode_certain

MOST_BYTES = 50_000_000
"""No file larger than this is read: the largest request that any known provider takes is about as large."""

MOST_TEXT = 4_000_000
"""Characters of one file: about a million tokens, the largest context there is."""

_MEMORY = 232_000_000
"""Bytes that reading a file may take in the worker and the window together."""
_SECONDS = 30
_MOST_OUTPUT = 40_000_000


class FileAttachments:
    """The port ``core.ports.attachments``. Files are read one at a time, so that many take no more memory than one."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def prepare(self, path: Path) -> PreparedAttachment:
        return await self.prepare_bytes(await asyncio.to_thread(_read, path), path.name)

    async def prepare_bytes(self, data: bytes, name: str) -> PreparedAttachment:
        if not data:
            raise BadInput(f"{name} is empty, so there is nothing to attach.")
        if len(data) > MOST_BYTES:
            raise _too_large(name, len(data))
        if (text := await asyncio.to_thread(_plain_text, data, name)) is not None:
            note = f"{name} is long: only its first {MOST_TEXT:,} characters are sent." if len(text) > MOST_TEXT else ""
            return _file(data, name, "text/plain", text[:MOST_TEXT], note)
        from . import contents  # not at the start of the program

        facts, picture = await self._call(contents.read, data, name, most=MOST_TEXT, memory=_memory(data))
        if picture:
            return _picture(data, name, facts, picture)
        return _document(data, name, facts)

    async def draw_pages(self, data: bytes, name: str, pages: Sequence[int]) -> Sequence[PreparedAttachment]:
        from . import contents

        drawn, together = await self._call(contents.draw, data, name, pages=list(pages[:MOST_PAGES]))
        made, at = [], 0
        for page, (size, width, height) in zip(pages, drawn, strict=False):
            picture = together[at : at + size]
            at += size
            blob = _blob(picture, "image/jpeg", f"{name} page {page}.jpg")
            made.append(PreparedAttachment(Image(blob=blob, width=width, height=height), {blob.sha256: picture}))
        return made

    async def _call(self, function: Function, data: bytes, name: str, **arguments: Any) -> tuple[Any, bytes]:
        """Runs a function of ``contents`` in the worker. ``Any``: JSON. Raises ``BadInput``."""
        limits = Limits(seconds=_SECONDS, memory=_memory(data), output=_MOST_OUTPUT)
        async with self._turn:
            try:
                return await call_async(function, data, limits=limits, name=name, **arguments)
            except WorkerFailed as failure:
                raise _refusal(name, failure) from None


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadInput(f"{path.name} is a folder. Attach the files in it one by one.")
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise BadInput(
                f"{path.name} is no file, but a device or a pipe. Save what it gives as a file and attach that.")
        if about.st_size > MOST_BYTES:
            raise _too_large(path.name, about.st_size)
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}. Check the name.") from None
    except OSError as error:
        raise BadInput(f"{path.name} could not be read: {error.strerror or error}.") from None


def _plain_text(data: bytes, name: str) -> str | None:
    """Returns text that needs no library to be read; None for all else."""
    if suffix_of(name) in READ_AS_TEXT_IN_WORKER or is_picture(data) or data.startswith((b"%PDF-", b"{\\rtf")):
        return None
    return decode_certain(data, MOST_TEXT)


def _memory(data: bytes) -> int:
    """Returns how many bytes the worker may take for a file: the window has it in memory too."""
    return _MEMORY - len(data)


def _picture(data: bytes, name: str, facts: Any, sent: bytes) -> PreparedAttachment:
    """Returns a picture as it is sent. ``Any``: the facts of ``contents.read``."""
    kept, blob = _blob(data, facts["kept_mime"], name), _blob(sent, facts["mime"], name)
    part = Image(blob=blob, original=None if blob == kept else kept, width=facts["width"], height=facts["height"])
    return PreparedAttachment(part, {kept.sha256: data, blob.sha256: sent}, " ".join(facts["notes"]))


def _document(data: bytes, name: str, facts: Any) -> PreparedAttachment:
    """Returns a document as it is sent. ``Any``: the facts of ``contents.read``. Raises ``BadInput`` for an empty
    one."""
    scanned, pages = tuple(facts["scanned"]), facts["pages"]
    notes = [*facts["notes"], *([_scanned_note(name, len(scanned), pages)] if scanned else [])]
    if not facts["text"].strip() and not scanned:
        raise BadInput(f"{name} holds no text. Attach another file.")
    return _file(data, name, facts["mime"], facts["text"], " ".join(notes), scanned)


def _scanned_note(name: str, scanned: int, pages: int) -> str:
    if scanned == pages:
        return f"{name} holds no text, only pictures."
    return f"{scanned:,} of {pages:,} pages of {name} hold no text, only pictures."


def _file(
    data: bytes, name: str, mime: str, text: str, note: str, scanned: tuple[int, ...] = ()
) -> PreparedAttachment:
    blob = _blob(data, mime, name)
    return PreparedAttachment(File(name, text, blob), {blob.sha256: data}, note, scanned)


def _blob(data: bytes, mime: str, name: str) -> Blob:
    return Blob(hashlib.sha256(data).hexdigest(), len(data), mime, name)


def _refusal(name: str, failure: WorkerFailed) -> BadInput:
    if failure.kind == "time":
        return BadInput(f"{name} took over {_SECONDS} seconds to read. Attach a part of it.")
    if failure.kind in ("memory", "output"):
        return BadInput(f"{name} takes more memory to read than a file may. Attach a smaller one, or a part of it.")
    return BadInput(f"{name} is damaged or too complex to read. Save it again and attach that.")


def _too_large(name: str, size: int) -> BadInput:
    return BadInput(f"{name} has {size / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.1f} MB can be attached.")
