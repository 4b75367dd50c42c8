"""The benchmarks of the store, on a small one."""

from __future__ import annotations

import pytest

from workbench.bench.store import large_store, run


def test_a_store_is_filled_once_and_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("store", 300)["messages"] == 300
    assert "300" in capsys.readouterr().err
    assert run("search", 300)["messages"] == 300
    assert capsys.readouterr().err == "", "the first run has filled it"
    assert large_store(300).name == "bench-300"
