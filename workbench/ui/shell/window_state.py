"""The state of the window that outlives it: geometry, side panes and the open chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeGuard

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QMainWindow

from workbench.core.json_types import Json, JsonObject
from workbench.ui.shell.side_panes import SidePanes
from workbench.ui.transcript.entries import ReadingPlace

if TYPE_CHECKING:
    from workbench.core.ports.settings_file import SettingsFile

DEFAULT_SIZE = (1440, 900)
FRAME = (16, 60)
"""Pixels that a frame may take beside and above the content: not known before the window is shown."""


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
            screen = self._window.screen().availableGeometry()
            size = QSize(*DEFAULT_SIZE).boundedTo(screen.size() - QSize(*FRAME))
            self._window.resize(size)
            if size != QSize(*DEFAULT_SIZE):  # else the system would place it somewhere lower down
                self._window.move(screen.topLeft())
        self._side_panes.restore(state)
        chat = state.get("chat")
        return chat if isinstance(chat, str) else ""

    def places(self) -> dict[str, ReadingPlace]:
        """Returns where chats were being read: by their ids, the message at the upper edge and the pixels of it that
        are above that."""
        stored = self._settings.value.window.get("places")
        return {chat_id: ReadingPlace(*place) for chat_id, place in (
            stored.items() if isinstance(stored, Mapping) else ()) if _is_place(place)}

    def save(self, chat_id: str, places: Mapping[str, ReadingPlace]) -> None:
        """Stores the current state with ``chat_id`` as the open chat. Raises ``StoreError``."""
        geometry = bytes(self._window.saveGeometry().toBase64().data()).decode("ascii")
        state: JsonObject = {
            "geometry": geometry, "chat": chat_id, **self._side_panes.state(),
            "places": {key: list(place) for key, place in places.items()}}
        if state != self._settings.value.window:
            self._settings.change(window=state)


def _is_place(value: Json) -> TypeGuard[tuple[str, int]]:
    """Returns whether a stored value, which anybody may have written, is a place."""
    return (isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], str)
            and isinstance(value[1], int))
