"""Preferences are counted by row, and called better only beyond chance."""

from __future__ import annotations

import pytest

from workbench.core.experiments.clusters import Row
from workbench.core.experiments.preferences import preference


@pytest.mark.parametrize(("rows", "verdict"), [
    ([[1.0]] * 5, "may be chance"), ([[1.0]] * 6, "better"), ([[0.0]] * 8, "worse"), ([[0.5]] * 50, "may be chance"),
    ([[1.0, 0.5]] * 10, "better"), ([[1.0] * 20], "better"), ([[1.0], [0.0]] * 10, "may be chance"),
])
def test_a_preference_is_counted_by_row(rows: list[list[float]], verdict: str) -> None:
    found = preference("p", {str(at): Row(values, free=len(values)) for at, values in enumerate(rows)})
    assert found.verdict == verdict and 0 <= found.share.low <= found.share.value <= found.share.high <= 1
    assert found.about_these == (len(rows) < 6) and (" on these 5 rows" in found.words) == (len(rows) == 5)
