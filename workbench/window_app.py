"""The program with its window: how it starts, what it does beside the window, and how it ends."""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from workbench.app import open_services
from workbench.core.errors import StoreDamaged, StoreError, WorkbenchError
from workbench.core.gc_policy import collect_rarely
from workbench.core.json_types import JsonObject
from workbench.core.resources import resource
from workbench.core.services import Services

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workbench.storage.lock import FileLock
    from workbench.storage.repair import DamagedStore
    from workbench.ui.window import MainWindow

log = logging.getLogger(__name__)
APP_ID = "io.github.chatworkbench.ChatWorkbench"
SETTLING = 0.2
"""Seconds that the first picture of the window has for itself, before what is needed later."""

Ready = Callable[["MainWindow"], object]
"""Told when the window is shown and can be used."""


def run_window(args: argparse.Namespace, ready: Ready | None = None) -> int:
    """Opens the window and returns the exit code when it is closed.

    A second start on the same data shows the window of the first one and ends.
    """
    gc.disable()  # until the window is shown: looking for garbage while everything is being made finds none
    try:
        return _run_window(args, ready)
    except WorkbenchError as error:  # no data folder, for one: there is no window yet that could say so
        from PySide6.QtWidgets import QApplication

        from workbench.ui.shell.recovery import show_failure

        app = QApplication.instance() or QApplication(sys.argv[:1])
        show_failure(str(error))
        del app
        return 1


def _run_window(args: argparse.Namespace, ready: Ready | None) -> int:
    from workbench.storage.logs import configure_logging
    from workbench.storage.paths import data_folder

    folder = data_folder(args.data_dir)
    configure_logging(folder, debug=args.debug)
    if args.safe_mode:
        os.environ.update(QT_QUICK_BACKEND="software", QT_OPENGL="software", LIBGL_ALWAYS_SOFTWARE="1")
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from workbench.ui.shell.pyside_features import ignore_features

    ignore_features()
    from workbench.ui.shell.event_loop import EventLoop
    from workbench.ui.theme.style import STYLE

    app = QApplication([*sys.argv[:1], *STYLE])
    app.setQuitOnLastWindowClosed(False)  # a question that is answered before there is a window ends nothing
    app.setApplicationName("Chat Workbench")
    app.setDesktopFileName(APP_ID)
    app.setWindowIcon(QIcon(str(resource("app", f"{APP_ID}.svg"))))
    _log_mistakes()
    with EventLoop(app) as loop:
        if args.debug:
            _debug(loop)
        code: int = loop.run_until_complete(_WindowRun(app, folder, args, ready).run())
    return code


def _debug(loop: asyncio.AbstractEventLoop) -> None:
    """Logs what Qt says and what holds up the loop; on SIGUSR1 the stacks of all threads go to stderr."""
    from workbench.ui.shell.qt_log import log_qt_messages

    log_qt_messages()
    loop.set_debug(True)
    if hasattr(signal, "SIGUSR1") and sys.stderr is not None:
        faulthandler.register(signal.SIGUSR1)


def _log_mistakes() -> None:
    """Logs an exception that nothing caught, with its place, and goes on: text in the window would be lost with it."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            log.error("Something went wrong.", exc_info=(kind, error, trace))

    sys.excepthook = hook


class _WindowRun:
    """One start of the program: the window, again on another folder when the data is moved, until it is closed."""

    def __init__(self, app: QApplication, folder: Path, args: argparse.Namespace, ready: Ready | None) -> None:
        from workbench.storage.lock import window_lock

        self._app, self._folder, self._ready = app, folder, ready
        self._model, self._chat = args.model or "", args.chat or ""
        self._files = [path.absolute() for path in args.files]
        self._reopen = not (args.safe_mode or args.new_window)
        self._one_more = args.new_window
        self._debugging = args.debug
        self._lock: FileLock = window_lock(folder)
        self._first = False  # whether no other window is open on this data
        self._notice = ""
        self._copies = False  # whether today's backup is to have what was done until the end

    async def run(self) -> int:
        from workbench.storage.repair import DamagedStore

        try:
            self._first = self._lock.acquire()
        except OSError:  # a folder that cannot be written; opening the store says so
            self._first = False
        request: JsonObject = {"model": self._model, "chat": self._chat, "files": [str(path) for path in self._files]}
        if not (self._first or self._one_more) and self._is_sent(request):
            return 0
        try:
            while True:
                try:
                    async with open_services(self._folder) as services:
                        target = await self._show(services)
                    if target is None:
                        return 0
                    await self._move(target)
                except DamagedStore as damage:
                    if not await _repair(damage):
                        return 1
        except WorkbenchError as error:
            from workbench.ui.shell.recovery import show_failure

            show_failure(str(error))
            return 1
        finally:
            if self._first:
                self._lock.release()
            if self._copies:
                await asyncio.to_thread(_renew_copy, self._folder)

    def _is_sent(self, request: JsonObject) -> bool:
        """Passes the request to the first window; returns whether one took it."""
        from workbench.ui.shell.single_instance import send_to_first  # loads Qt's network, which takes 13 ms

        return send_to_first(self._folder, request)

    async def _show(self, services: Services) -> Path | None:
        """Shows the window until it is closed and everything of it is written. Returns where the data folder is to
        be moved, if that was asked for."""
        from workbench.ui.window import MainWindow

        window = MainWindow(services, first=self._first)
        closed, hurried = asyncio.Event(), asyncio.Event()  # hurried: by who ends the process and awaits no backup
        window.closed.connect(closed.set)
        window.another_requested.connect(lambda: self._open_another(window))
        self._app.aboutToQuit.connect(closed.set)
        with _closed_by_signals(closed, hurried):
            damage = await self._use(window, services, closed)
        try:
            await window.settle()
        except StoreError:
            if damage is None:
                raise
        await services.tasks.close()  # before the window goes: what ends tells its views
        window.hide()
        window.deleteLater()
        if damage is not None:
            raise damage
        if window.move_to is None and not hurried.is_set() and not services.store.read_only:
            self._copies = self._first and services.settings.value.backups
        return window.move_to

    async def _use(self, window: MainWindow, services: Services, closed: asyncio.Event) -> StoreDamaged | None:
        """Lets the window be used until it is closed, or until the database turns out damaged, which is returned."""
        from workbench.ui.shell.session_end import SessionEnd
        from workbench.ui.shell.stall_watch import StallWatch
        from workbench.ui.transcript.blocks import load_all

        session = SessionEnd(self._app, lambda: services.tasks.start("save for the system", window.save()).done)
        window.show()
        window.start(self._model, self._chat, self._files, reopen=self._reopen)
        sentences = (*getattr(services.settings, "notices", ()), *filter(None, [self._notice]))
        if sentences:
            window.notify("\n".join(sentences))  # in one notice: each would take the place of the one before
        if services.store.read_only:
            window.banner("read-only", services.store.read_only)
        services.tasks.start("maintain the store", _maintain(services, window))
        collect_rarely()
        if self._ready is not None:
            self._ready(window)
        log.debug("The window is open on %s.", self._folder)
        await asyncio.sleep(SETTLING)
        load_all()
        stalls = StallWatch()
        with _later_starts(services.data_folder, window) if self._first else nullcontext():
            damage = await _closed_or_damaged(closed, services)
        session.close()
        stalls.close()
        return damage

    def _open_another(self, window: MainWindow) -> None:
        """Opens one more window on the same data, in a process of its own."""
        from workbench.core.processes import child_process

        debug = ["--debug"] if self._debugging else []
        try:
            child_process.start_apart(child_process.program("--new-window", "--data-dir", str(self._folder), *debug))
        except OSError as error:
            window.notify(f"No window could be opened: {error}")

    async def _move(self, target: Path) -> None:
        """Moves the data while no window is open. The next one opens where it is then, and says what was done."""
        from workbench.storage.lock import window_lock
        from workbench.storage.logs import configure_logging
        from workbench.storage.relocate_data import move_data
        from workbench.ui.shell.dialogs import busy

        self._model, self._chat, self._files, self._ready, self._reopen = "", "", [], None, True
        with busy(f"Moving your data to {target} …"):
            try:
                await asyncio.to_thread(move_data, self._folder, target)
            except WorkbenchError as error:
                self._notice = f"Nothing was moved: {error}"
                return
        self._notice = (f"Your data is in {target} now. {self._folder} still has it as it was; delete that when you "
                        "like.")
        self._lock.release()
        configure_logging(target, debug=self._debugging)
        self._folder, self._lock = target, window_lock(target)
        self._lock.acquire()


async def _closed_or_damaged(closed: asyncio.Event, services: Services) -> StoreDamaged | None:
    """Waits for the window to be closed, or for the database to turn out damaged, which is returned: its remedies need
    a store that is closed, and a list that cannot be read must not stand there as an empty one."""
    ends = [asyncio.ensure_future(closed.wait()), asyncio.ensure_future(services.store.damaged())]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        return ends[1].result() if ends[1].done() else None  # type: ignore[return-value]
    finally:
        for end in ends:
            end.cancel()


async def _repair(damage: DamagedStore) -> bool:
    """Asks what to do about a damaged database and does it; returns whether opening can be tried again."""
    from workbench.ui.shell.recovery import ask_remedy

    backup = await asyncio.to_thread(damage.newest_good_backup)
    remedy = ask_remedy(str(damage), datetime.fromtimestamp(backup.made) if backup else None)
    if remedy == "restore" and backup is not None:
        await asyncio.to_thread(damage.restore, backup)
    elif remedy == "empty":
        await asyncio.to_thread(damage.set_aside)
    return bool(remedy)


async def _maintain(services: Services, window: MainWindow) -> None:
    """Makes backups and tidies the store once a day while the window is open, beginning when the start is over."""
    await asyncio.sleep(20)
    day: date | None = None
    while True:
        now = datetime.now()
        if now.date() != day:
            day = now.date()
            try:
                await services.store.maintain(backups=services.settings.value.backups, now=now)
            except StoreDamaged:
                return  # the user is asked what to do about it
            except WorkbenchError as error:
                window.notify(f"The backup of today was not made: {error}")
        await asyncio.sleep(3600)  # not until tomorrow: the time that a computer sleeps does not count


def _renew_copy(folder: Path) -> None:
    """Makes today's backup once more when much was done since, for the window that is gone."""
    from workbench.storage.backups import renew_backup

    try:
        renew_backup(folder, datetime.now())
    except (WorkbenchError, OSError) as error:
        log.warning("The backup of today was not renewed: %s", error)


@contextmanager
def _later_starts(folder: Path, window: MainWindow) -> Iterator[None]:
    """Listens for second starts on the same data."""
    from workbench.ui.shell.single_instance import FirstWindow

    first = FirstWindow(folder)
    first.start_requested.connect(lambda request: _answer(window, request))
    try:
        yield
    finally:
        first.close()


def _answer(window: MainWindow, request: dict[str, Any]) -> None:
    """Does what a second start was asked for, in this window, and brings it to the front."""
    from PySide6.QtCore import Qt

    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
    files = [Path(name) for name in request.get("files") or ()]
    if request.get("chat") or request.get("model"):
        window.go_to(str(request.get("model") or ""), str(request.get("chat") or ""), files)
    elif files:
        window.composer.attach_files(files)


@contextmanager
def _closed_by_signals(closed: asyncio.Event, hurried: asyncio.Event) -> Iterator[None]:
    """Lets SIGTERM and Ctrl+C close the window as its user would, but in a hurry. Python's handlers run only between
    two steps of Python, so the signal's number is sent through a socket that wakes Qt's loop."""
    from PySide6.QtCore import QSocketNotifier

    reader, writer = socket.socketpair()
    writer.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: hurried.set())
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
