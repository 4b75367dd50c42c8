"""The designs of ``workbench bench coverage``, small and seeded: intervals of 95 % hold the truth in 93 to 97 %."""

from __future__ import annotations

import pytest

from workbench.bench import coverage
from workbench.core.experiments.gate import Gate


@pytest.mark.costly
@pytest.mark.parametrize("correlation", [0.3, 0.6, 0.9])
@pytest.mark.parametrize(("rows", "samples"), [(50, 2), (50, 5), (20, 10), (10, 20)])
def test_rates_of_rows_that_are_asked_several_times(rows: int, samples: int, correlation: float) -> None:
    assert 0.93 <= coverage.rates(rows, samples, correlation, 0.7, 1000) <= 0.97


@pytest.mark.parametrize("correlation", [0.3, 0.6, 0.9])
def test_rates_near_one(correlation: float) -> None:
    assert 0.93 <= coverage.rates(20, 20, correlation, 0.9, 1000) <= 0.97


def test_scores() -> None:
    assert 0.93 <= coverage.scores(20, 5, 600) <= 0.97


@pytest.mark.costly
@pytest.mark.parametrize(("rows", "samples", "wins"), [(10, 1, 0.5), (20, 5, 0.5), (20, 5, 0.7)])
def test_preferences(rows: int, samples: int, wins: float) -> None:
    covered, called = coverage.preferences(rows, samples, wins, 800)
    assert 0.925 <= covered <= 0.99 and (called <= 0.065 if wins == 0.5 else called > 0.4)


@pytest.mark.costly
@pytest.mark.parametrize(("rows", "samples", "gain", "other"), [
    (50, 2, 0.0, 0.3), (20, 10, 0.0, 0.3), (10, 20, 0.0, 0.3), (50, 3, 0.1, 0.0),
])
def test_differences(rows: int, samples: int, gain: float, other: float) -> None:
    covered, called = coverage.differences(rows, samples, gain, other, 800)
    assert 0.93 <= covered <= 0.97
    assert called > 0.35 if gain else called <= 0.07


@pytest.mark.costly
@pytest.mark.parametrize(("players", "cast"), [(2, 50), (2, 200), (3, 60), (4, 200), (6, 100)])
def test_strengths_by_votes(players: int, cast: int) -> None:
    assert 0.93 <= coverage.votes(players, cast, 900 // players) <= 0.97


@pytest.mark.costly
def test_the_best_of_several() -> None:
    found = coverage.best(60, 50, 1, 0.05, 0.3, 40)
    assert found["raw over the truth"] > 0.06 and abs(found["honest over the truth"]) < 0.03
    assert found["honest covered"] >= 0.9 and found["true best kept"] >= 0.95 and found["wrongly proven"] == 0


def test_the_gate() -> None:
    for rate in (0.9, 0.95):
        failed, requests = coverage.gates([rate] * 20, Gate(0.8), 300)
        assert failed <= 0.01 and requests <= 1.3
    assert coverage.gates([0.95] * 19 + [0.4], Gate(0.8), 300)[0] >= 0.9


@pytest.mark.costly
@pytest.mark.parametrize("correlation", [0.0, 0.5, 1.0])
def test_rows_that_are_alike_neither_fail_nor_fall_by_chance(correlation: float) -> None:
    assert coverage.clustered_gate(20, 20, correlation, 0.8, 400) <= 0.05
    assert coverage.fallen(20, 20, correlation, 0.0, 400) <= 0.05
    assert coverage.fallen(20, 20, min(correlation, 0.5), -0.3, 200) >= 0.4


def test_all_designs_are_run() -> None:
    figures = coverage.run("coverage", 2)
    assert len(figures) > 70 and all(isinstance(figure, float) for figure in figures.values())
