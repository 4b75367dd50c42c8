"""The benchmarks of the transcript, in a process of their own."""

from __future__ import annotations

import pytest

from workbench.bench.transcript import run


@pytest.mark.process
def test_figures_come_from_a_fresh_process() -> None:
    assert run("resize", 20)["p50_ms"] > 0


@pytest.mark.process
def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="bench_nothing"):
        run("nothing", 1)
