"""The state of the window that outlives it: geometry, side panes and the open chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from workbench.core.json_types import JsonObject
from workbench.ui.shell.side_panes import SidePanes

if TYPE_CHECKING:
    from workbench.core.ports.settings_file import SettingsFile

DEFAULT_SIZE = (1440, 900)


class WindowState:
    """Reads and writes ``Settings.window``."""

    def __init__(self, settings: SettingsFile, window: QMainWindow, side_panes: SidePanes) -> None:
        self._settings, self._window, self._side_panes = settings, window, side_panes

    def restore(self) -> str:
        """Applies the stored state. Returns the id of the chat that was open, ``""`` for a new one."""
        state = self._settings.value.window
        geometry = state.get("geometry")
        restored = isinstance(geometry, str) and self._window.restoreGeometry(
            QByteArray.fromBase64(geometry.encode("ascii", "ignore")))
        if not restored:
            screen = self._window.screen().availableSize()
            width, height = DEFAULT_SIZE
            self._window.resize(min(width, screen.width()), min(height, screen.height()))
        self._side_panes.restore(state)
        chat = state.get("chat")
        return chat if isinstance(chat, str) else ""

    def save(self, chat_id: str) -> None:
        """Stores the current state with ``chat_id`` as the open chat. Raises ``StoreError``."""
        geometry = bytes(self._window.saveGeometry().toBase64().data()).decode("ascii")
        state: JsonObject = {"geometry": geometry, "chat": chat_id, **self._side_panes.state()}
        if state != self._settings.value.window:
            self._settings.change(window=state)
