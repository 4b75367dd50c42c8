"""The state of a window in a real settings file: stored, restored, and harmless when it is damaged."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from tests.conftest import Show
from workbench.core.services import Services
from workbench.ui.shell.side_panes import SidePanes
from workbench.ui.shell.window_state import DEFAULT_SIZE, FRAME, WindowState
from workbench.ui.transcript.entries import ReadingPlace


class Window(QMainWindow):
    """A window with side panes and a state."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        splitter = QSplitter()
        self.setCentralWidget(splitter)
        side, panel = QWidget(), QWidget()
        for widget in (side, QWidget(), panel):
            splitter.addWidget(widget)
        self.panes = SidePanes(splitter, side, panel)
        self.state = WindowState(services.settings, self, self.panes)


def test_size_panes_and_open_chat_come_back(services: Services, show: Show) -> None:
    first = show(Window(services), 700, 500)
    first.panes.toggle("panel")
    first.state.save("chat 1", {"chat 1": ReadingPlace("m", 12)})
    second = Window(services)
    assert second.state.restore() == "chat 1"
    assert second.state.places() == {"chat 1": ReadingPlace("m", 12)}
    show(second)
    assert second.size() == QSize(700, 500)
    assert second.panes.state()["panel_open"] is False


def test_the_first_start_fits_on_the_screen(services: Services, show: Show) -> None:
    window = Window(services)
    assert window.state.restore() == ""
    show(window)
    screen = window.screen().availableGeometry()
    assert window.size() == QSize(*DEFAULT_SIZE).boundedTo(screen.size() - QSize(*FRAME))
    whole = window.size() + QSize(*FRAME)
    assert whole.boundedTo(screen.size()) == whole, "with its frame"


@pytest.mark.parametrize("state", [
    {"geometry": "not base64 ä", "chat": 7}, {"geometry": 12, "chat": None}, {"geometry": "AAAA", "side_width": "x"},
    {"geometry": ["a"], "chat": ["b"], "panel_open": 1, "places": 3},
    {"places": {"a": 1, "b": ["m"], "c": [1, "m"], "d": ["m", "1"]}},
])
def test_a_damaged_state_gives_the_default(services: Services, show: Show, state: dict[str, object]) -> None:
    services.settings.change(window=state)
    window = Window(services)
    assert window.state.restore() == "" and window.state.places() == {}
    show(window)
    assert window.size() == QSize(*DEFAULT_SIZE).boundedTo(window.screen().availableSize() - QSize(*FRAME))


def test_an_unchanged_state_is_not_written_again(services: Services, show: Show) -> None:
    window = show(Window(services), 700, 500)
    written: list[object] = []
    stop = services.settings.changed(written.append)
    window.state.save("one", {})
    window.state.save("one", {})
    assert len(written) == 1
    window.state.save("two", {})
    assert len(written) == 2
    stop()
