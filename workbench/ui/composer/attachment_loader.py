"""The loader of attachments: reads files and pictures, and stores their bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Signal
from PySide6.QtGui import QImage, QImageWriter

from workbench.core.chat.parts import File, Image, Part, blobs_of
from workbench.core.errors import BadInput, StoreError
from workbench.core.services import Services

if TYPE_CHECKING:
    from workbench.core.ports.attachments import PreparedAttachment


class AttachmentLoader(QObject):
    """Numbers what it is given. An attachment is ready when its bytes are in the store."""

    begun = Signal(int, str)  # number, name
    prepared = Signal(int, object, bytes, str)  # number, Part, bytes of its picture (or b""), a remark on it
    failed = Signal(int, str)  # number, what is wrong with it
    replaced = Signal(int)  # number of one whose place others take
    remarked = Signal(str)  # what the user should know about a document that is ready
    scanned = Signal(int, object, object)  # number, File, the numbers of its pages that hold pictures but no text

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._attachments, self._store, self._tasks = services.attachments, services.store, services.tasks
        self._count = 0

    def attach_files(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self._start(path.name, partial(self._attachments().prepare, path))

    def attach_image(self, image: QImage, name: str = "picture.png") -> None:
        """Attaches a picture from the clipboard, which is encoded off this thread."""

        async def prepare() -> PreparedAttachment:
            return await self._attachments().prepare_bytes(await asyncio.to_thread(_png, image), name)

        self._start(name, prepare)

    def attach_pages(self, part: File, pages: Sequence[int]) -> None:
        """Attaches pages of a PDF as pictures."""
        self._tasks.spawn("attach pages", self._attach_pages(part, pages))

    def attach_bytes(self, data: bytes, name: str) -> None:
        self._start(name, lambda: self._attachments().prepare_bytes(data, name))

    def show(self, parts: Sequence[Part]) -> None:
        """Shows parts that are in the store already (a draft, a message that is edited): at once, so that the draft
        is never without them, and again with their pictures."""
        for part in parts:
            number = self._number(part_name(part))
            self.prepared.emit(number, part, b"", "")
            if sha256 := _picture(part):
                self._tasks.start(f"attach {number}", self._show_picture(number, part, sha256))

    def cancel(self, number: int) -> None:
        self._tasks.cancel(f"attach {number}")

    def _start(self, name: str, prepare: Callable[[], Awaitable[PreparedAttachment]]) -> None:
        number = self._number(name)
        self._tasks.start(f"attach {number}", self._attach(number, prepare))

    def _number(self, name: str) -> int:
        self._count += 1
        self.begun.emit(self._count, name)
        return self._count

    async def _attach(self, number: int, prepare: Callable[[], Awaitable[PreparedAttachment]]) -> None:
        try:
            prepared = await prepare()
            named = {blob.sha256: blob for blob in blobs_of([prepared.part], originals=True)}
            for sha256, data in prepared.blobs.items():
                blob = named.get(sha256)
                await self._store.put_blob(data, blob.mime if blob else "", blob.name if blob else "")
        except (BadInput, StoreError) as error:
            self.failed.emit(number, str(error))
            return
        picture = prepared.blobs.get(_picture(prepared.part), b"")
        self.prepared.emit(number, prepared.part, picture, prepared.note)
        if prepared.scanned:
            self.scanned.emit(number, prepared.part, prepared.scanned)
        elif prepared.note and isinstance(prepared.part, File):
            self.remarked.emit(prepared.note)

    async def _attach_pages(self, part: File, pages: Sequence[int]) -> None:
        number = self._number(part.name)
        try:
            data = await self._store.blob(part.blob.sha256 if part.blob is not None else "")
            drawn = await self._attachments().draw_pages(data, part.name, pages)
        except (BadInput, StoreError) as error:
            self.failed.emit(number, str(error))
            return
        self.replaced.emit(number)
        for each in drawn:
            await self._attach(self._number(part_name(each.part)), partial(_at_once, each))

    async def _show_picture(self, number: int, part: Part, sha256: str) -> None:
        self.prepared.emit(number, part, await self._store.blob(sha256), "")


async def _at_once(prepared: PreparedAttachment) -> PreparedAttachment:
    return prepared


def part_name(part: Part) -> str:
    """Returns what an attachment is called."""
    if isinstance(part, File):
        return part.name
    names = [blob.name for blob in blobs_of([part], originals=True) if blob.name]
    return names[-1] if names else part.kind


def _picture(part: Part) -> str:
    return part.blob.sha256 if isinstance(part, Image) and part.blob is not None else ""


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(data.data())
