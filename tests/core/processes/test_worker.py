"""The worker: functions of the program in a process with limits."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

import pytest

from tests.support import worker_tasks
from workbench.core.errors import BadInput
from workbench.core.processes.child_process import Child, python
from workbench.core.processes.worker import FailureKind, Function, Limits, Worker, WorkerFailed, call, call_async

pytestmark = pytest.mark.process
ROOT = {"PYTHONPATH": str(Path(__file__).parents[3])}
"""Where the process finds the functions of the tests."""


def test_bytes_and_values_go_both_ways() -> None:
    value, data = call(worker_tasks.reverse, b"abc" * 1_000_000, word="中文", environment=ROOT)
    assert value["word"] == "中文" and data == b"cba" * 1_000_000


def test_one_process_answers_many_calls_and_a_new_one_follows_a_failure() -> None:
    with Worker(Limits(seconds=20), ROOT) as worker:
        first = worker.call(worker_tasks.reverse)[0]["process"]
        assert worker.call(worker_tasks.reverse)[0]["process"] == first
        with pytest.raises(WorkerFailed):
            worker.call(worker_tasks.end)
        assert worker.call(worker_tasks.reverse)[0]["process"] != first


def test_a_refusal_is_the_sentence_of_the_function() -> None:
    with pytest.raises(BadInput, match=r"^Take another file\.$"):
        call(worker_tasks.refuse, environment=ROOT)


@pytest.mark.parametrize(
    ("function", "arguments", "kind", "limits"),
    [
        (worker_tasks.spin, {}, "time", Limits(seconds=1)),
        (worker_tasks.allocate, {"size": 2_000_000_000}, "memory", Limits(memory=500_000_000)),
        (worker_tasks.give_much, {"size": 2_000_000}, "output", Limits(output=1_000_000)),
        (worker_tasks.say_much, {"size": 2_000_000}, "output", Limits(output=1_000_000)),
        (worker_tasks.end, {}, "ended", Limits()),
        (worker_tasks.fail, {}, "error", Limits()),
    ],
)
def test_what_goes_wrong_is_told_by_its_kind(
    function: Function, arguments: dict[str, int], kind: FailureKind, limits: Limits
) -> None:
    with pytest.raises(WorkerFailed) as failed:
        call(function, limits=limits, environment=ROOT, **arguments)
    assert failed.value.kind == kind
    if kind == "ended":
        assert "the library aborts" in failed.value.detail and "3" in failed.value.detail


def test_what_a_library_prints_is_no_answer() -> None:
    assert call(worker_tasks.print_something, environment=ROOT) == ("answer", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not limit it")
def test_it_writes_no_files_unless_it_may(tmp_path: Path) -> None:
    path = str(tmp_path / "made")
    with pytest.raises(WorkerFailed):
        call(worker_tasks.write, b"x", path=path, environment=ROOT)
    assert call(worker_tasks.write, b"x", path=path, limits=Limits(written=10), environment=ROOT)[0] == 1


MACOS = """
import resource, sys
real = resource.setrlimit
def refuse(kind, limits):
    if kind == resource.RLIMIT_AS:
        raise ValueError("current limit exceeds maximum limit")
    real(kind, limits)
resource.setrlimit = refuse
from workbench.core.processes.worker_process import main
sys.exit(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs the limits that it takes away")
def test_it_works_and_keeps_to_its_memory_where_the_system_sets_no_such_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.core.processes.worker.program", lambda _: python("-c", MACOS))
    assert call(worker_tasks.reverse, b"ab", environment=ROOT)[1] == b"ba"
    with pytest.raises(WorkerFailed, match="memory"):
        call(worker_tasks.allocate, size=400_000_000, limits=Limits(memory=200_000_000), environment=ROOT)


def test_stopping_ends_the_process() -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    worker = Worker(environment=ROOT)
    child = worker._child = Child(python("-c", "import threading; threading.Event().wait()"))
    with pytest.raises(Stopped):
        worker.call(worker_tasks.spin, check=stop)
    assert not child.running


def test_cancelling_a_coroutine_ends_the_process() -> None:
    before = set(threading.enumerate())

    async def work() -> None:
        task = asyncio.ensure_future(call_async(worker_tasks.spin))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(work())  # waits for its threads, which end with the process
    for thread in set(threading.enumerate()) - before:
        thread.join(20)
        assert not thread.is_alive()
