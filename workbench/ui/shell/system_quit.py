"""The system's wish to end the program: Quit of the menu bar or the Dock, log-off, ``QApplication.quit()``.

Qt answers it by closing all windows and leaving its event loop at once; nothing that is still to be written would be
written then. So the wish is taken, and the program ends by closing its window, as its user would. Windows and session
managers end a process soon after they have asked (``commitDataRequest``): what is unsaved is written while they wait.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QObject, Signal
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication

_PATIENCE_MS = 4000
"""Windows gives a program five seconds before it is shown as one that does not answer."""


class SystemQuit(QObject):
    """Listens while it lives; ``close`` stops it."""

    requested = Signal()

    def __init__(self, app: QApplication, save: Callable[[], Callable[[], bool]]) -> None:
        """``save()`` begins to write what is unsaved, and returns what tells whether that has ended."""
        super().__init__(app)
        self._app, self._save = app, save
        app.installEventFilter(self)
        app.commitDataRequest.connect(self._commit)

    def close(self) -> None:
        self._app.removeEventFilter(self)
        self._app.commitDataRequest.disconnect(self._commit)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Quit and watched is self._app:
            event.ignore()
            self.requested.emit()
            return True
        return False

    def _commit(self, manager: QSessionManager) -> None:
        """Writes while the system waits; it may go on afterwards, if another program stopped the log-off."""
        saved = self._save()
        clock = QElapsedTimer()
        clock.start()
        while not saved() and clock.elapsed() < _PATIENCE_MS:
            self._app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 20)
