"""The questions before the window closes, in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton

from tests.conftest import Run
from tests.support.finding import find
from tests.support.server import Gate, Server, chat, chat_chunks, sse
from tests.support.waiting import until
from tests.ui.chat.test_temporary_chats import begin, send
from workbench.core.experiments.plan import Plan
from workbench.ui.window import MainWindow

PLAN = Plan("Tone", ("test/m",), "The request", samples=3, parallel=1)


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.open()


def run_slowly(window: MainWindow, server: Server, run: Run, gate: Gate) -> None:
    """Runs an experiment until its first answer is there and the second is under way, held by the gate."""
    server.on("POST", "/v1/chat/completions", chat("One."), sse(*chat_chunks("Two."), gate))
    window.experiments.open()
    page, controller = window.experiments.page(), window.experiments.controller()
    page.form.show_plan(PLAN)
    find(page, "Run sweep", QPushButton).click()
    run(until(lambda: len(controller.results) == 1 and len(server.requests) == 2, what="the second request"))


def answer(window: MainWindow, text: str) -> None:
    """Presses a button of the question that is open, the only one."""
    (box,) = (box for box in window.findChildren(QMessageBox) if box.isVisible())
    next(button for button in box.buttons() if text in (button.accessibleName(), button.text())).click()


def cancel(window: MainWindow) -> None:
    (box,) = (box for box in window.findChildren(QMessageBox) if box.isVisible())
    box.button(QMessageBox.StandardButton.Cancel).click()


def asked_to_move(window: MainWindow, target: Path) -> list[Path | None]:
    """Asks for the data to be moved; returns where they go each time that the window closes."""
    closed = list[Path | None]()
    window.closed.connect(lambda: closed.append(window.move_to))
    window.move_data(target)
    return closed


def test_a_running_experiment_is_asked_about_and_its_answers_are_kept(
    window: MainWindow, scripted: Server, run: Run, gate: Gate
) -> None:
    run_slowly(window, scripted, run, gate)
    closed: list[int] = []
    window.closed.connect(lambda: closed.append(1))
    for _ in range(2):  # cancelling agrees to nothing
        assert not window.close()
        cancel(window)
        assert not closed and window.experiments.running() == "Tone"
    assert not window.close()
    answer(window, "Stop it and close")
    assert closed
    run(window.settle())
    (stored,) = window.services.experiments().listed()
    assert (stored.done, stored.total) == (1, 3) and window.experiments.running() == ""


def test_data_is_moved_after_the_question_and_not_after_another(
    window: MainWindow, scripted: Server, run: Run, gate: Gate, tmp_path: Path
) -> None:
    run_slowly(window, scripted, run, gate)
    closed = asked_to_move(window, tmp_path / "new")
    cancel(window)
    assert not closed and window.move_to is None
    window.close()
    cancel(window)
    window.move_data(tmp_path / "new")
    answer(window, "Stop it and close")
    assert closed == [tmp_path / "new"]


def test_a_window_that_is_closed_after_all_moves_nothing(
    window: MainWindow, scripted: Server, run: Run, gate: Gate, tmp_path: Path
) -> None:
    run_slowly(window, scripted, run, gate)
    closed = asked_to_move(window, tmp_path / "new")
    cancel(window)
    window.close()
    answer(window, "Stop it and close")
    assert closed == [None]


def test_what_is_agreed_to_for_one_thing_is_not_for_the_next(
    window: MainWindow, scripted: Server, run: Run, gate: Gate
) -> None:
    begin(window, run)
    window.chat.conversation.change(model="builtin/guide")
    send(window, run, "What is temperature?")
    run_slowly(window, scripted, run, gate)
    closed: list[int] = []
    window.closed.connect(lambda: closed.append(1))
    window.close()
    answer(window, "Stop it and close")
    assert not closed  # there is a temporary chat, too
    cancel(window)
    window.close()
    answer(window, "Stop it and close")
    answer(window, "Close without keeping it")
    assert closed
