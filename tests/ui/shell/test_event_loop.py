"""The window's event loop keeps asyncio's promises and leaves Qt its turns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.support.waiting import until
from workbench.ui.shell.event_loop import SLICE


@pytest.fixture
def told(qapp: QApplication) -> list[str]:
    return []


def test_callbacks_run_in_order_and_cancelled_ones_do_not(told: list[str], run: Run) -> None:
    async def go() -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.call_later(0.02, over.set)
        for name, delay in (("late", 0.01), ("early", 0.002)):
            loop.call_later(delay, told.append, name)
        loop.call_later(0.001, told.append, "no").cancel()
        loop.call_soon(told.append, "first")
        loop.call_soon(told.append, "no").cancel()
        loop.call_soon(told.append, "second")
        await over.wait()

    run(go())
    assert told == ["first", "second", "early", "late"]


def test_a_timer_does_not_ring_early(told: list[str], run: Run) -> None:
    async def go() -> list[float]:
        short = []
        for wanted in (0.0004, 0.0013, 0.0101):
            began = time.monotonic()
            await asyncio.sleep(wanted)
            short.append(wanted - (time.monotonic() - began))
        return short

    assert max(run(go())) <= 0


def test_a_failing_callback_does_not_hinder_the_others(told: list[str], run: Run) -> None:
    def fail() -> None:
        raise ValueError("on purpose")

    async def go() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(str(context["exception"])))
        loop.call_soon(fail)
        loop.call_soon(told.append, "after")
        await asyncio.sleep(0)
        loop.set_exception_handler(None)

    run(go())
    assert told == ["on purpose", "after"]


def test_qt_has_its_turn_between_many_callbacks(told: list[str], run: Run) -> None:
    def work(number: int) -> None:
        end = time.monotonic() + SLICE
        while time.monotonic() < end:
            pass
        told.append(str(number))

    async def go() -> None:
        loop = asyncio.get_running_loop()
        for number in range(5):
            loop.call_soon(work, number)
        QTimer.singleShot(0, lambda: told.append("Qt"))
        await until(lambda: len(told) == 6)

    run(go())
    assert [word for word in told if word != "Qt"] == list("01234") and told.index("Qt") < 3


def test_the_others_go_on_while_one_waits_in_a_loop_of_qt(told: list[str], run: Run) -> None:
    inner = QEventLoop()

    def dialog() -> None:
        inner.exec()
        told.append("closed")

    async def go() -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(dialog)
        loop.call_soon(told.append, "other")
        loop.call_later(0.001, lambda: (told.append("later"), loop.call_soon(inner.quit)))
        QTimer.singleShot(2000, inner.quit)
        await until(lambda: "closed" in told)

    run(go())
    assert told == ["other", "later", "closed"]


def test_a_thread_wakes_the_loop(told: list[str], run: Run) -> None:
    async def go() -> None:
        told.append(await asyncio.to_thread(lambda: "from the thread"))

    run(go())
    assert told == ["from the thread"]


def test_a_generator_left_in_the_middle_is_closed(told: list[str], run: Run) -> None:
    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            told.append("closed")

    async def go() -> None:
        async for _ in numbers():
            break
        await until(lambda: told)

    run(go())
    assert told == ["closed"]
