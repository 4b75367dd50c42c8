"""The parts of a report on judges and classifications."""

from __future__ import annotations

from workbench.core.experiments.checks import Check, CheckResult
from workbench.core.experiments.grid import cells
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, summarise
from workbench.files.experiments.report_checks import confusion_tables, judges

PLAN = Plan("p", ("a/x",), "Hi", checks=(
    Check("one_of", {"options": ["<yes>", "no"], "expected": "no"}), Check("judge", {"rubric": "x", "model": "a/j"})))


def test_matrices_and_judges_are_shown_escaped() -> None:
    results = [Result(str(n), 0, "a/x", {}, {}, n, "x", rating=1.0, checks=(
        CheckResult("one_of", got == "no", expected="no", got=got), CheckResult("judge", True, 0.9)))
        for n, got in enumerate(("no", "<yes>", ""))]
    summaries = [summarise(cells(PLAN)[0], results)]
    tables = "".join(confusion_tables(summaries))
    assert "&lt;yes&gt;" in tables and "<yes>" not in tables and "none of them" in tables and "accuracy 33" in tables
    assert "agrees with 3 of 3 ratings of yours" in "".join(judges(summaries))
    assert not list(judges([summarise(cells(PLAN)[0], [])])) and not list(confusion_tables([]))
