"""What a process says of itself."""

from __future__ import annotations

import sys

import pytest

from workbench.bench.measure import cpu_seconds, memory_mb, seconds_since_start


def test_time_of_the_processor_grows_with_work() -> None:
    before = cpu_seconds()
    while cpu_seconds() == before:
        sum(range(10_000))
    assert cpu_seconds() > before > 0


@pytest.mark.skipif(sys.platform != "linux", reason="told by /proc")
def test_linux_tells_memory_and_age() -> None:
    memory, age = memory_mb(), seconds_since_start()
    assert memory is not None and memory > 5
    assert age is not None and age > 0
