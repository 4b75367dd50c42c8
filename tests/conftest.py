"""Fixtures for all tests.

A test that takes `qapp` runs with Qt (offscreen), and its coroutines on qasync's loop; all others never
load Qt. Every test has a home and a data folder of its own, and fails when it leaves behind an error in the
log, a Qt warning, a running task or a window.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import pytest

from tests.support.guard import LogGuard, leaked_tasks, leaked_widgets, top_level_widgets
from tests.support.server import Server

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

T = TypeVar("T")


class Run(Protocol):
    def __call__(self, coroutine: Coroutine[Any, Any, T], timeout: float = 20) -> T: ...


class Show(Protocol):
    def __call__(self, widget: T, width: int | None = None, height: int | None = None) -> T: ...


_FOREIGN = ("_proxy", "_api_key", "_auth_token", "_base_url", "_ca_bundle", "_api_token")
_FOREIGN_NAMES = {
    "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "PYTHONWARNINGS", "GOOGLE_APPLICATION_CREDENTIALS",
}  # fmt: skip


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a data folder under tmp_path, and nothing of the developer's environment: no proxy, key,
    display, session bus or keyring. Returns the data folder, which does not exist yet."""
    for name in os.environ:
        if name.lower().endswith(_FOREIGN) or name in _FOREIGN_NAMES:
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    folders = {
        "HOME": home,
        "USERPROFILE": home,
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local/share",
        "XDG_STATE_HOME": home / ".local/state",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_RUNTIME_DIR": tmp_path / "run",
        "TMPDIR": tmp_path / "tmp",
    }
    for name, folder in folders.items():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(folder))
    data = tmp_path / "data"
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(data))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    if "keyring.core" in sys.modules:  # it remembers the back end that an earlier test asked for
        monkeypatch.setattr("keyring.core._keyring_backend", None)
    return data


@pytest.fixture(autouse=True)
def _guard(request: pytest.FixtureRequest, isolated: Path) -> Iterator[LogGuard]:
    guard = LogGuard()
    windows = top_level_widgets()
    root = logging.getLogger()
    root.addHandler(guard)
    yield guard
    root.removeHandler(guard)
    complaints = guard.complaints() + leaked_widgets(windows)
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.fixture
def expect_log(_guard: LogGuard) -> Callable[[str], None]:
    """``expect_log(regex)``: this test provokes such an error or Qt warning, and must."""
    return _guard.expect


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """``run(coroutine, timeout=20)``: its result. All calls of one test share a loop, so tasks live from one
    to the next; none may be left when the test ends. With the fixture `qapp` it is Qt's loop."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    if "qapp" in request.fixturenames:
        app = request.getfixturevalue("qapp")
        from qasync import QEventLoop

        def factory() -> asyncio.AbstractEventLoop:
            return QEventLoop(app)

    async def within(coroutine: Coroutine[Any, Any, T], timeout: float) -> T:
        async with asyncio.timeout(timeout):
            return await coroutine

    with asyncio.Runner(loop_factory=factory) as runner:
        yield lambda coroutine, timeout=20: runner.run(within(coroutine, timeout))
        runner.run(_let_go())
        leaked = leaked_tasks(runner.get_loop())
    if leaked:
        pytest.fail("\n".join(leaked), pytrace=False)


async def _let_go() -> None:
    """Let tasks that were cancelled, or have nothing left to do, come to their end."""
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
