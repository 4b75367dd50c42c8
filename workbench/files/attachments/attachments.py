"""Attachments from files: images resized for sending, text and code whole, PDF by its text."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from workbench.core.chat.parts import Blob, File
from workbench.core.errors import BadInput
from workbench.core.ports.attachments import PreparedAttachment

MOST_BYTES = 50_000_000
"""No file larger than this is read: the largest request that any known provider takes is about as large."""

MOST_TEXT = 4_000_000
"""Characters of one text file: about a million tokens, the largest context there is."""


class FileAttachments:
    """The port ``core.ports.attachments``. Decoding happens in a worker thread, PDF in a process."""

    async def prepare(self, path: Path) -> PreparedAttachment:
        data = await asyncio.to_thread(_read, path)
        return await self.prepare_bytes(data, path.name)

    async def prepare_bytes(self, data: bytes, name: str) -> PreparedAttachment:
        if not data:
            raise BadInput(f"{name} is empty, so there is nothing to attach.")
        if len(data) > MOST_BYTES:
            raise BadInput(f"{name} has {_size(len(data))}; at most {_size(MOST_BYTES)} can be attached.")
        from . import images  # Pillow takes a while to load: not at the start of the program

        if images.looks_like_image(data):
            return await asyncio.to_thread(images.prepare, data, name)
        if data.startswith(b"%PDF-"):
            from . import pdf_text

            text, note = await asyncio.to_thread(pdf_text.extract_text, data, name, MOST_TEXT)
            return _file(data, name, "application/pdf", text, note)
        return _file(data, name, "text/plain", await asyncio.to_thread(_decode, data, name), "")


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadInput(f"{path.name} is a folder. Attach the files in it one by one.")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise BadInput(f"{path.name} has {_size(size)}; at most {_size(MOST_BYTES)} can be attached.")
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}. Check the name.") from None
    except OSError as error:
        raise BadInput(f"{path.name} could not be read: {error.strerror or error}.") from None


def _decode(data: bytes, name: str) -> str:
    """Decodes UTF-8, or UTF-16 with a byte order mark; anything else is not text for a model. Raises ``BadInput``."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadInput(
            f"{name} is neither text in UTF-8, nor a PNG, JPEG, WebP or GIF image, nor a PDF. "
            "Save it as one of these and attach it again."
        )
    if len(text) > MOST_TEXT:
        raise BadInput(f"{name} has {len(text):,} characters; at most {MOST_TEXT:,} can be attached.")
    return text


def _file(data: bytes, name: str, mime: str, text: str, note: str) -> PreparedAttachment:
    blob = Blob(hashlib.sha256(data).hexdigest(), len(data), mime, name)
    return PreparedAttachment(File(name, text, blob), {blob.sha256: data}, note)


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
