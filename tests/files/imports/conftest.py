"""Imports files into a real store and shows what arrived."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import part_to_json
from workbench.core.ports.import_export import ImportReport
from workbench.files.import_export_service import ImportExportService
from workbench.storage.store import SqliteStore, open_store


@dataclass
class Arrived:
    """A chat as the store has it now. ``line`` and ``tree`` are ``(role, text)``; a child is indented by its
    depth in ``shape``."""

    chat: Chat
    nodes: list[MessageNode]
    line: list[tuple[str, str]]
    folder: str
    blobs: dict[str, bytes]

    @property
    def shape(self) -> list[str]:
        depth: dict[str | None, int] = {None: -1}
        below: dict[str | None, list[MessageNode]] = {}
        for node in self.nodes:
            below.setdefault(node.parent_id, []).append(node)
        lines: list[str] = []
        waiting = below.get(None, [])[::-1]
        while waiting:
            node = waiting.pop()
            depth[node.id] = depth[node.parent_id] + 1
            lines.append(" " * depth[node.id] + (node.message.text or f"({self.kinds(node)})"))
            waiting += below.get(node.id, [])[::-1]
        return lines

    @staticmethod
    def kinds(node: MessageNode) -> str:
        return ",".join(part.kind for part in node.message.parts)

    def said(self, text: str) -> MessageNode:
        return next(node for node in self.nodes if text in node.message.text)

    def parts(self, text: str) -> list[dict[str, Any]]:
        return [part_to_json(part) for part in self.said(text).message.parts]


@dataclass
class Landed:
    report: ImportReport
    chats: dict[str, Arrived]

    def __getitem__(self, title: str) -> Arrived:
        return self.chats[title]


Land = Callable[..., Landed]


@pytest.fixture
def land(run: Run, isolated: Path) -> Land:
    """``land(path, …, dry=False)``: imports into this test's store; the report and all chats by title."""

    async def work(paths: tuple[Path, ...], dry: bool) -> Landed:
        store = await open_store(isolated)
        try:
            report = await ImportExportService(store).import_files(paths, dry_run=dry, progress=lambda done, of: None)
            return Landed(report, await arrived(store))
        finally:
            await store.close()

    isolated.mkdir(exist_ok=True)
    return lambda *paths, dry=False: run(work(paths, dry))


async def arrived(store: SqliteStore) -> dict[str, Arrived]:
    folders = {folder.id: folder.name for folder in await store.folders()}
    found: dict[str, Arrived] = {}
    for archived in (False, True):
        for chat in await store.chats(ChatQuery(archived=archived)):
            nodes = list(await store.nodes([stub.id for stub in await store.tree(chat.id)]))
            line = await store.nodes([stub.id for stub in await store.path(chat.id)])
            blobs = {blob.name: await store.blob(blob.sha256) for node in nodes for part in node.message.parts
                     if (blob := getattr(part, "blob", None))}
            found[chat.title] = Arrived(chat, nodes, [(node.message.role, node.message.text) for node in line],
                                        folders.get(chat.folder_id or "", ""), blobs)
    return found


def write_json(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")
    return path


def write_lines(path: Path, *values: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(value) + "\n" for value in values), "utf-8")
    return path


def write_zip(path: Path, members: dict[str, Any]) -> Path:
    """Members are bytes, or values that are written as JSON."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, value in members.items():
            archive.writestr(name, value if isinstance(value, bytes) else json.dumps(value))
    return path


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cf"
    "c0f01f0005000201ff3ad5b2f00000000049454e44ae426082"
)
