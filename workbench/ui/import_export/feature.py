"""Export and import, from the question what and where to the word that it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu

from workbench.core.chat.messages import MessageNode
from workbench.core.json_types import Json
from workbench.ui.chat.chat_actions import COPY_AS, is_ended
from workbench.ui.chat.message_actions import LastMessageCommand, MessageAction, MessageActionId
from workbench.ui.shell.dialogs import ask_folder, ask_path
from workbench.ui.shell.notices import Notice

if TYPE_CHECKING:
    from workbench.core.ports.exports import ExportFormat
    from workbench.core.ports.import_export import ImportReport
    from workbench.ui.import_export.import_dialog import ImportDialog
    from workbench.ui.import_export.scopes import ExportChoice, Scope
    from workbench.ui.window import MainWindow

_KEPT = "export"
"""Under which the store keeps what was chosen the last time."""


class ImportExportFeature:
    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self._dialog: ImportDialog | None = None
        self._kept: dict[str, Json] | None = None

    # --- export ---

    def open_menu(self) -> None:
        """Below the button in the header: the open chat in any format at once, or with a choice."""
        window, button = self._w, self._w.header.export
        menu = QMenu(button)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for format in window.moving.formats():
            menu.addAction(format.title).triggered.connect(lambda _=False, format=format: self._export_open(format))
        menu.addSeparator()
        keys = window.actions_.key_text("chat.export")
        menu.addAction(f"More options…\t{keys}" if keys else "More options…").triggered.connect(
            lambda _=False: self.export_chat())
        corner = QPoint(0, button.height() + 2)
        if button.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            corner.setX(button.width() - menu.sizeHint().width())
        menu.popup(button.mapToGlobal(corner))

    def export_chat(self) -> None:
        """Asks what to export: the open chat, what is selected beside it, its folder, or all."""
        from workbench.ui.import_export.scopes import Scope

        chat, scopes = self._w.conversation.chat, list[Scope]()
        if chat.id:
            scopes.append(self._these([chat.id]))
        selected = [each.id for each in self._w.sidebar.chats.selected()]
        if len(selected) > 1:
            scopes.append(self._these(selected))
        if chat.id and chat.folder_id:
            scopes += self._folder(chat.folder_id)
        self._open(scopes)

    def export_chats(self, chat_ids: Sequence[str]) -> None:
        self._open([self._these(chat_ids)])

    def export_folder(self, folder_id: str) -> None:
        self._open(self._folder(folder_id))

    def export_all(self) -> None:
        self._open([])

    def _these(self, chat_ids: Sequence[str]) -> Scope:
        from workbench.ui.import_export.scopes import Scope

        if len(chat_ids) > 1:
            return Scope(f"{len(chat_ids):,} selected chats", _dated("Chats"), tuple(chat_ids))
        opened = self._w.conversation.chat
        chat = opened if opened.id == chat_ids[0] else self._w.sidebar.model.chat(chat_ids[0])
        title = (chat.title if chat else "") or "New chat"
        return Scope(f"This chat: {title}" if chat is opened else title, title, tuple(chat_ids))

    def _folder(self, folder_id: str) -> list[Scope]:
        from workbench.ui.import_export.scopes import Scope

        name = self._w.sidebar.folders.name_of(folder_id)
        return [Scope(f"Folder {name}, with those inside it", name, folder_id=folder_id)] if name else []

    def _open(self, scopes: Sequence[Scope]) -> None:
        self._w.services.tasks.start("open the export", self._open_dialog(scopes))

    async def _open_dialog(self, scopes: Sequence[Scope]) -> None:
        from workbench.ui.import_export.export_dialog import ExportDialog
        from workbench.ui.import_export.scopes import Scope

        moving, kept = self._w.moving, await self._recall()
        counted = [await moving.counted(scope) for scope in (*scopes, Scope("All chats", _dated("All chats")))]
        dialog = ExportDialog(counted, moving.formats(), kept, self._w)
        dialog.chosen.connect(self._ask_where)
        dialog.keep_requested.connect(self._keep)
        dialog.open()

    def _export_open(self, format: ExportFormat) -> None:
        self._w.services.tasks.start("open the export", self._export_quickly(format))

    async def _export_quickly(self, format: ExportFormat) -> None:
        """The open chat as it went out in this format the last time."""
        from workbench.ui.import_export.scopes import ExportChoice

        options = (await self._recall()).get("options")
        kept = options.get(format.id) if isinstance(options, dict) else None
        scope = await self._w.moving.counted(self._these([self._w.conversation.chat.id]))
        self._ask_where(ExportChoice(scope, format.id, options=kept if isinstance(kept, dict) else {}))

    def _ask_where(self, choice: ExportChoice) -> None:
        self._w.services.tasks.start("open the export", self._ask_place(choice))

    async def _ask_place(self, choice: ExportChoice) -> None:
        """One file, or the place for a new folder: no file there is ever written over unasked."""
        from workbench.core.text.file_names import file_name

        kept = await self._recall()
        begin = Path(str(kept.get("folder") or Path.home()))
        name = file_name(choice.scope.name, "chat")
        size = choice.scope.size(with_archived=choice.archived)
        together = next(each.together for each in self._w.moving.formats() if each.id == choice.format)

        def go(path: Path) -> None:
            self._keep({"folder": str(path.parent)})
            self._w.moving.export_choice(choice, path)

        if size == 1 or together:
            ask_path(self._w, "Export", f"{name}.{choice.format}", go, begin)
        else:
            ask_folder(self._w, f"Where to put the folder “{name}”", lambda place: go(_free(place, name)), begin)

    async def _recall(self) -> Mapping[str, Json]:
        """What was chosen the last time."""
        if self._kept is None:
            kept = await self._w.services.store.recall(_KEPT)
            self._kept = kept if isinstance(kept, dict) else {}
        return self._kept

    def _keep(self, values: dict[str, Json]) -> None:
        self._kept = {**(self._kept or {}), **values}
        self._w.services.tasks.start("keep what was exported how", self._w.services.store.keep(_KEPT, self._kept))

    def exported(self, paths: list[Path]) -> None:
        self._w.notices.set_banner("moving", "")
        if paths:
            folder = str(paths[0].parent)
            self._w.notices.show(Notice(
                f"Exported to {paths[0].name}." if len(paths) == 1 else f"Exported {len(paths):,} files.",
                "Show folder", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder))))

    # --- pictures of a message ---

    def message_actions(self) -> list[MessageAction]:
        return [
            MessageAction(MessageActionId.COPY_PICTURE, "Picture", self._copy_picture, is_ended, submenu=COPY_AS,
                          command=LastMessageCommand("reply.copy-picture", "Copy the last reply as a picture")),
            MessageAction(MessageActionId.SAVE_PICTURE, "Save as picture…", self._save_picture, is_ended),
        ]

    async def _picture_options(self) -> dict[str, Json]:
        """As pictures were exported the last time, in the colours of the window."""
        kept = (await self._recall()).get("options")
        options = kept.get("png") if isinstance(kept, dict) else None
        return {**(options if isinstance(options, dict) else {}), "dark": self._w.current_theme().dark}

    async def _copy_picture(self, node: MessageNode) -> None:
        image = await self._w.moving.picturing.message(node, options=await self._picture_options())
        QGuiApplication.clipboard().setImage(image)
        self._w.notices.say("Copied as a picture.")

    async def _save_picture(self, node: MessageNode) -> None:
        from workbench.core.text.file_names import file_name

        options = await self._picture_options()
        title = file_name(self._w.conversation.chat.title, "message")
        ask_path(self._w, "Save as picture", f"{title}.png",
                 lambda path: self._w.moving.export_picture(node, path, options))

    # --- import ---

    def ask_import(self, paths: Sequence[Path] = ()) -> None:
        """Opens the dialog; with ``paths`` it begins by reading them."""
        from workbench.ui.import_export.import_dialog import ImportDialog

        if self._dialog is None:
            self._dialog = ImportDialog(self._w.services.import_export.sources(), self._w)
            self._dialog.plan_requested.connect(self._w.moving.plan_import)
            self._dialog.import_requested.connect(self._w.moving.import_files)
            self._dialog.stop_requested.connect(self._w.moving.stop)
            self._dialog.finished.connect(self._import_closed)
            self._dialog.open()
        if paths:
            self._dialog.plan(paths)

    def _import_closed(self) -> None:
        self._dialog = None

    def planned(self, paths: list[Path], report: ImportReport) -> None:
        if self._dialog is not None:
            self._dialog.show_plan(report)

    def imported(self, report: ImportReport) -> None:
        self._w.chat_list.load()
        if self._dialog is not None:
            self._dialog.show_report(report)

    def import_failed(self, sentence: str) -> None:
        if self._dialog is not None:
            self._dialog.show_failure(sentence)

    # --- both ---

    def progressed(self, what: str, done: int, of: int) -> None:
        """Of one thing there is no share to show until it is done."""
        share = 100 * done // of if of > 1 else -1
        text = f"{what} … {share} %" if share >= 0 else f"{what} …"
        place = self._dialog if self._dialog is not None and self._dialog.working else self._w.progress
        place.show_progress(text, max(share, 0), 0 if share < 0 else 100)

    def ended(self) -> None:
        self._w.progress.hide()
        if self._dialog is not None:
            self._dialog.show_end()

    def failed(self, sentence: str) -> None:
        self._w.notices.set_banner("moving", sentence)


def _dated(what: str) -> str:
    return f"{what} {date.today():%Y-%m-%d}"


def _free(place: Path, name: str) -> Path:
    """A folder in ``place`` that is not there yet."""
    path, number = place / name, 2
    while path.exists():
        path, number = place / f"{name} {number}", number + 1
    return path
