from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from workbench.core.tasks import Tasks


def test_a_task_takes_the_place_of_the_one_with_its_name(run: Callable[..., Any]) -> None:
    async def twice() -> tuple[bool, str]:
        tasks = Tasks()
        first = tasks.start("load", asyncio.sleep(60))
        second = tasks.start("load", asyncio.sleep(0, "second"))
        await asyncio.wait([first])
        return first.cancelled(), await second

    assert run(twice()) == (True, "second")


def test_tasks_run_beside_each_other_under_one_name(run: Callable[..., Any]) -> None:
    async def twice() -> tuple[list[str], bool, bool]:
        tasks = Tasks()
        spawned = [tasks.spawn("save", asyncio.sleep(0, text)) for text in ("first", "second")]
        running = tasks.running("save")
        results = [await task for task in spawned]
        await asyncio.sleep(0)
        return results, running, tasks.running("save")

    assert run(twice()) == (["first", "second"], True, False)


def test_closing_ends_what_runs(run: Callable[..., Any]) -> None:
    async def close() -> list[bool]:
        tasks = Tasks()
        started = [tasks.spawn("wait", asyncio.sleep(60)) for _ in range(3)]
        await tasks.close()
        return [task.cancelled() for task in started]

    assert run(close()) == [True, True, True]


@pytest.mark.timeout(10)
def test_closing_right_after_the_last_task_ended_comes_to_an_end(run: Callable[..., Any]) -> None:
    async def close() -> None:
        tasks = Tasks()
        task = tasks.start("load", asyncio.sleep(0))
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # done, and what follows from that is not yet run
        assert task.done()
        await tasks.close()
        assert not tasks.running("load")

    run(close())


def test_a_failure_is_logged_or_told(run: Callable[..., Any], expect_log: Callable[[str], None]) -> None:
    async def fail() -> None:
        raise ValueError("no")

    async def both() -> list[tuple[str, str]]:
        told: list[tuple[str, str]] = []
        tasks = Tasks()
        await asyncio.wait([tasks.start("quiet", fail())])
        tasks.on_error = lambda name, error: told.append((name, str(error)))
        await asyncio.wait([tasks.start("loud", fail())])
        await asyncio.wait([tasks.spawn("one of many", fail())])
        await asyncio.sleep(0)
        return told

    expect_log("The task quiet failed")
    assert run(both()) == [("loud", "no"), ("one of many", "no")]


def test_a_task_after_its_last_step_runs_no_more(run: Callable[..., Any]) -> None:
    """What asks between the last step and the loop's word of it must not leave its work to that task."""

    async def ask_early() -> bool:
        tasks, told = Tasks(), list[bool]()

        async def work() -> None:
            asyncio.get_running_loop().call_soon(lambda: told.append(tasks.running("sum up")))

        await tasks.start("sum up", work())
        await asyncio.sleep(0)
        return told[0]

    assert run(ask_early()) is False
