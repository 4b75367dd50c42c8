"""The report of an experiment: what it plots, and how it says numbers."""

from __future__ import annotations

import pytest

from workbench.core.chat.messages import user
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import CheckResult
from workbench.core.experiments.grid import cells
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, summarise
from workbench.files.experiments.report import report_html

VERSIONS = ("Be kind.", {"name": "v2 & <b>", "text": "Be brief."})
CASES = tuple(Case(name, (user(name),), model="a/x") for name in ("one", "two"))


def report(plan: Plan, **fields: object) -> str:
    passed = (CheckResult("contains", True),)
    results = [Result(f"{cell.index} {sample}", cell.index, cell.model, {}, {}, sample, "x", checks=passed,
                      total=0.012, **fields) for cell in cells(plan) for sample in range(plan.samples)]
    return report_html(plan, [summarise(cell, results) for cell in cells(plan)], results)


@pytest.mark.parametrize(("plan", "title", "places"), [
    (Plan("p", ("a/x",), "Hi", axes={"temperature": (0, 1)}), "Agreement by temperature", ("0.2", "0.8")),
    (Plan("p", ("a/x",), "Hi", axes={"system": VERSIONS}), "Agreement by system",
     ("Be kind.", "v2 &amp; &lt;b&gt;")),
    (Plan("p", (), cases=CASES), "Agreement by case", ("one", "two")),
    (Plan("p", ("a/x", "b/y"), "Hi"), "Agreement by model", ("a/x", "b/y")),
])
def test_whatever_varies_is_plotted(plan: Plan, title: str, places: tuple[str, ...]) -> None:
    page = report(Plan.from_json({**plan.to_json(), "samples": 2}))
    plot = page[page.index(f"<figcaption>{title}"):].split("</svg>")[0]
    assert all(f">{place}</text>" in plot for place in places)


def test_many_places_are_numbered() -> None:
    cases = tuple(Case(f"What is said of number {n}?", (user("x"),), model="a/x") for n in range(40))
    plot = report(Plan("p", (), cases=cases, samples=2)).split("<figcaption>")[1]
    assert ">40</text>" in plot and "number" not in plot.split("</svg>")[0]


def test_answers_to_the_same_rows_are_told_to_be_worth_less() -> None:
    plan = Plan("p", ("a/x",), "{{x}}", inputs=({"x": "1"}, {"x": "2"}), samples=5)
    checks = {"1": (CheckResult("contains", True),), "2": (CheckResult("contains", False),)}
    results = [Result(f"{row} {sample}", 0, "a/x", {}, row, sample, "x", checks=checks[row["x"]])
               for row in plan.inputs for sample in range(5)]
    summary = summarise(cells(plan)[0], results)
    page = report_html(plan, [summary], results)
    assert "worth 2 independent answers" in page and "[9, 91]\u00a0%" in page
    assert (summary.to_json()["rows"], summary.to_json()["independent_answers"]) == (2, 2.0)


def test_short_times_and_rates_are_told_as_in_the_window() -> None:
    page = report(Plan("p", ("a/x",), "Hi", samples=10), cost=0.00002)
    assert "12 ms, 12 ms" in page and "100\u00a0%" in page and "[72, 100]\u00a0%" in page and "$0.0002" in page
    assert "0.00 s" not in page
