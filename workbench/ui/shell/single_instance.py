"""The single window of a data folder: a second start passes its request to the first one and ends."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from workbench.core.json_types import JsonObject

log = logging.getLogger(__name__)
SOCKET = "window.socket"
PATIENCE_MS = 1000
_LONGEST = 100
"""Bytes of its path: Linux takes 107, macOS 103."""
MOST_BYTES = 1_000_000


def _name(folder: Path) -> str:
    """Returns the socket: in the data folder, where nobody else can put one that hears what is sent. For a
    path that is too long for a socket it is a short name in the folder for temporary files."""
    here = str(folder.resolve() / SOCKET)
    if sys.platform != "win32" and len(os.fsencode(here)) <= _LONGEST:
        return here
    return f"workbench-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"


class FirstWindow(QObject):
    """Listens for later starts on the same data folder. Make one only while holding the folder's window lock."""

    start_requested = Signal(object)  # dict that a later start passed to ``send_to_first``

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(_name(folder))  # left behind by a killed process
        if not self._server.listen(_name(folder)):
            log.warning("Later starts will open windows of their own: %s", self._server.errorString())
        self._server.newConnection.connect(self._on_connection)

    def close(self) -> None:
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(lambda socket=socket: self._on_disconnected(socket))
            if socket.state() == QLocalSocket.LocalSocketState.UnconnectedState:
                self._on_disconnected(socket)  # sent its request and closed before it was accepted

    def _on_disconnected(self, socket: QLocalSocket) -> None:
        data = bytes(socket.read(MOST_BYTES).data())
        socket.deleteLater()
        try:
            request = json.loads(data)
        except (ValueError, RecursionError):
            return  # not sent by this program
        if isinstance(request, dict):
            files = request.get("files")
            self.start_requested.emit({
                **{name: value for name in ("model", "chat") if isinstance(value := request.get(name), str)},
                "files": [name for name in files if isinstance(name, str)] if isinstance(files, list) else [],
            })


def send_to_first(folder: Path, request: JsonObject) -> bool:
    """Sends a request to the first window. Returns False when none answers within two seconds, which gives one
    that is just starting the time to listen."""
    socket = QLocalSocket()
    until = QDeadlineTimer(PATIENCE_MS * 2)
    while not until.hasExpired():
        socket.connectToServer(_name(folder))
        if socket.waitForConnected(PATIENCE_MS):
            break
        QThread.msleep(50)
    else:
        return False
    socket.write(json.dumps(request).encode())
    socket.waitForBytesWritten(PATIENCE_MS)
    socket.disconnectFromServer()
    return True
