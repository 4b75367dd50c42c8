"""Fixtures for all tests.

A test that takes `qapp` runs with Qt (offscreen), and its coroutines on qasync's loop; all others never
load Qt. Every test has a home and a data folder of its own, and fails when it leaves behind an error in the
log, a Qt warning, a running task or a window.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Coroutine, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import hypothesis
import pytest

from tests.support.desktop import (
    ACCESSIBILITY,
    DISPLAY_PROGRAMS,
    KEYRING_PROGRAMS,
    home_environment,
    missing,
    session_bus,
    stored_keys,
    x_display,
)
from tests.support.guard import (
    LogGuard,
    leaked_tasks,
    leaked_widgets,
    left_generators,
    started,
    top_level_widgets,
    watch_generators,
    watch_processes,
)
from tests.support.server import Server

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from tests.support.accessible import Desktop, Window

T = TypeVar("T")

# Nothing is timed, as a machine that has much to do is no fault of the code. Examples differ from run to run, so that
# many runs look further than one; ``--hypothesis-profile=long`` looks as far at once.
_UNTIMED = hypothesis.settings(
    deadline=None, max_examples=25, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("short", _UNTIMED)
hypothesis.settings.register_profile("long", _UNTIMED, max_examples=1000)
hypothesis.settings.load_profile("short")


class Run(Protocol):
    def __call__(self, coroutine: Coroutine[Any, Any, T], timeout: float = 60) -> T: ...


class Show(Protocol):
    def __call__(self, widget: T, width: int | None = None, height: int | None = None) -> T: ...


_FOREIGN = ("_proxy", "_api_key", "_auth_token", "_base_url", "_ca_bundle", "_api_token")
_FOREIGN_NAMES = {
    "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "PYTHONWARNINGS", "GOOGLE_APPLICATION_CREDENTIALS",
}  # fmt: skip


MARKS = {"qapp": ["window"], "secret_service": ["keyring", "process"], "desktop": ["xvfb", "process"]}
"""What a test is that takes such a fixture. Others that start a program are marked by hand; the guard asks for it."""


class StartWindow(Protocol):
    def __call__(self, *arguments: str) -> Window: ...


def pytest_configure() -> None:
    watch_processes()


def pytest_report_header() -> str:
    """Whose versions matter when a test fails elsewhere; SQLite comes with Python or the system."""
    return f"PySide6 {version('PySide6_Essentials')}, httpx {version('httpx')}, SQLite {sqlite3.sqlite_version}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks tests by the fixtures that they take, themselves or through others."""
    for item in items:
        for fixture in set(MARKS) & set(getattr(item, "fixturenames", ())):
            for mark in MARKS[fixture]:
                item.add_marker(mark)


def pytest_collection_finish() -> None:
    """Leaves the tests themselves out of every later search for garbage: it would take 0.15 s after each window."""
    gc.freeze()


def _need(service: str, absent: list[str]) -> None:
    """Skip where programs are missing, but fail where the caller said that they are installed."""
    if absent:
        reason = f"install {', '.join(absent)}, or run packaging/test.py, which does where it may"
        if service in os.environ.get("WORKBENCH_TEST_REQUIRE", "").split(","):
            pytest.fail(f"{service} is required: {reason}")
        pytest.skip(reason)


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a data folder under tmp_path, and nothing of the developer's environment: no proxy, key,
    display, session bus or keyring. Returns the data folder, which does not exist yet."""
    for name in os.environ:
        if name.lower().endswith(_FOREIGN) or name in _FOREIGN_NAMES:
            monkeypatch.delenv(name)
    for name, folder in home_environment(tmp_path / "home").items():
        monkeypatch.setenv(name, folder)
    data = tmp_path / "data"
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(data))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    if "keyring.core" in sys.modules:  # it remembers what an earlier test asked for and found
        monkeypatch.setattr("keyring.core._keyring_backend", None)
        monkeypatch.delattr("keyring.backend.get_all_keyring.saved_result", raising=False)
    return data


@pytest.fixture(autouse=True)
def _guard(request: pytest.FixtureRequest, isolated: Path) -> Iterator[LogGuard]:
    if "qapp" in request.fixturenames:
        # The window of the test before goes now. What stays was loaded for all tests, and would be looked through again
        # after each, for 0.04 s.
        gc.collect()
        gc.freeze()
    guard = LogGuard()
    windows = top_level_widgets()
    root = logging.getLogger()
    root.addHandler(guard)
    started.clear()
    yield guard
    root.removeHandler(guard)
    complaints = guard.complaints() + leaked_widgets(windows)
    if not request.node.get_closest_marker("process"):
        complaints += [f"not marked with @pytest.mark.process, but starts: {command}" for command in started]
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.fixture
def expect_log(_guard: LogGuard) -> Callable[[str], None]:
    """``expect_log(regex)``: this test provokes such an error or Qt warning, and must."""
    return _guard.expect


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """``run(coroutine, timeout=60)``: its result. All calls of one test share a loop, so tasks live from one
    to the next; none may be left when the test ends. With the fixture `qapp` it is Qt's loop."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    if "qapp" in request.fixturenames:
        app = request.getfixturevalue("qapp")
        from tests.support.qt import event_loop

        def factory() -> asyncio.AbstractEventLoop:
            return event_loop(app)

    async def within(coroutine: Coroutine[Any, Any, T], timeout: float) -> T:
        async with asyncio.timeout(timeout):
            return await coroutine

    with asyncio.Runner(loop_factory=factory) as runner:
        watch_generators(runner.get_loop())
        yield lambda coroutine, timeout=60: runner.run(within(coroutine, timeout))
        runner.run(_finish_tasks())
        leaked = leaked_tasks(runner.get_loop()) + left_generators(runner.get_loop())
    if factory is not None:
        # qasync's loop leaves armed timers behind: were it collected by another thread, Qt would crash.
        gc.collect()
    if leaked:
        pytest.fail("\n".join(leaked), pytrace=False)


async def _finish_tasks() -> None:
    """Lets tasks that were cancelled, or have nothing left to do, come to their end."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture(scope="session")
def _application() -> QApplication:
    from tests.support.qt import application

    return application()


@pytest.fixture
def qapp(_application: QApplication) -> QApplication:
    """The QApplication: offscreen, Fusion."""
    return _application


@pytest.fixture
def show(qapp: QApplication) -> Iterator[Show]:
    """``show(widget, width, height)``: shows and paints it, returns it, and destroys it in the end."""
    from tests.support.qt import destroy
    from tests.support.qt import show as show_now

    shown: list[QWidget] = []

    def show_widget(widget: Any, width: int | None = None, height: int | None = None) -> Any:
        shown.append(widget)
        show_now(widget, width, height)
        return widget

    yield show_widget
    for widget in reversed(shown):
        destroy(widget)


@pytest.fixture
def server() -> Iterator[Server]:
    """A scripted HTTP server on loopback, see tests/support/server.py."""
    with Server() as running:
        yield running


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """The same over TLS, and the file with the certificate of the authority that signed it."""
    import ssl

    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with Server(context) as running:
        yield running, trusted


@pytest.fixture(scope="session")
def _keyring_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    _need("keyring", missing(KEYRING_PROGRAMS))
    with session_bus(tmp_path_factory.mktemp("keyring")) as environment:
        yield environment


@pytest.fixture
def secret_service(
    _keyring_session: dict[str, str], isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """A real, unlocked and empty Secret Service, which `keyring` uses in this test. Call it for what is
    stored now, as (label, secret)."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", _keyring_session["DBUS_SESSION_BUS_ADDRESS"])
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    with stored_keys(_keyring_session) as stored:
        yield stored


@pytest.fixture(scope="session")
def _desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    _need("xvfb", missing(DISPLAY_PROGRAMS + KEYRING_PROGRAMS + ACCESSIBILITY))
    from tests.support.accessible import Desktop

    home = tmp_path_factory.mktemp("desktop")
    with (
        x_display(home / "xvfb.log") as display,
        session_bus(home, environment={"DISPLAY": display}) as environment,
        contextlib.closing(Desktop(environment)) as desktop,
    ):
        yield desktop


@pytest.fixture
def desktop(_desktop: Desktop, isolated: Path) -> Iterator[Desktop]:
    """An X server, a session bus with an unlocked and empty keyring, and a reader of accessible trees, to use
    the program from outside: see tests/support/accessible.py. Programs get this test's home and data
    folder; `desktop.stored()` is what the keyring keeps now, as (label, secret)."""
    own = {name: os.environ[name] for name in (*home_environment(isolated.parent / "home"), "WORKBENCH_DATA_DIR")}
    _desktop.environment.update(own)
    with stored_keys(_desktop.environment) as _desktop.stored:
        yield _desktop


@pytest.fixture
def start_window(desktop: Desktop, tmp_path: Path) -> Iterator[StartWindow]:
    """``start_window(*arguments)``: the real program, its window open under the X server; it ends with
    the test. What it says goes to ``window.log``."""
    from tests.support.program import program

    with contextlib.ExitStack() as running:
        yield lambda *arguments: running.enter_context(desktop.start(program(*arguments), tmp_path / "program.log"))
