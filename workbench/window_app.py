"""The window's process: starts Qt, opens the services and the window, and ends both whole."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from workbench.app import open_services
from workbench.core.errors import WorkbenchError
from workbench.core.gc_policy import collect_rarely
from workbench.core.resources import resource
from workbench.core.services import Services

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workbench.storage.lock import FileLock
    from workbench.storage.repair import DamagedStore
    from workbench.ui.window import MainWindow

log = logging.getLogger(__name__)
APP_ID = "io.github.chatworkbench.ChatWorkbench"


Ready = Callable[["MainWindow"], Any]
"""Told when the window is shown and can be used."""


def run_window(args: argparse.Namespace, ready: Ready | None = None) -> int:
    """Opens the window and returns the exit code when it is closed. A second start on the same data raises
    the first window instead."""
    gc.disable()  # until the window is shown: looking for garbage while everything is being made finds none
    from workbench.storage.logs import configure_logging
    from workbench.storage.paths import data_folder
    from workbench.storage.settings_file import open_settings

    folder = data_folder(args.data_dir)
    configure_logging(folder, debug=args.debug)
    _prepare_environment(open_settings(folder).value.interface_scale, args.safe_mode)
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from workbench.ui.shell.pyside_features import ignore_features

    ignore_features()
    from workbench.ui.shell.event_loop import EventLoop

    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)  # a question that is answered before there is a window ends nothing
    app.setApplicationName("Chat Workbench")
    app.setDesktopFileName(APP_ID)
    app.setWindowIcon(QIcon(str(resource("app", f"{APP_ID}.svg"))))
    _watch_errors()
    with EventLoop(app) as loop:
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
    from workbench.storage.repair import DamagedStore

    files = [path.absolute() for path in args.files]
    lock = window_lock(folder)
    try:
        alone = lock.acquire()
    except OSError:  # a folder that cannot be written; opening the store says so
        alone = False
    if not alone and _told_first(folder, {"model": args.model, "chat": args.chat, "files": [str(f) for f in files]}):
        return 0
    said = ""
    try:
        while True:
            try:
                async with open_services(folder) as services:
                    target = await _shown(app, services, args, files, alone, ready, said)
                if target is None:
                    return 0
                folder, lock, said = await _moved(folder, target, lock)
                args.model, args.chat, files, ready = "", "", [], None
            except DamagedStore as damage:
                if not await _mended(damage):
                    return 1
    except WorkbenchError as error:
        from workbench.ui.shell.recovery import show_failure

        show_failure(str(error))
        return 1
    finally:
        if alone:
            lock.release()


async def _shown(
    app: QApplication, services: Services, args: argparse.Namespace, files: list[Path],
    alone: bool, ready: Ready | None, said: str,
) -> Path | None:
    """The window, from its first picture until it is closed and everything of it is written down; it begins by
    saying ``said``. Returns where the data folder is to be moved, if that was wished."""
    from workbench.ui.window import MainWindow

    window = MainWindow(services)
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    app.aboutToQuit.connect(closed.set)
    window.show()
    window.start(args.model or "", args.chat or "", files)
    for sentence in (*getattr(services.settings, "notices", ()), *filter(None, [said])):
        window.notify(sentence)
    services.tasks.start("maintain the store", _maintain(services, window))
    collect_rarely()
    if ready is not None:
        ready(window)
    await asyncio.sleep(0.2)  # the first picture does not wait for what is needed later
    with _ended_by_signals(closed), _later_starts(services.data_folder, window) if alone else nullcontext():
        await closed.wait()
    await window.settle()
    window.deleteLater()
    return window.move_to


async def _moved(folder: Path, target: Path, lock: FileLock) -> tuple[Path, FileLock, str]:
    """Moves the data while no window is open; where it is now, the lock of the window there, and a sentence."""
    from workbench.storage.lock import window_lock
    from workbench.storage.logs import configure_logging
    from workbench.storage.relocate_data import move_data
    from workbench.ui.shell.dialogs import busy

    with busy(f"Moving your data to {target} …"):
        try:
            await asyncio.to_thread(move_data, folder, target)
        except WorkbenchError as error:
            return folder, lock, f"Nothing was moved: {error}"
    lock.release()
    configure_logging(target)
    lock = window_lock(target)
    lock.acquire()
    return target, lock, f"Your data is in {target} now. {folder} still has it as it was; delete that when you like."


def _take_wishes(window: MainWindow, wishes: dict[str, Any]) -> None:
    """A second start was asked for: this window does it, and comes to the front."""
    from PySide6.QtCore import Qt

    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
    files = [Path(name) for name in wishes.get("files") or ()]
    if wishes.get("chat") or wishes.get("model"):
        window.go_to(str(wishes.get("model") or ""), str(wishes.get("chat") or ""), files)
    elif files:
        window.composer.attach_files(files)


def _told_first(folder: Path, wishes: dict[str, Any]) -> bool:
    from workbench.ui.shell.single_instance import send_to_first

    return send_to_first(folder, wishes)


@contextmanager
def _later_starts(folder: Path, window: MainWindow) -> Iterator[None]:
    """Listens for second starts on the same data."""
    from workbench.ui.shell.single_instance import FirstWindow

    first = FirstWindow(folder)
    first.start_requested.connect(lambda wishes: _take_wishes(window, wishes))
    try:
        yield
    finally:
        first.close()


@contextmanager
def _ended_by_signals(closed: asyncio.Event) -> Iterator[None]:
    """SIGTERM and Ctrl+C end the program as its user would. Python's handlers run only between two steps of
    Python, so the signal's number is sent through a socket that wakes Qt's loop."""
    from PySide6.QtCore import QSocketNotifier

    reader, writer = socket.socketpair()
    writer.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: closed.set())
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: None) for number in numbers]
    woken = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
        notifier.setEnabled(False)
        reader.close()
        writer.close()


async def _maintain(services: Services, window: MainWindow) -> None:
    """Backups and cleaning, once a day while the window is open, beginning when the start is over."""
    await asyncio.sleep(20)
    while True:
        try:
            await services.store.maintain(backups=services.settings.value.backups, now=datetime.now())
        except WorkbenchError as error:
            window.notify(f"The backup of today was not made: {error}")
        await asyncio.sleep(24 * 3600)


async def _mended(damage: DamagedStore) -> bool:
    """Asks what to do about a damaged database; True when it was done and opening can be tried again."""
    backup = await asyncio.to_thread(damage.newest_good_backup)
    made = f"{datetime.fromtimestamp(backup.made):%d %B %Y, %H:%M}" if backup else ""
    from workbench.ui.shell.recovery import ask_remedy

    choice = ask_remedy(str(damage), made)
    if choice == "restore" and backup is not None:
        await asyncio.to_thread(damage.restore, backup)
    elif choice == "empty":
        await asyncio.to_thread(damage.set_aside)
    return bool(choice)


def _watch_errors() -> None:
    """A mistake of ours is logged with its place and does not end the program: text in the window would be
    lost with it."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            log.error("Something went wrong.", exc_info=(kind, error, trace))

    sys.excepthook = hook
