"""The benchmarks run and say what they promise; figures come from a full-sized run."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Run
from workbench.storage.bench import bench_search, bench_store


def test_a_small_run(run: Run, tmp_path: Path) -> None:
    told: list[str] = []
    store = run(bench_store(tmp_path / "b", messages=2000, chats=100, progress=told.append), 60)
    search = run(bench_search(tmp_path / "b", messages=2000, chats=100, progress=told.append), 60)
    assert len(told) == 1  # the second run finds the store that the first has filled
    assert (store["messages"], search["messages"]) == (2000, 2000)
    for figures in (store["line_of_2000"], store["add_message"], search["as_you_type"], search["chinese"]):
        assert set(figures) == {"count", "median", "p95", "max"}  # type: ignore[arg-type]
    json.dumps([store, search])
