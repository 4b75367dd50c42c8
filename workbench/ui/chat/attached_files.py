"""Attached files: looks into them, saves them, opens them elsewhere, and lets them be dragged out of the window."""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QDrag, QGuiApplication, QImage

from workbench.core.chat.parts import Audio, Blob, File, Image, Part
from workbench.core.services import Services
from workbench.core.text.file_names import file_name
from workbench.ui.shell.dialogs import ask_path
from workbench.ui.shell.shell import Shell
from workbench.ui.shell.write_file import write_file

if TYPE_CHECKING:
    from workbench.ui.chat.file_viewer import FileViewer
    from workbench.ui.chat.image_viewer import ImageViewer

_OPENED = frozenset({
    "png", "jpg", "jpeg", "webp", "gif", "tif", "tiff", "bmp", "avif", "heic", "heif", "pdf", "txt", "md", "csv",
    "docx", "xlsx", "pptx", "odt", "ods", "odp", "rtf", "epub", "mp3", "wav", "flac", "ogg", "m4a",
})
"""The files that are opened elsewhere, by the ends of their names: none that a system would run."""


class AttachedFiles(QObject):
    """Takes parts of messages and of drafts. What leaves the window is the file as it came, not what is sent of it."""

    def __init__(self, services: Services, shell: Shell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks, self._shell = services.store, services.tasks, shell
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def view(self, part: Part) -> None:
        """Shows what a file gives to the model: its picture or its text."""
        self._tasks.start("view an attachment", self._view(part))

    async def _view(self, part: Part) -> None:
        name = name_of(part)
        if isinstance(part, Image) and part.blob is not None:
            from workbench.ui.chat.image_viewer import ImageViewer  # viewers are not needed to start

            picture = ImageViewer(name, await self._store.blob(part.blob.sha256), self._shell.dialog_parent)
            picture.copy_requested.connect(partial(self.copy, part))
            self._offer(picture, part)
        elif isinstance(part, File):
            from workbench.ui.chat.file_viewer import FileViewer

            self._offer(FileViewer(name, part, self._shell.dialog_parent), part)
        elif kept_blob(part) is not None:
            self.save(part)

    def _offer(self, viewer: ImageViewer | FileViewer, part: Part) -> None:
        viewer.save_requested.connect(partial(self.save, part))
        viewer.open_requested.connect(partial(self.open_elsewhere, part))
        viewer.set_openable(kept_blob(part) is not None and _suffix(name_of(part)) in _OPENED)
        viewer.open()

    def copy(self, part: Part) -> None:
        """Copies a picture, for other programs to paste."""
        self._tasks.start("copy a picture", self._copy_picture(part))

    async def _copy_picture(self, part: Part) -> None:
        image = QImage()
        if isinstance(part, Image) and part.blob is not None:
            image = await asyncio.to_thread(QImage.fromData, await self._store.blob(part.blob.sha256))
        if image.isNull():
            self._shell.notify("This picture cannot be read, so nothing was copied.")
        else:
            QGuiApplication.clipboard().setImage(image)
            self._shell.notify("The picture is copied.")

    def save(self, part: Part) -> None:
        """Asks where to save the file."""
        ask_path(self._shell.dialog_parent, "Save attachment", file_name(name_of(part), "attachment"),
                 lambda path: self._tasks.spawn("save a file", self._save(part, path)))

    async def _save(self, part: Part, path: Path) -> None:
        await write_file(path, await self._bytes(part))

    def open_elsewhere(self, part: Part) -> None:
        """Opens a copy of the file with the program that the system has for it."""
        self._tasks.start("open an attachment", self._open(part))

    async def _open(self, part: Part) -> None:
        path = await self._copy(part)
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._shell.notify(f"No program was found that opens {path.name}. Save it, and open it from there.")

    def drag(self, part: Part) -> None:
        """Begins to drag the file out of the window, if the mouse button is still down when its copy is there."""
        self._tasks.start("drag an attachment", self._drag(part))

    async def _drag(self, part: Part) -> None:
        path = await self._copy(part)
        picture = QImage(str(path)) if isinstance(part, Image) else QImage()
        # Dragging has an event loop of its own, in which no task may be under way.
        QTimer.singleShot(0, partial(self._begin_drag, mime_of(path, picture)))

    def _begin_drag(self, data: QMimeData) -> None:
        if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            drag = QDrag(self._shell.dialog_parent)
            drag.setMimeData(data)
            drag.exec(Qt.DropAction.CopyAction)

    async def _copy(self, part: Part) -> Path:
        """Writes a copy of the file for another program; it is there until this one ends."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="workbench-files-")
        blob = kept_blob(part)
        folder = Path(self._folder.name) / file_name(blob.sha256[:16] if blob is not None else "", "text")
        await asyncio.to_thread(folder.mkdir, exist_ok=True)
        path = folder / file_name(name_of(part), "attachment")
        await write_file(path, await self._bytes(part))
        return path

    async def _bytes(self, part: Part) -> bytes:
        blob = kept_blob(part)
        if blob is not None:
            return await self._store.blob(blob.sha256)
        return part.text.encode() if isinstance(part, File) else b""


def mime_of(path: Path, picture: QImage) -> QMimeData:
    """Returns what another program gets that a file is dropped on: the file, and a picture also as one."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    if not picture.isNull():
        data.setImageData(picture)
    return data


def kept_blob(part: Part) -> Blob | None:
    """Returns the bytes of the file as it came; None for a part that has none."""
    if isinstance(part, Image):
        return part.original or part.blob
    return part.blob if isinstance(part, File | Audio) else None


def name_of(part: Part) -> str:
    """Returns the name of the file as it came."""
    blob = kept_blob(part)
    if isinstance(part, File):
        return part.name
    if blob is not None and blob.name:
        return blob.name
    suffix = (blob.mime if blob else "").rpartition("/")[2].replace("jpeg", "jpg") or "png"
    return f"picture.{suffix}" if isinstance(part, Image) else f"sound.{suffix}"


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower()
