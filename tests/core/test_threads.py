"""Worker threads that are always waited for."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.conftest import Run
from workbench.core.threads import in_thread


def test_the_result_and_the_error_of_the_work(run: Run) -> None:
    def broken() -> None:
        raise ValueError("broken")

    assert run(in_thread(lambda: threading.current_thread() is not threading.main_thread()))
    with pytest.raises(ValueError, match="broken"):
        run(in_thread(broken))


def test_cancelling_stops_the_worker_and_waits_for_it(run: Run) -> None:
    began, stopped, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        assert stopped.wait(30)
        ended.set()

    async def scene() -> None:
        task = asyncio.ensure_future(in_thread(work, stopped.set))
        await asyncio.to_thread(began.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set(), "its files are still its own until it has ended"

    run(scene())


def test_a_worker_that_fails_when_it_is_stopped_is_not_reported_again(run: Run) -> None:
    began, stopped = threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        assert stopped.wait(30)
        raise OSError("stopped")

    async def scene() -> None:
        task = asyncio.ensure_future(in_thread(work, stopped.set))
        await asyncio.to_thread(began.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(scene())
