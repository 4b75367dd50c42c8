"""The stall watch: it notes where the window stood still."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.support.waiting import PATIENCE, until
from workbench.ui.shell.stall_watch import StallWatch


def test_a_stall_is_noted_with_its_stack(run: Run, qapp: QApplication, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)

    def hold_up_the_window(watch: StallWatch) -> None:
        """Until the watch has looked at the stack: it waits for the answer then."""
        looked = threading.Event()
        real = watch._answered.wait
        watch._answered.wait = lambda timeout=None: real(timeout) if timeout else (looked.set(), real())[1]
        assert looked.wait(PATIENCE)

    async def scene() -> None:
        watch = StallWatch()
        await asyncio.sleep(0)
        hold_up_the_window(watch)
        await until(lambda: watch.noted)
        watch.close()

    run(scene())
    assert "hold_up_the_window" in caplog.text and "stood still for" in caplog.text


class _Painter:
    """What must be gone when the function that made it has ended."""

    alive = 0

    def __init__(self) -> None:
        _Painter.alive += 1

    def __del__(self) -> None:
        _Painter.alive -= 1


def test_looking_at_a_stack_keeps_nothing_in_it_alive(run: Run, qapp: QApplication) -> None:
    """A painter that outlives its paint event takes the program down."""

    def paint(watch: StallWatch) -> None:
        painter = _Painter()
        looked = threading.Event()
        real = watch._answered.wait
        watch._answered.wait = lambda timeout=None: real(timeout) if timeout else (looked.set(), real())[1]
        assert looked.wait(PATIENCE) and painter

    async def scene() -> None:
        watch = StallWatch()
        await asyncio.sleep(0)
        paint(watch)
        assert _Painter.alive == 0
        await until(lambda: watch.noted)
        watch.close()

    run(scene())


def test_it_asks_again_and_again(run: Run, qapp: QApplication) -> None:
    async def scene() -> None:
        watch = StallWatch()
        answers: list[int] = []
        watch._asked.connect(lambda: answers.append(1))
        await until(lambda: len(answers) >= 2)
        watch.close()

    run(scene())
