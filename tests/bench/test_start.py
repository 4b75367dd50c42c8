"""The benchmark of the start: the window and a bare one, each in a process of its own."""

from __future__ import annotations

import pytest

from workbench.bench import start


@pytest.mark.process
def test_a_start_is_measured_beside_a_bare_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "RUNS", 1)
    figures = start.run("start", 3)
    assert (figures["runs"], figures["chats"]) == (1, 3)
    assert all(value > 0 for value in figures.values() if isinstance(value, int | float))
    assert figures["ratio_cpu_s"] > 1


@pytest.mark.process
def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="no figures today"):
        start.child("raise SystemExit('no figures today')")
