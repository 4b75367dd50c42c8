"""One window per data folder: a second start hands its wishes to the first and leaves."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from workbench.core.json_types import JsonObject

log = logging.getLogger(__name__)
PATIENCE_MS = 1000
MOST_BYTES = 1_000_000


def _name(folder: Path) -> str:
    """Short, because the path of a socket may have no more than 107 characters."""
    return f"workbench-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"


class FirstWindow(QObject):
    """Listens for later starts on the same data folder. Only made by who holds the folder's window lock."""

    wished = Signal(object)  # dict: what the second start was asked for

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(_name(folder))  # one that a killed window left behind
        if not self._server.listen(_name(folder)):
            log.warning("Later starts open windows of their own: %s", self._server.errorString())
        self._server.newConnection.connect(self._on_connection)

    def close(self) -> None:
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(lambda socket=socket: self._on_disconnected(socket))
            if socket.state() == QLocalSocket.LocalSocketState.UnconnectedState:
                self._on_disconnected(socket)  # it said all it had and left before it was looked at

    def _on_disconnected(self, socket: QLocalSocket) -> None:
        data = bytes(socket.read(MOST_BYTES).data())
        socket.deleteLater()
        try:
            wishes = json.loads(data)
        except ValueError:
            return  # somebody else's words
        if isinstance(wishes, dict):
            self.wished.emit(wishes)


def tell_first(folder: Path, wishes: JsonObject) -> bool:
    """Hands the wishes to the first window; False when none answers. One that is just starting gets some time
    until it listens."""
    socket = QLocalSocket()
    until = QDeadlineTimer(PATIENCE_MS * 2)
    while not until.hasExpired():
        socket.connectToServer(_name(folder))
        if socket.waitForConnected(PATIENCE_MS):
            break
        QThread.msleep(50)
    else:
        return False
    socket.write(json.dumps(wishes).encode())
    socket.waitForBytesWritten(PATIENCE_MS)
    socket.disconnectFromServer()
    return True
