"""Accuracy, F1 and the confusion matrix."""

from __future__ import annotations

import pytest

from workbench.core.experiments.checks import CheckResult
from workbench.core.experiments.classification import Confusion
from workbench.core.experiments.grid import cells
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, summarise

COUNTS = {("cat", "cat"): 3, ("cat", "dog"): 1, ("dog", "dog"): 4, ("dog", ""): 2}


def test_figures_of_a_table_worked_by_hand() -> None:
    confusion = Confusion("one of", COUNTS)
    assert confusion.accuracy == 0.7
    assert confusion.f1("cat") == pytest.approx(2 * 1 * 0.75 / 1.75)  # precision 3/3, recall 3/4
    assert confusion.f1("dog") == pytest.approx(2 * 0.8 * (4 / 6) / (0.8 + 4 / 6))  # precision 4/5, recall 4/6
    assert confusion.macro_f1 == pytest.approx((confusion.f1("cat") + confusion.f1("dog")) / 2)
    assert confusion.to_json()["matrix"] == {"cat": {"cat": 3, "dog": 1, "": 0}, "dog": {"cat": 0, "dog": 4, "": 2}}
    assert Confusion("one of", {("a", "b"): 1}).macro_f1 == 0.0


def test_a_cell_counts_its_classes() -> None:
    results = [Result(str(n), 0, "a/x", {}, {}, n, "", checks=(
        CheckResult("one_of", expected == got, expected=expected, got=got),)) for n, (expected, got) in enumerate(
        pair for pair, count in COUNTS.items() for _ in range(count))]
    summary = summarise(cells(Plan("p", ("a/x",), "Hi"))[0], results)
    assert [confusion.counts for confusion in summary.confusions] == [COUNTS]
    assert summary.to_json()["classification"][0]["accuracy"] == 0.7  # type: ignore[index,call-overload]
