"""The benchmark of the model picker, in a process of its own."""

from __future__ import annotations

import pytest

from workbench.bench.picker import PROVIDERS, run


@pytest.mark.process
def test_figures_come_from_a_fresh_process() -> None:
    figures = run("picker", 3)
    assert figures["models"] == 3 * PROVIDERS and 0 < figures["key_p50_ms"] <= figures["key_worst_ms"]
