"""Export and import, from the question where to the word that it is done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu

from workbench.core.chats import ChatQuery
from workbench.core.ports import ImportReport
from workbench.ui.dialogs import ask_files, ask_folder, ask_path, confirm_import, import_sentence
from workbench.ui.header.header import FORMATS
from workbench.ui.notices import Notice

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow


_PAGE = 1000


class MovingPresenter:
    def __init__(self, window: MainWindow) -> None:
        self._w = window

    def export_open(self, format: str) -> None:
        """The open chat, into a file of the user's choice."""
        chat = self._w.conversation.chat
        if chat.id:
            ask_path(self._w, "Export chat", f"{file_name(chat.title)}.{format}",
                     lambda path: self._w.moving.export([chat.id], format, path))

    def export_menu(self) -> None:
        self._w.header.export.click()

    def export_chats(self, chat_ids: Sequence[str]) -> None:
        menu = QMenu(self._w)
        for format in self._w.moving.formats():
            menu.addAction(FORMATS.get(format, format)).triggered.connect(
                lambda _=False, format=format: self._ask_where(chat_ids, format))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._w.sidebar.mapToGlobal(self._w.sidebar.rect().center()))

    def export_all(self) -> None:
        """Every chat, with everything in it."""
        ask_path(self._w, "Export all chats", "chats.json",
                 lambda path: self._w.services.tasks.start("export all", self._export_all(path)))

    async def _export_all(self, path: Path) -> None:
        store, ids = self._w.services.store, list[str]()
        while chats := await store.chats(ChatQuery(offset=len(ids), limit=_PAGE)):
            ids.extend(chat.id for chat in chats)
        self._w.moving.export(ids, "json", path)

    def _ask_where(self, chat_ids: Sequence[str], format: str) -> None:
        def go(path: Path) -> None:
            self._w.moving.export(chat_ids, format, path)

        if len(chat_ids) == 1:
            chat = self._w.sidebar.model.chat(chat_ids[0])
            ask_path(self._w, "Export chat", f"{file_name(chat.title if chat else '')}.{format}", go)
        else:
            ask_folder(self._w, f"Export {len(chat_ids)} chats into a folder", go)

    def ask_import(self) -> None:
        ask_files(self._w, "Import chats", self._w.moving.plan_import)

    def planned(self, paths: list[Path], report: ImportReport) -> None:
        confirm_import(self._w, report, lambda: self._w.moving.import_files(paths))

    def imported(self, report: ImportReport) -> None:
        self._w.notices.say(import_sentence(report, "brought"))
        self._w.chat_list.load()

    def exported(self, paths: list[Path]) -> None:
        if paths:
            folder = str(paths[0].parent)
            self._w.notices.show(Notice(
                f"Exported to {paths[0].name}." if len(paths) == 1 else f"Exported {len(paths)} files.",
                "Show folder", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder))))

    def progressed(self, what: str, done: int, of: int) -> None:
        share = f" {100 * done // of} %" if of else f" {done:,}"
        self._w.progress.show_progress(f"{what} …{share}", done, of)

    def ended(self) -> None:
        self._w.progress.hide()

    def failed(self, sentence: str) -> None:
        self._w.notices.set_banner("moving", sentence)


def file_name(title: str) -> str:
    """A title as the name of a file on any system."""
    words = re.sub(r"[\x00-\x1f<>:\"/\\|?*]+", " ", title).split()
    return " ".join(words).strip(" .")[:80] or "chat"
