"""Attention from the desktop: for what ends while the window is in the background."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget


class Attention(QObject):
    """Marks the window in the taskbar and, where the desktop has a place for messages, shows one. A click on it shows
    the window. The icon that Qt needs for that is there only until the window is used again."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._tray: QSystemTrayIcon | None = None
        self._act: Callable[[], object] | None = None
        self.last = ""  # what was told last

    def call(self, text: str, act: Callable[[], object] | None = None) -> bool:
        """Tells ``text``, unless the window is in use; ``act`` is what a click on the message does besides showing the
        window. Returns whether it was told."""
        if self._window.isActiveWindow():
            return False
        self.last, self._act = text, act
        QApplication.alert(self._window)
        if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
            self._show_message(text)
        return True

    def _show_message(self, text: str) -> None:
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon(), self)
            self._tray.setToolTip("Chat Workbench")
            self._tray.messageClicked.connect(self._show_window)
            self._tray.activated.connect(lambda _: self._show_window())
        self._tray.show()
        self._tray.showMessage("Chat Workbench", text, self._window.windowIcon())

    def _show_window(self) -> None:
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.activateWindow()
        if self._act is not None:
            self._act()

    def window_used(self) -> None:
        """Takes the icon away: the user is back."""
        if self._tray is not None:
            self._tray.hide()
