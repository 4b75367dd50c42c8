"""What the window remembers from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from workbench.core.json_types import JsonObject
from workbench.core.ports.settings_file import SettingsFile
from workbench.ui.shell.side_panes import SidePanes

DEFAULT_SIZE = (1440, 900)


class WindowState:
    """Reads and writes ``Settings.window``: geometry, widths and the open chat."""

    def __init__(self, settings: SettingsFile, window: QMainWindow, folding: SidePanes) -> None:
        self._settings, self._window, self._folding = settings, window, folding

    def restore(self) -> str:
        """Takes everything over; the id of the chat that was open, ``""`` for a new one."""
        state = self._settings.value.window
        geometry = state.get("geometry")
        done = isinstance(geometry, str) and self._window.restoreGeometry(
            QByteArray.fromBase64(geometry.encode("ascii", "ignore")))
        if not done:
            screen = self._window.screen().availableSize()
            width, height = DEFAULT_SIZE
            self._window.resize(min(width, screen.width()), min(height, screen.height()))
        self._folding.restore(state)
        chat = state.get("chat")
        return chat if isinstance(chat, str) else ""

    def save(self, chat_id: str) -> None:
        geometry = bytes(self._window.saveGeometry().toBase64().data()).decode("ascii")
        state: JsonObject = {"geometry": geometry, "chat": chat_id, **self._folding.state()}
        if state != self._settings.value.window:
            self._settings.change(window=state)
