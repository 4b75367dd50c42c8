"""Pictures of chats and messages, painted by the transcript's own painter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtGui import QImage

from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import Audio, File, Image, Part, Reasoning
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.services import Services
from workbench.core.text.file_names import file_name, unused
from workbench.core.threads import in_thread
from workbench.ui.chat.message_view_model import MessagePlace, entry_for
from workbench.ui.models.provider_names import provider_names
from workbench.ui.theme import style
from workbench.ui.theme.tokens import DARK, LIGHT
from workbench.ui.transcript.snapshot import Snapshot

WIDTHS = {"narrow": 480, "normal": 808, "wide": 1120}
"""Pixels, by the option ``width``; ``normal`` is the width of the conversation in a window."""
MAX_CHARACTERS = 1_000_000
"""Length of a chat that becomes pictures: about 100 of them."""
_BATCH = 20
"""Messages read at once."""

Progress = Callable[[int, int], None]


class MessageImages:
    """Paints chats and messages.

    ``options`` are fields of ``ExportOptions``, and ``dark`` and ``width`` (one of ``WIDTHS``); without ``dark`` the
    colours are those of the window.
    """

    def __init__(self, services: Services) -> None:
        self._store, self._providers, self._import_export = services.store, services.providers, services.import_export

    async def export(
        self, chat_ids: Sequence[str], path: Path, *, options: Mapping[str, Json], progress: Progress
    ) -> Sequence[Path]:
        """Writes one chat beside ``path``, several into the folder ``path``, as ``ImportExport.export`` does."""
        staging = self._import_export.staged(path)
        async with staging as folder:
            if len(chat_ids) == 1:
                await self._export_chat(chat_ids[0], folder, path.stem, options, progress)
            else:
                folder /= path.name
                folder.mkdir()
                used: set[str] = set()
                for done, chat_id in enumerate(chat_ids):
                    progress(done, len(chat_ids))
                    name = unused(file_name((await self._store.chat(chat_id)).title, chat_id), used)
                    await self._export_chat(chat_id, folder, name, options, lambda done, of: None)
                progress(len(chat_ids), len(chat_ids))
        return staging.moved

    async def export_message(self, node: MessageNode, path: Path, *, options: Mapping[str, Json]) -> Sequence[Path]:
        """Writes one message beside ``path``, a long one as several pictures, and returns their paths."""
        staging = self._import_export.staged(path)
        async with staging as folder:
            album = _Album(folder, path.stem)
            await self._paint([node], "", options, album.add)
            album.finish()
        return staging.moved

    async def message(self, node: MessageNode, *, options: Mapping[str, Json]) -> QImage:
        """Returns one message as one picture. Raises ``BadInput`` when it is too long for that."""
        images: list[QImage] = []
        await self._paint([node], "", options, images.append)
        if len(images) != 1:
            raise BadInput("This message is too long for one picture. Save it as a picture: that makes several.")
        return images[0]

    async def _export_chat(
        self, chat_id: str, folder: Path, name: str, options: Mapping[str, Json], progress: Progress
    ) -> None:
        chat = await self._store.chat(chat_id)
        path = await self._store.path(chat_id)
        if sum(header.size for header in path) > MAX_CHARACTERS:
            raise BadInput(f"“{chat.title}” is too long for pictures. Export it as PDF or HTML, or single messages of "
                           "it as pictures.")
        album = _Album(folder, name)
        snapshot = self._snapshot(chat.title, options)
        for start in range(0, len(path), _BATCH):
            progress(start, len(path))
            nodes = await self._store.nodes([header.id for header in path[start : start + _BATCH]])
            await self._add(nodes, snapshot, options, album.add)
        await in_thread(lambda: _each(snapshot.finish(), album.add))
        album.finish()
        progress(len(path), len(path))

    async def _paint(
        self, nodes: Sequence[MessageNode], title: str, options: Mapping[str, Json], receive: Callable[[QImage], None]
    ) -> None:
        snapshot = self._snapshot(title, options)
        await self._add(nodes, snapshot, options, receive)
        await in_thread(lambda: _each(snapshot.finish(), receive))

    async def _add(
        self, nodes: Sequence[MessageNode], snapshot: Snapshot, options: Mapping[str, Json],
        receive: Callable[[QImage], None]
    ) -> None:
        names = provider_names(self._providers)
        for node in nodes:
            entry = entry_for(_shown(node, options), MessagePlace(), names)
            if not options.get("metrics", True):
                entry = replace(entry, metrics=())
            await in_thread(partial(_each, snapshot.add(entry), receive))

    def _snapshot(self, title: str, options: Mapping[str, Json]) -> Snapshot:
        loop = asyncio.get_running_loop()

        def image(sha256: str) -> bytes:
            try:
                return asyncio.run_coroutine_threadsafe(self._store.blob(sha256), loop).result()
            except BadInput:
                return b""  # shown as a missing picture

        width = WIDTHS.get(str(options.get("width")), WIDTHS["normal"])
        dark = options.get("dark", style.theme().dark)
        return Snapshot(DARK if dark else LIGHT, width, image, title)


class _Album:
    """Writes the pictures of one chat or message to ``name.png``, or to ``name 1 of 3.png`` and so on."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name, self._count = folder, name, 0

    def add(self, image: QImage) -> None:
        """Raises ``OSError``."""
        self._count += 1
        if not image.save(str(self._path(self._count))):
            raise OSError("the disk did not take a picture")

    def finish(self) -> None:
        for number in range(1, self._count + 1):
            end = "" if self._count == 1 else f" {number} of {self._count}"
            self._path(number).rename(self._folder / f"{self._name}{end}.png")

    def _path(self, number: int) -> Path:
        return self._folder / f".{number}.png"


def _each(images: Iterable[QImage], receive: Callable[[QImage], None]) -> None:
    for image in images:
        receive(image)


def _shown(node: MessageNode, options: Mapping[str, Json]) -> MessageNode:
    """Returns a message without what the options leave out; of attachments the names stay."""
    parts: list[Part] = []
    for part in node.message.parts:
        if isinstance(part, Reasoning) and not options.get("reasoning", True):
            continue
        if isinstance(part, Image | Audio) and part.blob is not None and not options.get("attachments", True):
            part = File(part.blob.name or "attachment", "", part.blob)
        parts.append(part)
    return replace(node, message=replace(node.message, parts=tuple(parts)))
