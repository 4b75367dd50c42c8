"""The composition root: which real part stands behind each port, and how the window is opened.

Nothing heavy is imported before it is needed: commands never load Qt, and the window opens before the
network, the keyring or the model facts are touched.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from workbench.core.errors import WorkbenchError
from workbench.core.replies import Replies
from workbench.core.services import Services
from workbench.core.tasks import Tasks

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workbench.ui.window import MainWindow

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_services(data_dir: Path | None) -> AsyncIterator[Services]:
    """Opens the data folder and hands out the services; on the way out everything is written and closed.

    Raises ``StoreError`` when the store cannot be opened.
    """
    from workbench.exchange.attachments import FileAttachments
    from workbench.exchange.hub import FileExchange
    from workbench.exchange.schemas import validate
    from workbench.exchange.sweep_shelf import SweepShelf
    from workbench.providers.builtin.provider import BuiltinProvider
    from workbench.providers.hub import Hub
    from workbench.storage.paths import data_folder
    from workbench.storage.secrets import KeyringSecrets
    from workbench.storage.settings_file import open_settings
    from workbench.storage.store import open_store

    folder = data_folder(data_dir)
    settings = open_settings(folder)
    store = await open_store(folder)
    tasks, secrets = Tasks(), KeyringSecrets()
    providers = Hub(settings, secrets, store, BuiltinProvider())
    try:
        await providers.load()
        yield Services(
            store, providers, secrets, settings, FileAttachments(), FileExchange(store),
            Replies(store, providers), tasks, folder, SweepShelf(folder / "experiments"), validate,
        )
    finally:
        await tasks.close()
        await providers.close()
        await store.close()


Ready = Callable[["MainWindow"], Any]
"""Told when the window is shown and can be used."""


def run_window(args: argparse.Namespace, ready: Ready | None = None) -> int:
    """Opens the window and returns the exit code when it is closed. A second start on the same data raises
    the first window instead."""
    from workbench.storage.logs import configure_logging
    from workbench.storage.paths import data_folder
    from workbench.storage.settings_file import open_settings

    folder = data_folder(args.data_dir)
    configure_logging(folder)
    _prepare_environment(open_settings(folder).value.interface_scale, args.safe_mode)
    from PySide6.QtWidgets import QApplication
    from qasync import QEventLoop

    app = QApplication(sys.argv[:1])
    app.setApplicationName("Chat Workbench")
    app.setDesktopFileName("io.github.chatworkbench.ChatWorkbench")
    _watch_errors()
    with QEventLoop(app) as loop:
        code: int = loop.run_until_complete(_window(app, folder, args, ready))
    return code


def _prepare_environment(scale: int, safe: bool) -> None:
    """What Qt reads when it starts."""
    if scale != 100 and "QT_SCALE_FACTOR" not in os.environ:
        os.environ["QT_SCALE_FACTOR"] = str(scale / 100)
    if safe:
        os.environ.update(QT_QUICK_BACKEND="software", QT_OPENGL="software", LIBGL_ALWAYS_SOFTWARE="1")


async def _window(
    app: QApplication, folder: Path, args: argparse.Namespace, ready: Ready | None
) -> int:
    from workbench.storage.lock import window_lock
    from workbench.ui.single import FirstWindow, tell_first

    files = [path.absolute() for path in args.files]
    lock = window_lock(folder)
    alone = lock.acquire()
    if not alone and tell_first(folder, {"model": args.model, "chat": args.chat, "files": [str(f) for f in files]}):
        return 0
    try:
        async with open_services(folder) as services:
            await _shown(app, services, args, files, FirstWindow(folder) if alone else None, ready)
        return 0
    except WorkbenchError as error:
        _say_why(str(error))
        return 1
    finally:
        if alone:
            lock.release()


async def _shown(
    app: QApplication, services: Services, args: argparse.Namespace, files: list[Path],
    first: Any, ready: Ready | None,
) -> None:
    """The window, from its first picture until it is closed and everything of it is written down."""
    from workbench.ui.window import MainWindow

    window = MainWindow(services)
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    app.setQuitOnLastWindowClosed(False)
    app.aboutToQuit.connect(closed.set)
    window.show()
    window.start(args.model or "", args.chat or "", files)
    if first is not None:
        first.wished.connect(lambda wishes: _take_wishes(window, wishes))
    if ready is not None:
        ready(window)
    await closed.wait()
    await window.settle()
    if first is not None:
        first.close()
    window.deleteLater()


def _take_wishes(window: MainWindow, wishes: dict[str, Any]) -> None:
    """A second start was asked for: this window does it, and comes to the front."""
    from PySide6.QtCore import Qt

    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
    if wishes.get("chat"):
        window.conversation.open(str(wishes["chat"]))
    elif wishes.get("model"):
        window.conversation.open_new(model=str(wishes["model"]))
    if wishes.get("files"):
        window.attaching.attach_files([Path(name) for name in wishes["files"]])


def _say_why(sentence: str) -> None:
    """Why no window opens: where a desktop user sees it, and where a terminal does."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QMessageBox

    sys.stderr.write(sentence + "\n")
    if QApplication.platformName() in ("offscreen", "minimal"):
        return
    box = QMessageBox(QMessageBox.Icon.Critical, "Chat Workbench", sentence)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()


def _watch_errors() -> None:
    """A mistake of ours is logged with its place and does not end the program: text in the window would be
    lost with it."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            log.error("Something went wrong.", exc_info=(kind, error, trace))

    sys.excepthook = hook
