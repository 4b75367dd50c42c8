"""Long use, in few turns: every kind of turn happens, and handles and widgets stay as many as they were."""

from __future__ import annotations

import pytest

from workbench.bench.long import run


@pytest.mark.process
def test_a_short_use_has_all_figures_and_leaves_no_widgets() -> None:
    figures = run("long", 30)
    assert figures["turns"] == 30 and [point["turn"] for point in figures["points"]] == [*range(3, 31, 3)]
    assert figures["growth_of_widgets"] <= 20 and figures["growth_of_handles"] <= 4
