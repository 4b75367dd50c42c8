"""The end of the session: what is unsaved is written while the system waits.

Windows and session managers end a process soon after they have asked (``commitDataRequest``). Where they only wish
that the program ends (Quit of the menu bar or the Dock, ``QApplication.quit()``), Qt closes the window, and
``event_loop.py`` goes on until everything is written.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

_PATIENCE_MS = 4000
"""Windows gives a program five seconds before it is shown as one that does not answer."""


class SessionEnd(QObject):
    """Listens while it lives; ``close`` stops it."""

    def __init__(self, app: QApplication, save: Callable[[], Callable[[], bool]]) -> None:
        """``save()`` begins to write what is unsaved, and returns what tells whether that has ended."""
        super().__init__(app)
        self._app, self._save = app, save
        app.commitDataRequest.connect(self._commit)

    def close(self) -> None:
        self._app.commitDataRequest.disconnect(self._commit)
        self.deleteLater()

    def _commit(self, manager: object) -> None:
        """Writes while the system waits; it may go on afterwards, if another program stopped the log-off."""
        from PySide6.QtCore import QElapsedTimer, QEventLoop  # rarely needed

        saved = self._save()
        clock = QElapsedTimer()
        clock.start()
        while not saved() and clock.elapsed() < _PATIENCE_MS:
            self._app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 20)
