"""One window per data folder: a second start hands its wishes to the first and leaves."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

PATIENCE_MS = 1000
MOST_BYTES = 1_000_000


def _name(folder: Path) -> str:
    return f"chat-workbench-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:20]}"


class FirstWindow(QObject):
    """Listens for later starts on the same data folder. Only made by who holds the folder's window lock."""

    wished = Signal(object)  # dict: what the second start was asked for

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(_name(folder))  # one that a killed window left behind
        self._server.listen(_name(folder))
        self._server.newConnection.connect(self._on_connection)

    def close(self) -> None:
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(lambda socket=socket: self._on_disconnected(socket))

    def _on_disconnected(self, socket: QLocalSocket) -> None:
        data = bytes(socket.read(MOST_BYTES).data())
        socket.deleteLater()
        try:
            wishes = json.loads(data)
        except ValueError:
            return  # somebody else's words
        if isinstance(wishes, dict):
            self.wished.emit(wishes)


def tell_first(folder: Path, wishes: dict[str, Any]) -> bool:
    """Hands the wishes to the first window; False when none answers."""
    socket = QLocalSocket()
    socket.connectToServer(_name(folder))
    if not socket.waitForConnected(PATIENCE_MS):
        return False
    socket.write(json.dumps(wishes).encode())
    socket.waitForBytesWritten(PATIENCE_MS)
    socket.disconnectFromServer()
    return True
