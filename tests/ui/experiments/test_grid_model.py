"""The cells of the grid of results: what each shows of its answers."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt

from workbench.core.experiments.checks import Check, CheckResult
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.experiments.tally import summaries_of
from workbench.core.reply.events import Adjustment
from workbench.ui.experiments.grid_model import TWIN, GridModel, metrics_line, summary_text

PLAN = Plan("p", ("a/x", "a/y"), "Hi", samples=3,
            checks=(Check("contains", {"text": "e"}), Check("contains", {"text": "z"})))
RESULTS = [
    Result("1", 0, "a/x", {}, {}, 0, "", error="Not today."),
    Result("2", 0, "a/x", {}, {}, 1, "yes", checks=(CheckResult("contains", True), CheckResult("contains", False))),
    Result("3", 1, "a/y", {}, {}, 0, "", error="Not today."),
]


def test_a_cell_shows_an_answer_before_a_failure_and_tells_them_apart(qapp: object) -> None:
    model = GridModel()
    model.show(PLAN, RESULTS)
    first, second = (model.data(index, Qt.ItemDataRole.DisplayRole) for index in _cells(model))
    assert first.startswith("yes") and second.startswith("Not today.")
    summaries = summaries_of(PLAN, RESULTS)
    assert metrics_line(summaries[0]).startswith("0/1 passed\u00a0· 1 failed")
    assert "contains “e” 100\u00a0%, contains “z” 0\u00a0%" in summary_text(summaries[0])
    assert "1 of 2 requests failed" in summary_text(summaries[0]) and "passed" not in metrics_line(summaries[1])


def test_cells_that_became_the_same_request_say_so(qapp: object) -> None:
    """A model that takes no temperature is asked the same thing in every column."""
    plan = Plan("p", ("a/x", "a/y"), "Hi", axes={"temperature": [0.0, 0.5, 1.0]})
    gone = (Adjustment("temperature", "dropped", "No."),)
    results = [Result(f"{cell}", cell, "a/x", {}, {}, 0, "yes", adjustments=gone, request="same") for cell in range(3)]
    model = GridModel()
    model.show(plan, results)
    assert not [words for index in _cells(model) if (words := model.data(index, TWIN))]
    model.set_summaries(dict(enumerate(summaries_of(plan, results))))
    assert [model.data(index, TWIN) for index in _cells(model)][:3] == [
        "", "same request as temperature 0", "same request as temperature 0"]
    for role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
        assert "same request as temperature 0" in model.data(model.index(0, 1), role)


def test_a_cell_says_how_often_it_was_preferred(qapp: object) -> None:
    plan = Plan("p", ("a/x", "a/y"), "Hi", checks=(Check("pairwise", {"rubric": "Kind?", "model": "a/j"}),))
    results = [Result(f"{cell}", cell, f"a/{cell}", {}, {}, 0, "yes", checks=(check,)) for cell, check in enumerate(
        (CheckResult("pairwise", True, weight=0.0), CheckResult("pairwise", True, 1.0, got="answer", weight=0.0)))]
    first, second = map(summary_text, summaries_of(plan, results))
    assert "preferred" not in first and "passed" not in first
    assert "pairwise by a/j: preferred in 100\u00a0%" in second and "(1 won, 0 tied, 0 lost)" in second


def _cells(model: GridModel) -> list[QModelIndex]:
    return [model.index(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())]
