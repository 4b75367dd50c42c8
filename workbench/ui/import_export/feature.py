"""Export of chats and messages into files, and import of chats from other programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QMenu

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import MessageNode
from workbench.core.json_types import Json
from workbench.core.services import Services
from workbench.core.text.formatting import count
from workbench.ui.chat.chat_actions import is_ended
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import LastMessageCommand, MessageAction, MessageActionId
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.dialogs import ask_folder, ask_path
from workbench.ui.shell.lazy import Lazy
from workbench.ui.shell.notices import Notice
from workbench.ui.shell.progress import Progress
from workbench.ui.shell.shell import Shell
from workbench.ui.theme import style

if TYPE_CHECKING:
    from workbench.core.ports.exports import ExportFormat
    from workbench.core.ports.import_export import ImportReport
    from workbench.ui.import_export.import_dialog import ImportDialog
    from workbench.ui.import_export.import_export_controller import ImportExportController
    from workbench.ui.import_export.scopes import ExportChoice, Scope

_BANNER = "export"
"""The cause of the banner for an export that failed, or whose files lack something."""
_PROGRESS = {
    "export": ("Exporting …", "Exporting … {} %"),
    "plan": ("Reading …", "Reading … {} %"),
    "import": ("Importing …", "Importing … {} %"),
}
"""Sentences by what is being done: without and with the share that is done."""


class ImportExportFeature(QObject):
    """The export dialog and menu, pictures of messages, and the import dialog.

    ``controller`` is made when first asked for.
    """

    imported = Signal()  # chats have come in

    def __init__(
        self, services: Services, conversation: Conversation, button: QAbstractButton, progress: Progress, shell: Shell,
        parent: QObject, *, selected_chats: Callable[[], Sequence[Chat]], listed_chats: Callable[[], Sequence[Chat]],
        folder_name: Callable[[str], str],
    ) -> None:
        """``button`` opens the menu of exports. ``selected_chats`` returns the chats selected in the sidebar,
        ``listed_chats`` those listed there, and ``folder_name`` the name of a folder, ``""`` when there is none."""
        super().__init__(parent)
        self._services, self._conversation = services, conversation
        self._button, self._progress, self._shell = button, progress, shell
        self._selected_chats, self._listed_chats, self._folder_name = selected_chats, listed_chats, folder_name
        self._dialog: ImportDialog | None = None
        self.controller = Lazy(self._make_controller)
        button.clicked.connect(self._open_menu)
        progress.stop_requested.connect(lambda: self.controller().stop())

    def _make_controller(self) -> ImportExportController:
        from workbench.ui.import_export.import_export_controller import ImportExportController

        controller = ImportExportController(self._services, self)
        controller.progressed.connect(self._show_progress)
        controller.exported.connect(self._show_exported)
        controller.export_failed.connect(lambda sentence: self._shell.banner(_BANNER, sentence))
        controller.export_noted.connect(lambda sentence: self._shell.banner(_BANNER, sentence))
        controller.planned.connect(self._show_plan)
        controller.imported.connect(self._show_imported)
        controller.import_failed.connect(self._show_import_failure)
        controller.ended.connect(self._show_end)
        return controller

    def actions(self) -> list[ActionSpec]:
        return [
            ActionSpec("chat.export", "Export chats", self._export_shown, ("Ctrl+Shift+E",), "Chats"),
            ActionSpec("chat.import", "Import chats", self.open_import, (), "Chats"),
        ]

    # --- export ---

    def _open_menu(self) -> None:
        """Opens the menu below the button: the open chat in any format at once, or with more options."""
        menu, button = QMenu(self._button), self._button
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for format in self._services.import_export.formats():
            menu.addAction(format.title).triggered.connect(lambda _=False, format=format: self._export_now(format))
        menu.addSeparator()
        keys = self._shell.key_text("chat.export")
        menu.addAction(f"More options…\t{keys}" if keys else "More options…").triggered.connect(self._export_shown)
        corner = QPoint(0, button.height() + 2)
        if button.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            corner.setX(button.width() - menu.sizeHint().width())
        menu.popup(button.mapToGlobal(corner))

    def _export_shown(self) -> None:
        """Asks what to export: the open chat, the selected chats, the open chat's folder, or all chats."""
        chat = self._conversation.chat
        scopes = [self._scope_of([chat.id])] if chat.id else []
        selected = [each.id for each in self._selected_chats()]
        if len(selected) > 1:
            scopes.append(self._scope_of(selected))
        if chat.id and chat.folder_id:
            scopes += self._scope_of_folder(chat.folder_id)
        self._open_export(scopes)

    def export_chats(self, chat_ids: Sequence[str]) -> None:
        """Asks how and where to export chats; the dialog offers all chats too."""
        self._open_export([self._scope_of(chat_ids)])

    def export_folder(self, folder_id: str) -> None:
        """Asks how and where to export the chats of a folder and of those below it."""
        self._open_export(self._scope_of_folder(folder_id))

    def export_all(self) -> None:
        """Asks how and where to export all chats."""
        self._open_export([])

    def _scope_of(self, chat_ids: Sequence[str]) -> Scope:
        from workbench.ui.import_export.scopes import Scope

        if len(chat_ids) > 1:
            return Scope(f"{count(len(chat_ids))} selected chats", _dated("Chats"), tuple(chat_ids))
        opened = self._conversation.chat
        chats = (opened, *self._listed_chats())
        chat = next((each for each in chats if each.id == chat_ids[0]), None)
        title = (chat.title if chat else "") or "New chat"
        return Scope(f"This chat: {title}" if chat is opened else title, title, tuple(chat_ids))

    def _scope_of_folder(self, folder_id: str) -> list[Scope]:
        """Returns no scope when the folder is gone."""
        from workbench.ui.import_export.scopes import Scope

        name = self._folder_name(folder_id)
        return [Scope(f"Folder {name}, with those inside it", name, folder_id=folder_id)] if name else []

    def _open_export(self, scopes: Sequence[Scope]) -> None:
        self._services.tasks.start("open the export", self._show_export_dialog(scopes))

    async def _show_export_dialog(self, scopes: Sequence[Scope]) -> None:
        from workbench.ui.import_export.export_dialog import ExportDialog
        from workbench.ui.import_export.scopes import Scope

        controller = self.controller()
        kept = await controller.last_choices()
        counted = [await controller.counted(scope) for scope in (*scopes, Scope("All chats", _dated("All chats")))]
        dialog = ExportDialog(counted, self._services.import_export.formats(), kept, self._shell.dialog_parent)
        dialog.chosen.connect(self._ask_place)
        dialog.keep_requested.connect(controller.save_choices)
        dialog.open()

    def _export_now(self, format: ExportFormat) -> None:
        if not self._conversation.chat.id:
            self._shell.notify("There is no chat to export.")
            return
        self._services.tasks.start("open the export", self._export_open_chat(format))

    async def _export_open_chat(self, format: ExportFormat) -> None:
        """Exports the open chat with the options that were last used with this format."""
        from workbench.ui.import_export.scopes import ExportChoice

        controller = self.controller()
        scope = await controller.counted(self._scope_of([self._conversation.chat.id]))
        self._ask_place(ExportChoice(scope, format.id, options=await controller.last_options(format.id)))

    def _ask_place(self, choice: ExportChoice) -> None:
        self._services.tasks.start("ask where to export", self._ask_where(choice))

    async def _ask_where(self, choice: ExportChoice) -> None:
        """Asks for one file, or for the place of a new folder: no file there is ever replaced unasked."""
        from workbench.core.text.file_names import file_name

        controller, parent = self.controller(), self._shell.dialog_parent
        start = Path(str((await controller.last_choices()).get("folder") or Path.home()))
        name = file_name(choice.scope.name, "chat")
        size = choice.scope.size(with_archived=choice.archived)
        format = next(each for each in self._services.import_export.formats() if each.id == choice.format)

        def export(path: Path) -> None:
            controller.save_choices({"folder": str(path.parent)})
            controller.export_choice(choice, path)

        if size == 1 or format.together:
            ask_path(parent, "Export", f"{name}.{format.ending}", export, start)
        else:
            ask_folder(
                parent, f"Where to put the folder “{name}”", lambda place: export(_unused_folder(place, name)), start)

    def _show_exported(self, paths: list[Path]) -> None:
        self._shell.banner(_BANNER, "")
        if paths:
            folder = str(paths[0].parent)
            self._shell.notify(Notice(
                f"Exported to {paths[0].name}." if len(paths) == 1 else f"Exported {count(len(paths))} files.",
                "Show folder", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder))))

    # --- pictures of a message ---

    def message_actions(self) -> list[MessageAction]:
        return [
            MessageAction(MessageActionId.COPY_PICTURE, "Picture", self._copy_picture, is_ended,
                          command=LastMessageCommand("reply.copy-picture", "Copy the last reply as a picture")),
            MessageAction(MessageActionId.SAVE_PICTURE, "Save as picture…", self._save_picture, is_ended),
        ]

    async def _copy_picture(self, node: MessageNode) -> None:
        picture = await self.controller().images().message(node, options=await self._picture_options())
        QGuiApplication.clipboard().setImage(picture)
        self._shell.notify("Copied as a picture.")

    async def _save_picture(self, node: MessageNode) -> None:
        """Asks where to save a message as one picture or, if it is long, several."""
        from workbench.core.text.file_names import file_name

        options = await self._picture_options()
        name = f"{file_name(self._conversation.chat.title, 'message')}.png"
        ask_path(self._shell.dialog_parent, "Save as picture", name,
                 lambda path: self.controller().export_message(node, path, options))

    async def _picture_options(self) -> dict[str, Json]:
        """Returns the options that pictures were last exported with, and the colours of the window."""
        return {**await self.controller().last_options("png"), "dark": style.theme().dark}

    # --- import ---

    def open_import(self, paths: Sequence[Path] = ()) -> None:
        """Opens the import dialog, which begins by reading ``paths`` if there are any."""
        from workbench.ui.import_export.import_dialog import ImportDialog

        if self._dialog is None:
            controller = self.controller()
            self._dialog = ImportDialog(self._services.import_export.sources(), self._shell.dialog_parent)
            self._dialog.plan_requested.connect(controller.plan_import)
            self._dialog.import_requested.connect(controller.import_files)
            self._dialog.stop_requested.connect(controller.stop)
            self._dialog.finished.connect(self._forget_dialog)
            self._dialog.open()
        if paths:
            self._dialog.plan(paths)

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _show_plan(self, paths: list[Path], report: ImportReport) -> None:
        if self._dialog is not None:
            self._dialog.show_plan(report)

    def _show_imported(self, report: ImportReport) -> None:
        self.imported.emit()
        if self._dialog is not None:
            self._dialog.show_report(report)

    def _show_import_failure(self, sentence: str) -> None:
        if self._dialog is not None:
            self._dialog.show_failure(sentence)

    # --- progress of both ---

    def _show_progress(self, activity: str, done: int, of: int) -> None:
        """Shows the share that is done; of a single thing there is none until it is done."""
        without_share, with_share = _PROGRESS[activity]
        dialog = self._dialog
        place = dialog if dialog is not None and dialog.working else self._progress
        if of > 1:
            share = 100 * done // of
            place.show_progress(with_share.format(share), share, 100)
        else:
            place.show_progress(without_share, 0, 0)

    def _show_end(self) -> None:
        self._progress.hide()
        if self._dialog is not None:
            self._dialog.show_end()


def _dated(what: str) -> str:
    return f"{what} {date.today():%Y-%m-%d}"


def _unused_folder(place: Path, name: str) -> Path:
    """Returns the path of a folder in ``place`` that does not exist yet."""
    path, number = place / name, 2
    while path.exists():
        path, number = place / f"{name} {number}", number + 1
    return path
