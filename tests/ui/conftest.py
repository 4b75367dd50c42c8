"""The real window on real parts: a store in a temporary folder, the built-in models, a scripted server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.conftest import Run, Show
from tests.support.qt import destroy, show
from tests.support.server import Server, chat
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.app import open_services
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import MessageActions
from workbench.ui.chat.pending_writes import PendingWrites
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.window import MainWindow

OpenWindow = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def _hurried_guide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The built-in guide writes ten times as fast as for people: the frames between say nothing new."""
    monkeypatch.setattr("workbench.providers.builtin.engine.GUIDE_PACE", 2000.0)


@pytest.fixture
def open_window(qapp: QApplication, run: Run, isolated: Path) -> Iterator[OpenWindow]:
    """``open_window(width, height)``: the window, started, on this test's data folder. Calling it again
    closes the one before first, as a restart does."""
    opened: list[tuple[MainWindow, AsyncExitStack]] = []
    # Tests press keys between two runs of the loop; what these start belongs to the same loop.
    run(_make_current())

    def close() -> None:
        while opened:
            window, stack = opened.pop()
            run(window.settle())
            run(stack.aclose())
            destroy(window)

    def open_one(width: int = 1200, height: int = 800, **start: object) -> MainWindow:
        close()
        stack = AsyncExitStack()
        services = run(stack.enter_async_context(open_services(isolated)))
        window = MainWindow(services)
        opened.append((window, stack))
        show(window, width, height)
        began: list[object] = []
        window.chat.conversation.path_changed.connect(lambda *_: began.append(1))
        window.start(**start)
        run(_shown(window, began))
        return window

    yield open_one
    close()
    asyncio.set_event_loop(None)


async def _shown(window: MainWindow, began: list[object]) -> None:
    """A chat is shown, and what follows its opening has begun: a first step needs a loop that runs."""
    await until(lambda: began and not window.services.tasks.running("open a chat"), what="a chat to be shown")
    for _ in range(3):
        await asyncio.sleep(0)


async def _make_current() -> None:
    asyncio.set_event_loop(asyncio.get_running_loop())


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    return open_window()


@pytest.fixture
def services(show: Show, run: Run, isolated: Path) -> Iterator[Services]:
    """The services on this test's data folder, for the test of a feature without the window. ``show`` comes
    first, so that the tasks end before the widgets are destroyed."""
    run(_make_current())
    stack = AsyncExitStack()
    yield run(stack.enter_async_context(open_services(isolated)))
    run(stack.aclose())
    asyncio.set_event_loop(None)


@pytest.fixture
def shell(show: Show, services: Services) -> Iterator[RecordingShell]:
    """A shell over a widget that is shown. Make what is tested a child of ``shell.dialog_parent``."""
    recording = RecordingShell(services, show(QWidget(), 1000, 700))
    yield recording
    recording.theme.deleteLater()


@pytest.fixture
def replies(services: Services, shell: RecordingShell) -> RunningReplies:
    return RunningReplies(services.replies, services.tasks, shell.dialog_parent)


@pytest.fixture
def conversation(
    run: Run, services: Services, shell: RecordingShell, replies: RunningReplies
) -> Iterator[Conversation]:
    """The open chat of these services, a new one at first. Its messages have no actions."""
    parent = shell.dialog_parent
    writes = PendingWrites(services, parent)
    made = Conversation(services, replies, writes, MessageActions(services.store, services.tasks), parent)
    run(_opened(made))
    yield made
    run(writes.written())


async def _opened(conversation: Conversation) -> None:
    await conversation.open_new()


@pytest.fixture
def scripted(window: MainWindow, server: Server) -> Server:
    """A server that is the provider ``test``, whose model ``m`` the open chat asks; says "Hello there."."""
    server.on("POST", "/v1/chat/completions", chat("Hello ", "there."))
    config = ProviderConfig("test", name="Test server", base_url=f"{server.url}/v1", needs_key=False)
    window.services.settings.change(providers={"test": config})
    window.chat.conversation.change(model="test/m")
    return server
