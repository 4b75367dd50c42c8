"""The page of experiments in the real window, on the built-in model."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from tests.ui.test_window import ask
from workbench.app import open_services
from workbench.core.errors import BadInput
from workbench.core.experiments.checks import Check
from workbench.core.experiments.estimate import Estimate
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.json_types import Json
from workbench.ui.experiments.axis_text import parse_axis, show_axis
from workbench.ui.experiments.plan_form import PlanForm
from workbench.ui.window import MainWindow

PLAN = Plan("Tone", ("builtin/ngram",), "The {{what}}", "Be kind.", 3, 2, 0.5, 0.0, {"max_tokens": 8, "seed": 1},
            {"temperature": (0, 1.5), "top_p": (0.5, 1)}, ({"what": "request"}, {"what": "model"}),
            (Check("max_words", {"words": 20}), Check("judge", {"model": "builtin/guide", "rubric": "Short?"})))


def test_the_form_gives_back_what_it_shows(qapp: QApplication) -> None:
    form = PlanForm()
    form.show_plan(PLAN)
    assert form.plan() == PLAN
    form.samples.setText("many")
    wanted: list[Plan] = []
    form.run_requested.connect(wanted.append)
    form.run.click()
    assert not wanted and not form._mistake.isHidden() and "Samples needs a whole number" in form._mistake.text()
    form.deleteLater()


def test_the_estimate_says_what_a_cap_is_worth(qapp: QApplication) -> None:
    form = PlanForm()
    for cost, most, words in (
        (None, 1.0, "no cap can hold"), (2.0, 1.0, "more than the cap"), (0.5, 1.0, "$0.5000\u00a0· "),
        (None, None, "unknown cost\u00a0· "), (0.0, 1.0, "free\u00a0· "),
    ):
        form.show_estimate(Estimate(10, 100, 200, cost, 7200.0), most)
        assert words in form._estimate.text() and form._estimate.text().endswith("≈\u00a02.0\u00a0h")
    form.deleteLater()


@pytest.mark.parametrize(("text", "values"), [
    ("0 → 1.5 in 4 steps", [0, 0.5, 1.0, 1.5]), ("0, 0.5", [0, 0.5]), ("[0.1, 1]", [0.1, 1]), ("0..1, 3", [0, 0.5, 1]),
])
def test_axes_as_text(text: str, values: list[float]) -> None:
    assert parse_axis("temperature", text) == values
    assert parse_axis("temperature", show_axis(tuple(values))) == values


@pytest.mark.parametrize(("name", "values"), [
    ("seed", [1234567, 9007199254740993]), ("temperature", [0.1234567, 1]), ("presence_penalty", [-2, -0.5]),
])
def test_axes_keep_every_digit(name: str, values: list[float]) -> None:
    assert parse_axis(name, show_axis(tuple(values))) == values


@pytest.mark.parametrize("axes", [
    {"stop": (["a", "b, c"], ["d"])}, {"user": ("1", "on, off")}, {"reasoning_effort": ("low", "high")},
    {"logprobs": (True, False)}, {"my_field": ("1", "two")}, {"my_field": (1, 0.5)}, {"my_field": ({"a": [1]}, None)},
])
def test_whatever_is_sent_can_be_an_axis(qapp: QApplication, axes: dict[str, tuple[Json, ...]]) -> None:
    form, plan = PlanForm(), Plan("p", ("a/x",), "Hi", max_cost=12.3456789, axes=axes)
    form.show_plan(plan)
    assert form.plan() == plan
    form.deleteLater()


def test_wrong_axes() -> None:
    for text in ("hot, cold", "[", "[]"):
        with pytest.raises(BadInput):
            parse_axis("temperature", text)


def test_an_experiment_runs_stops_and_goes_on(run: Run, qapp: QApplication, isolated: Path) -> None:
    async def work() -> None:
        async with open_services(isolated) as services:
            window = MainWindow(services)
            window.resize(1200, 800)
            window.show()
            window.start()
            window.experiments.open()
            page, working = window.experiments.page(), window.experiments.controller()
            page.form.show_plan(Plan("Speed", ("builtin/ngram",), "The request", samples=20, parallel=2,
                                     params={"max_tokens": 10}, axes={"temperature": (0, 1)}))
            page.form.axes.rows.rows[0].field.setText("0 → 1 in 2 steps")  # shown as a list from then on
            page.form.run.click()
            await until(lambda: len(working.results) >= 5)
            working.stop()
            await until(lambda: not working.current_run.is_running)
            kept = len(working.results)
            assert 5 <= kept < 40
            page.form.run.click()
            await until(lambda: len(working.results) == 40 and not working.current_run.is_running)
            keys = [result.key for result in services.experiments().results(working.id)]
            assert len(keys) == 40 == len(set(keys))
            await until(lambda: page.model.summaries()[0].done == 20)
            page.grid.setCurrentIndex(page.model.index(0, 1))
            page.detail._rating.picked.emit("Good")
            await until(lambda: any(result.rating == 1.0 for result in services.experiments().results(working.id)))
            page.detail._use.click()
            assert not window.experiments._is_shown()
            assert window.chat.conversation.chat.params == {"max_tokens": 10, "temperature": 1}
            window.experiments.open()
            page.detail._chat.click()
            await until(lambda: len(window.chat.conversation.keys) == 2)
            window.experiments.open()
            assert len(services.experiments().runs(working.id)) == 0
            page.form.run.click()  # all is answered: a new run begins, and the old one is kept
            await until(lambda: len(working.results) == 40 and page.results._runs)
            await until(lambda: not working.current_run.is_running)
            assert len(services.experiments().runs(working.id)[0].results) == 40
            window.close()
            await window.settle()
            window.deleteLater()

    run(work(), 60)


def test_a_run_goes_on_while_another_experiment_is_looked_at(window: MainWindow, run: Run) -> None:
    slow = Plan("Slow", ("builtin/ngram",), "The request", samples=40, parallel=2, params={"max_tokens": 20})
    window.experiments.open()
    page, working = window.experiments.page(), window.experiments.controller()
    run(until(lambda: not window.services.tasks.running("list experiments")))
    working.run(slow)
    run(until(lambda: len(working.results) >= 3))
    first = working.id
    page.form.system.setPlainText("Be brief.")
    page.save_changes()
    window.experiments._show_new(Plan("Other", ("builtin/ngram",), "The model"))
    told: list[str] = []
    working.progressed.connect(lambda _, other: told.append(other))
    arrived: list[object] = []
    working.arrived.connect(lambda new, incoming: arrived.append(new))
    run(until(lambda: not working.current_run.is_running), 30)
    assert set(told) == {"Slow"} and not arrived and page.results._results == []
    run(until(lambda: window.services.experiments().runs(first)))  # what was changed meanwhile is not lost
    working.open(first)
    run(until(lambda: working.id == first and page.results.since.count()))
    assert page.form.system.toPlainText() == "Be brief." and working.results == []
    assert len(page.results._runs[0].results) == 40


def test_rating_an_answer_keeps_what_failed_requests_have_cost(window: MainWindow, run: Run) -> None:
    plan = Plan("Paid", ("builtin/ngram",), "The request", samples=300, parallel=1, params={"max_tokens": 20})
    store, jobs = window.services.experiments(), Experiment(plan).jobs
    suite = store.create(plan)
    first = Result(jobs[0].key, 0, "builtin/ngram", {}, {}, 0, "An answer")
    store.keep(suite, first)
    store.keep(suite, Result(jobs[-1].key, 0, "builtin/ngram", {}, {}, 299, "", cost=0.25, error="It broke off."))
    window.experiments.open(suite)
    working = window.experiments.controller()
    run(until(lambda: working.id == suite and len(working.results) == 2))
    working.run(plan)
    run(until(lambda: len(working.results) >= 3))
    working.rate(first.key, 1.0)
    working.stop()
    run(until(lambda: not working.current_run.is_running))
    working.rate(working.results[1].key, 0.0)
    run(until(lambda: not working._work))
    kept = store.results(suite)
    assert len(kept) < 300 and sum(one.spent for one in kept) == 0.25
    assert {one.key: one.rating for one in kept if one.rating is not None} == {first.key: 1.0, kept[2].key: 0.0}


def test_the_panel_stays_away_while_the_page_is_shown(window: MainWindow, run: Run) -> None:
    ask(window, run)
    window.show_panel("Branches")
    window.experiments.open()
    run(window.chat.conversation.reload())
    assert not window.panel.isVisible()
    window.leave_page()
    assert window.panel.isVisible()


def test_what_is_typed_while_the_plan_is_saved_stays_and_is_saved_next(window: MainWindow, run: Run) -> None:
    suite = window.services.experiments().create(PLAN)
    window.experiments.open(suite)
    page, working = window.experiments.page(), window.experiments.controller()
    run(until(lambda: page.experiment_id == suite))
    page.form.system.setPlainText("Be brief.")
    page.save_changes()
    page.form.system.setPlainText("Be quick.")
    run(until(lambda: working.plan is not None and working.plan.system == "Be brief."))
    assert page.form.system.toPlainText() == "Be quick."
    page.save_changes()
    run(until(lambda: window.services.experiments().plan(suite).system == "Be quick."))


def test_a_plan_is_kept_when_another_chat_is_opened_and_when_the_window_closes(
    open_window: OpenWindow, run: Run
) -> None:
    window = open_window()
    suite = window.services.experiments().create(PLAN)
    window.experiments.open(suite)
    page = window.experiments.page()
    run(until(lambda: page.experiment_id == suite))
    page.form.system.setPlainText("Be brief.")
    run(window.chat.conversation.open_new())
    assert page.isHidden()
    run(until(lambda: window.services.experiments().plan(suite).system == "Be brief."))
    window.experiments.open()
    page.form.system.setPlainText("Be quick.")
    window = open_window()
    assert window.services.experiments().plan(suite).system == "Be quick."
