"""The cells of the grid of results: what each shows of its answers."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt

from workbench.core.experiments.checks import Check, CheckResult
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.experiments.tally import summaries_of
from workbench.ui.experiments.grid_model import GridModel, metrics_line, summary_text

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


def _cells(model: GridModel) -> list[QModelIndex]:
    return [model.index(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())]
