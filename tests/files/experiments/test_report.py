"""The report of an experiment: what it plots, and how it says numbers."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

import pytest

from workbench.core.chat.messages import user
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check, CheckResult
from workbench.core.experiments.grid import cells
from workbench.core.experiments.outcome import outcome_of
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, rows_by_cell, summarise
from workbench.files.experiments.report import report_html

VERSIONS = ("Be kind.", {"name": "v2 & <b>", "text": "Be brief."})
CASES = tuple(Case(name, (user(name),), model="a/x") for name in ("one", "two"))


def report(plan: Plan, **fields: object) -> str:
    passed = (CheckResult("contains", True),)
    results = [Result(f"{cell.index} {sample}", cell.index, cell.model, {}, {}, sample, "x", checks=passed,
                      total=0.012, **fields) for cell in cells(plan) for sample in range(plan.samples)]
    return page_of(plan, results)


def page_of(plan: Plan, results: list[Result], since: tuple[Plan, list[Result]] | None = None) -> str:
    before = (since[0], rows_by_cell(since[1], {})) if since else None
    return report_html(plan, [summarise(cell, results) for cell in cells(plan)], results,
                       outcome_of(plan, rows_by_cell(results, {}), (), before))


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
    page = page_of(plan, results)
    assert "worth 2 independent answers" in page and "[3, 97]\u00a0%" in page
    assert "the interval is approximate with 2 rows" in page and "row alone" not in page
    assert (summary.to_json()["rows"], summary.to_json()["independent_answers"]) == (2, 2.0)


class Page(HTMLParser):
    """Holds that each element is closed, and collects the text of table cells, row by row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "br", "path", "line", "circle", "polyline"):
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("path", "line", "circle", "polyline"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open:
            self.rows[-1][-1] += data


def test_a_proven_best_is_called_so_and_texts_read_in_their_own_direction() -> None:
    plan = Plan("p", ("a/x",), "{{x}}", axes={"system": ("كن لطيفا.", "Be rude.")},
                checks=(Check("contains", {"text": "y"}),), inputs=tuple({"x": str(number)} for number in range(20)))
    results = [Result(f"{cell.index} {number}", cell.index, "a/x", {}, row, 0, "نعم.",
                      checks=(CheckResult("contains", cell.index == 0),))
               for cell in cells(plan) for number, row in enumerate(plan.inputs)]
    page = page_of(plan, results)
    assert "Best: \u2068a/x · كن لطيفا.\u2069: 100\u00a0% passed" in page  # what follows is not drawn into it
    assert [row[-1] for row in Page(page).rows if len(row) == 10 and row[0]] == ["proven best", "proven behind"]
    assert '<pre dir="auto">كن لطيفا.</pre>' in page and '<pre dir="auto">نعم.</pre>' in page


def test_the_best_setting_is_named_with_what_is_not_proven() -> None:
    """Of three versions one passes 9 of 10 rows, one 8, one none: what the first has before the second is chance."""
    versions = ("Be kind.", {"name": "v2 & <b>", "text": "Be brief."}, "Be rude.")
    plan = Plan("p", ("a/x",), "{{x}}", axes={"system": versions}, checks=(Check("contains", {"text": "y"}),),
                inputs=tuple({"x": str(number)} for number in range(10)))
    passing = (8, 9, 0)
    results = [Result(f"{cell.index} {number}", cell.index, "a/x", {}, row, 0, "y",
                      checks=(CheckResult("contains", number < passing[cell.index]),))
               for cell in cells(plan) for number, row in enumerate(plan.inputs)]
    page = page_of(plan, results)
    words = unescape(page)
    assert "Best so far, not proven: a/x · v2 & <b>: 90\u00a0% passed, honestly about" in words
    assert "1 of 2 other settings may be as good." in words
    table = Page(page).rows
    settings = [[row[1], row[2], row[-1]] for row in table if len(row) == 10 and row[0]]
    assert settings == [
        ["a/x · v2 & <b>", "90\u00a0%", "best so far"], ["a/x · Be kind.", "80\u00a0%", "may be as good"],
        ["a/x · Be rude.", "0\u00a0%", "proven behind"],
    ]
    honest = [row[4] for row in table if len(row) == 10 and row[0] == "1"]
    assert honest < ["90\u00a0%"]


def test_what_has_changed_since_another_run_is_told() -> None:
    plan = Plan("p", ("a/x",), "{{x}}", inputs=tuple({"x": str(number)} for number in range(8)),
                checks=(Check("contains", {"text": "y"}),))

    def run(passed: bool) -> list[Result]:
        return [Result(f"{number}", 0, "a/x", {}, row, 0, "y", checks=(CheckResult("contains", passed),))
                for number, row in enumerate(plan.inputs)]

    page = page_of(plan, run(False), (plan, run(True)))
    assert "−100\u00a0% since then, worse" in page and "0 cells are better, 1 cell is worse." in page
    assert "since then" not in page_of(plan, run(False))


def test_short_times_and_rates_are_told_as_in_the_window() -> None:
    page = report(Plan("p", ("a/x",), "Hi", samples=10), cost=0.00002)
    assert "12 ms, 12 ms" in page and "100\u00a0%" in page and "[72, 100]\u00a0%" in page and "$0.0002" in page
    assert "0.00 s" not in page


def test_each_check_of_several_has_its_share_in_the_table() -> None:
    checks = (Check("contains", {"text": "a<b"}), Check("contains", {"text": "c"}))
    plan = Plan("p", ("a/x",), "Hi", samples=4, checks=checks)
    results = [Result(f"{sample}", 0, "a/x", {}, {}, sample, "a<b", checks=(
        CheckResult("contains", True), CheckResult("contains", sample == 0))) for sample in range(4)]
    page = page_of(plan, results)
    row = next(row for row in Page(page).rows if row[:1] == ["a/x"])
    assert row[1] == "25\u00a0%contains “a<b” 100\u00a0%contains “c” 25\u00a0%"


def test_characters_that_no_page_may_have_are_replaced() -> None:
    plan = Plan("p", ("a/x",), "Hi")
    page = page_of(plan, [Result("1", 0, "a/x", {}, {}, 0, "a\x00b\x1b[0m\ud83d\tc\n")])
    assert "a\ufffdb\ufffd[0m\ufffd\tc\n" in page and "\x00" not in page
