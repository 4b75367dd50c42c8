"""Services of every transcript in the window: links, images, code to save, and message actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices

from workbench.core.errors import BadInput, StoreError
from workbench.core.services import Services
from workbench.ui.chat.attached_files import AttachedFiles
from workbench.ui.chat.message_actions import MessageActions
from workbench.ui.shell.dialogs import ask_path
from workbench.ui.shell.shell import Shell
from workbench.ui.shell.write_file import write_file
from workbench.ui.transcript.view import TranscriptView
from workbench.ui.widgets import Label

_SUFFIXES = {
    "python": "py", "javascript": "js", "typescript": "ts", "bash": "sh", "shell": "sh", "rust": "rs",
    "markdown": "md", "ruby": "rb", "csharp": "cs", "c++": "cpp", "text": "txt", "plaintext": "txt",
}  # fmt: skip


class TranscriptServices(QObject):
    def __init__(
        self, services: Services, actions: MessageActions, last: Callable[[str], str], shell: Shell,
        parent: QObject | None = None,
    ) -> None:
        """``last(role)`` is the id of the last message of that role in the open chat."""
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._actions, self._last, self._shell = actions, last, shell
        self._files = AttachedFiles(services, shell, self)

    def attach(self, view: TranscriptView) -> None:
        """Connects a transcript; it is let go when it is deleted."""
        link = _LinkLabel(view)
        view.set_shortcuts(self._shortcut_of)
        view.action_requested.connect(self._actions.run)
        view.link_activated.connect(lambda address: QDesktopServices.openUrl(QUrl(address)))
        view.link_hovered.connect(link.show_address)
        view.image_requested.connect(partial(self._load_image, view))
        view.attachment_activated.connect(self._files.view)
        view.attachment_dragged.connect(self._files.drag)
        view.attachment_copied.connect(self._files.copy)
        view.attachment_saved.connect(self._files.save)
        view.save_code_requested.connect(self._save_code)
        self._shell.theme.changed.connect(view.set_theme)

    def _shortcut_of(self, key: str, action: str) -> str:
        command = self._actions.command_of(action)
        if command is None or self._last(command.role) != key:
            return ""
        return self._shell.key_text(command.id)

    # --- images ---

    def _load_image(self, view: TranscriptView, sha256: str) -> None:
        self._tasks.start(f"load image {sha256}", self._provide_image(view, sha256))

    async def _provide_image(self, view: TranscriptView, sha256: str) -> None:
        try:
            view.provide_image(sha256, await self._store.blob(sha256))
        except (BadInput, StoreError):
            view.provide_image(sha256, b"")  # shown as an image that is missing

    # --- files ---

    def _save_code(self, text: str, language: str) -> None:
        suffix = _SUFFIXES.get(language.lower(), language.lower() or "txt")
        self._ask_where("Save code", f"code.{suffix}", text.encode())

    def _ask_where(self, title: str, name: str, data: bytes) -> None:
        ask_path(self._shell.dialog_parent, title, name,
                 lambda path: self._tasks.spawn("save a file", write_file(path, data)))


class _LinkLabel(Label):
    """The target of the link under the pointer, at the bottom of a transcript, before anybody clicks it."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(tone="dim", parent=view)
        self._view = view
        self.setAutoFillBackground(True)
        self.hide()

    def show_address(self, address: str) -> None:
        self.setText(self.fontMetrics().elidedText(address, Qt.TextElideMode.ElideMiddle, self._view.width() - 40))
        self.adjustSize()
        self.move(8, self._view.height() - self.height() - 8)
        self.setVisible(bool(address))
        self.raise_()
