"""The window's event loop keeps asyncio's promises and leaves Qt its turns."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

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
        loop, early = asyncio.get_running_loop(), []
        for delay in (0.0004, 0.0013, 0.0101):
            due, over = loop.time() + delay, asyncio.Event()
            loop.call_at(due, over.set)
            await over.wait()
            early.append(due - loop.time())
        return early

    assert max(run(go())) <= 0


def test_in_debug_mode_a_callback_that_holds_up_the_loop_is_logged(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    def slow() -> None: ...

    async def go(debug: bool) -> None:
        loop = asyncio.get_running_loop()
        limit = loop.slow_callback_duration
        loop.set_debug(debug)
        loop.slow_callback_duration = 0  # so that any callback takes too long
        try:
            loop.call_soon(slow)
            await asyncio.sleep(0)
        finally:
            loop.set_debug(False)
            loop.slow_callback_duration = limit

    run(go(debug=False))
    assert not caplog.messages
    run(go(debug=True))
    assert any("slow()" in message and "seconds" in message for message in caplog.messages)


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


def test_qt_has_its_turn_between_many_callbacks(
    told: list[str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        loop, spent = asyncio.get_running_loop(), 0.0
        began = loop.time()
        monkeypatch.setattr(loop, "time", lambda: began + spent)

        def work(number: int) -> None:
            nonlocal spent
            spent += SLICE
            told.append(str(number))

        for number in range(5):
            loop.call_soon(work, number)
        QTimer.singleShot(0, lambda: told.append("Qt"))
        for _ in range(20):  # turns of the loop
            await asyncio.sleep(0)

    run(go())
    assert [word for word in told if word != "Qt"] == list("01234") and told.index("Qt") < 3


def test_a_turn_that_comes_late_loses_nothing(told: list[str], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a slice can be over before the first callback of a turn has run."""

    async def go() -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        clock = itertools.count(loop.time(), 2 * SLICE)
        monkeypatch.setattr(loop, "time", lambda: next(clock))
        for _ in range(3):
            loop.call_soon(over.set)
            await over.wait()
            over.clear()
            told.append("ran")

    run(go())
    assert told == ["ran"] * 3


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


def test_a_generator_left_in_the_middle_is_closed(
    told: list[str], run: Run, expect_log: Callable[[str], None]
) -> None:
    expect_log("left in the middle, without aclose.*numbers")

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
