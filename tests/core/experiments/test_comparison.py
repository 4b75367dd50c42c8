"""Two runs against each other."""

from __future__ import annotations

from workbench.core.chat.messages import user
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import CheckResult
from workbench.core.experiments.comparison import Comparison, change_words
from workbench.core.experiments.comparison import compare_runs as compare_rows
from workbench.core.experiments.grid import cells
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, rows_by_cell


def plan(*names: str, models: tuple[str, ...] = ("a/x",), **more: object) -> Plan:
    return Plan("Suite", models, cases=tuple(Case(name, (user("Hi"),)) for name in names), samples=10, **more)  # type: ignore[arg-type]


def results(of: Plan, **passed: int) -> list[Result]:
    """Ten answers in each cell of the cases named, of which so many passed."""
    return [
        Result(f"{cell.index} {sample}", cell.index, cell.model, {}, {}, sample, "x", case=cell.case,
               checks=(CheckResult("contains", sample < passed[cell.case]),))
        for cell in cells(of) if cell.case in passed for sample in range(10)
    ]


def compare_runs(old_plan: Plan, old: list[Result], new_plan: Plan, new: list[Result]) -> Comparison:
    return compare_rows(old_plan, rows_by_cell(old, {}), new_plan, rows_by_cell(new, {}))


def test_cases_are_matched_by_name_whatever_the_model_and_the_order() -> None:
    old, new = plan("a", "b", "gone"), plan("new", "b", "a", models=("b/y",))
    found = compare_runs(old, results(old, a=9, b=10, gone=3), new, results(new, new=1, b=2, a=8))
    assert {index: change.word for index, change in found.changes.items()} == {1: "worse", 2: ""}
    assert (found.count("worse"), found.count("better")) == (1, 0)
    assert found.overall and found.overall.old.value == 0.95 and found.overall.new.value == 0.5
    assert change_words(found.changes[1]).startswith("−80\u00a0% since then, worse")
    assert "may be chance" in change_words(found.changes[2])


def test_settings_tell_the_cells_of_a_case_apart() -> None:
    old = plan("a", axes={"temperature": (0, 1)})
    new = plan("a", axes={"temperature": (1, 2)})
    found = compare_runs(old, results(old, a=5), new, results(new, a=5))
    assert list(found.changes) == [0] and change_words(found.changes[0]) == "as then"


def test_inputs_are_compared_row_by_row() -> None:
    """Each of eight inputs passes as before but for one that no longer does, and few inputs speak for themselves."""
    rows = tuple({"x": str(number)} for number in range(8))
    of = Plan("P", ("a/m",), "{{x}}", inputs=rows, samples=2)

    def answers(failing: int, count: int = 8) -> list[Result]:
        return [Result(f"{row} {sample}", 0, "a/m", {}, row, sample, "x",
                       checks=(CheckResult("contains", number >= failing),))
                for number, row in enumerate(rows[:count]) for sample in range(2)]

    (change,) = compare_runs(of, answers(0), of, answers(1)).changes.values()
    assert change.difference.rows == 8 and change.difference.interval.value == -1 / 8 and change.word == ""
    (change,) = compare_runs(of, answers(0), of, answers(7)).changes.values()
    assert change.word == "worse" and "rows" not in change_words(change)
    (change,) = compare_runs(of, answers(0, 3), of, answers(3, 3)).changes.values()
    assert change.word == "worse" and change_words(change).endswith("on these 3 rows")


def test_runs_without_answers() -> None:
    old = plan("a")
    found = compare_runs(old, [], old, results(old, a=5))
    assert found.changes == {} and found.overall is None
