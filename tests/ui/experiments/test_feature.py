"""The experiments feature on real services and the built-in model, without the window."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QListView, QPushButton, QToolButton

from tests.conftest import Run
from tests.support.finding import find
from tests.support.server import Gate, Hang, Received, Reply, Server, chat, chat_chunks, sse
from tests.support.tool_models import PROTOCOLS as TOOL_MODELS
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.messages import user
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check, CheckResult
from workbench.core.experiments.gate import Gate as PlanGate
from workbench.core.experiments.outcome import outcome_of_results
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.experiments.tally import summaries_of
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.core.tools.simulated import Rule, SimulatedTool
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.experiments.calculations import Calculations
from workbench.ui.experiments.feature import ExperimentsFeature
from workbench.ui.experiments.parameters_dialog import ParametersDialog
from workbench.ui.models.feature import ModelsFeature
from workbench.ui.models.model_button import ModelButton
from workbench.ui.parameters.feature import ParametersFeature
from workbench.ui.templates.templates_controller import TemplatesController
from workbench.ui.widgets import ComboBox, ElidedLabel

PLAN = Plan("Tone", ("builtin/ngram",), "The request", samples=3, params={"max_tokens": 8, "seed": 1},
            axes={"temperature": (0, 1)})


@pytest.fixture
def experiments(
    services: Services, shell: RecordingShell, conversation: Conversation, replies: RunningReplies, run: Run
) -> Iterator[ExperimentsFeature]:
    place = shell.dialog_parent
    models = ModelsFeature(services, conversation, ModelButton(place), shell, place)
    parameters = ParametersFeature(services, conversation, replies, shell, place)
    made = ExperimentsFeature(
        services, conversation, models, parameters, lambda: TemplatesController(services, place),
        lambda: "Write to me", shell, place)
    yield made
    run(made.settle())


def stored(services: Services, run: Run) -> dict[str, Plan]:
    experiments = services.experiments()
    return {one.id: experiments.plan(one.id) for one in experiments.listed()}


def test_an_experiment_runs_and_its_settings_go_back_to_the_chat(
    experiments: ExperimentsFeature, shell: RecordingShell, conversation: Conversation, run: Run
) -> None:
    experiments.open()
    page, controller = experiments.page(), experiments.controller()
    assert shell.page is page and page.form.name.text() == "My first experiment"
    page.form.show_plan(PLAN)
    find(page, "Run sweep", QPushButton).click()
    run(until(lambda: len(controller.results) == 6 and not controller.current_run.is_running, what="the answers"), 30)
    run(until(lambda: all(one.done == 3 for one in page.model.summaries())))
    page.grid.setCurrentIndex(page.model.index(0, 1))
    find(page, "Use these settings", QPushButton).click()
    assert shell.page is None and page.isHidden()
    assert (conversation.chat.model, conversation.chat.params) == (
        "builtin/ngram", {"max_tokens": 8, "seed": 1, "temperature": 1})
    assert shell.notices[-1].text == "The chat uses builtin/ngram with the settings of the cell now."


def test_an_answer_becomes_a_chat(
    experiments: ExperimentsFeature, shell: RecordingShell, conversation: Conversation, run: Run
) -> None:
    experiments.open()
    page, controller = experiments.page(), experiments.controller()
    page.form.show_plan(PLAN)
    find(page, "Run sweep", QPushButton).click()
    run(until(lambda: len(controller.results) == 6 and not controller.current_run.is_running, what="the answers"), 30)
    page.detail.chat_requested.emit(controller.results[0])
    run(until(lambda: conversation.last("assistant"), what="the answer as a chat"))
    assert shell.page is None


def test_a_changed_plan_is_saved_however_the_page_is_left(
    experiments: ExperimentsFeature, services: Services, shell: RecordingShell, run: Run
) -> None:
    suite = services.experiments().create(PLAN)
    experiments.open(suite)
    page, controller = experiments.page(), experiments.controller()
    run(until(lambda: page.experiment_id == suite))
    page.form.system.setPlainText("Be brief.")
    shell.leave_page()  # as opening another chat does
    run(until(lambda: controller.plan and controller.plan.system == "Be brief."))
    assert stored(services, run)[suite].system == "Be brief."
    shell.show_page(page)
    page.form.system.setPlainText("Be kind.")
    run(experiments.settle())  # as closing the window does
    assert stored(services, run)[suite].system == "Be kind."


def test_closing_ends_the_run_and_keeps_what_it_brought_and_what_was_changed(
    experiments: ExperimentsFeature, services: Services, run: Run
) -> None:
    experiments.open()
    page, controller = experiments.page(), experiments.controller()
    page.form.show_plan(Plan("Slow", ("builtin/ngram",), "The request", samples=400, params={"max_tokens": 20}))
    find(page, "Run sweep", QPushButton).click()
    run(until(lambda: len(controller.results) >= 3), 30)
    run(until(lambda: " of 400 · " in page._choice.currentText() and "Slow · 0 of" not in page._choice.currentText(),
              what="the list to tell what is done"), 30)
    page.form.name.setText("Slow and changed")
    run(experiments.settle())
    assert not controller.current_run.is_running
    (plan,) = stored(services, run).values()
    assert plan.name == "Slow and changed"
    assert 3 <= len(services.experiments().results(controller.id)) < 400


def test_what_is_being_written_becomes_an_experiment(
    experiments: ExperimentsFeature, shell: RecordingShell, conversation: Conversation
) -> None:
    conversation.change(system="Be brief.", params={"temperature": 0.3})
    experiments.sweep_settings()
    plan = experiments.page().form.plan()
    assert (plan.prompt, plan.system, plan.axes) == ("Write to me", "Be brief.", {"temperature": (0, 0.3, 0.5, 1)})
    assert shell.page is experiments.page()


def test_a_failure_is_told_on_the_page_and_elsewhere_as_a_notice(
    experiments: ExperimentsFeature, shell: RecordingShell, run: Run
) -> None:
    experiments.open("gone")
    page = experiments.page()
    run(until(page.form._mistake.text))
    assert not shell.notices and page.form._mistake.text().endswith(".")
    shell.leave_page()
    experiments.controller().open("gone")
    run(until(lambda: shell.notices))
    assert shell.notices[0].text == page.form._mistake.text()


def test_a_case_makes_a_suite_and_a_deleted_suite_comes_back(
    experiments: ExperimentsFeature, services: Services, shell: RecordingShell, run: Run
) -> None:
    controller = experiments.controller()
    controller.add_case("", Case("Tea", (user("What is tea?"),), model="builtin/guide"))
    run(until(lambda: shell.notices))
    assert shell.notices[0].text == "The case is in “What must stay true” now." and shell.page is None
    open_suite = shell.notices[0].run
    assert open_suite is not None
    open_suite()
    run(until(lambda: controller.plan))
    suite = controller.id
    assert [case.name for case in experiments.page().form.cases.cases] == ["Tea"]
    find(experiments.page(), "Delete", QPushButton).click()
    run(until(lambda: len(shell.notices) == 2))
    assert controller.id == "" and stored(services, run) == {}
    undo = shell.notices[1].run
    assert undo is not None
    undo()
    run(until(lambda: controller.id == suite))
    assert list(stored(services, run)) == [suite]


def test_a_run_that_was_cut_short_says_what_is_left_and_asks_nothing_twice(
    experiments: ExperimentsFeature, services: Services, server: Server, run: Run
) -> None:
    gate = Gate()
    server.on("POST", "/v1/chat/completions", chat("One."), sse(*chat_chunks("Two."), gate), chat("Three."))
    config = ProviderConfig("test", base_url=f"{server.url}/v1", needs_key=False)
    services.settings.change(providers={"test": config})
    experiments.open()
    page, controller = experiments.page(), experiments.controller()
    page.form.show_plan(Plan("Tone", ("test/m",), "The request", samples=3, parallel=1))
    find(page, "Run sweep", QPushButton).click()
    run(until(lambda: len(controller.results) == 1 and len(server.requests) == 2, what="the second request"))
    controller.stop()
    run(until(lambda: not experiments.running()))
    said = page.results.findChildren(ElidedLabel)[0]
    assert said.text() == "1 of 3 done · “Run sweep” asks only for the 2 that are missing"
    gate.open()
    find(page, "Run sweep", QPushButton).click()
    run(until(lambda: len(controller.results) == 3 and not experiments.running(), what="the rest"))
    assert len(server.requests) == 4 and "missing" not in said.text()


def test_after_a_restore_the_page_shows_what_is_there(
    experiments: ExperimentsFeature, services: Services, run: Run, tmp_path: Path
) -> None:
    kept = services.experiments().create(PLAN)
    run(services.store.backup(tmp_path / "before.sqlite3"))
    later = services.experiments().create(dataclasses.replace(PLAN, name="Later"))
    experiments.open(later)
    page = experiments.page()
    run(until(lambda: page.experiment_id == later))
    run(services.store.restore(tmp_path / "before.sqlite3", "replace"))
    experiments.open_anew()
    run(until(lambda: not page.experiment_id, what="the page to leave what is gone"))
    find(page, "Experiment", ComboBox).activated.emit(0)
    run(until(lambda: page.experiment_id == kept, what="the experiment of the backup"))
    experiments.open_anew()
    run(until(lambda: not services.tasks.running("read the experiments again")))
    assert page.experiment_id == kept and page.form.name.text() == "Tone"


def test_a_run_ends_whose_experiment_a_restore_took_away(
    experiments: ExperimentsFeature, services: Services, server: Server, run: Run, tmp_path: Path
) -> None:
    run(services.store.backup(tmp_path / "before.sqlite3"))
    server.on("POST", "/v1/chat/completions", sse(*chat_chunks("One."), Hang()))
    config = ProviderConfig("test", base_url=f"{server.url}/v1", needs_key=False)
    services.settings.change(providers={"test": config})
    experiments.open()
    page, controller = experiments.page(), experiments.controller()
    page.form.show_plan(Plan("Tone", ("test/m",), "The request", samples=3, parallel=1))
    find(page, "Run sweep", QPushButton).click()
    run(until(lambda: server.requests, what="the request"))
    run(services.store.restore(tmp_path / "before.sqlite3", "replace"))
    experiments.open_anew()
    run(until(lambda: not experiments.running() and not page.experiment_id, what="the run to end"))
    assert services.experiments().listed() == [] and controller.results == []


@pytest.mark.process
@pytest.mark.parametrize(("plan", "sentence"), [
    (Plan("Tone", ("nobody/x",), "The request"), "There is no provider “nobody”"),
    (Plan("Tone", ("builtin/ngram",), "The request", checks=(Check("json_schema", {"schema": {"type": "objct"}}),)),
     "The schema is wrong: type must be one of"),
])
def test_a_run_that_cannot_begin_leaves_no_trace(
    experiments: ExperimentsFeature, services: Services, run: Run, plan: Plan, sentence: str
) -> None:
    experiments.open()
    page, controller = experiments.page(), experiments.controller()
    page.form.show_plan(plan)
    find(page, "Run sweep", QPushButton).click()
    run(until(lambda: sentence in page.form._mistake.text(), what="what is wrong"))
    assert stored(services, run) == {} and not controller.current_run.is_running and not page.experiment_id
    assert page.form.plan() == plan and find(page, "Run sweep", QPushButton).isEnabled()


def test_a_gate_asks_again_until_it_is_decided(
    experiments: ExperimentsFeature, services: Services, server: Server, run: Run
) -> None:
    server.on("POST", "/v1/chat/completions", lambda request: sse(*chat_chunks(
        "no" if len(server.requests) in (2, 3) else "yes")))
    config = ProviderConfig("test", base_url=f"{server.url}/v1", needs_key=False)
    services.settings.change(providers={"test": config})
    experiments.open()
    page, controller = experiments.page(), experiments.controller()
    rounds: list[str] = []
    controller.current_run.asked_again.connect(rounds.append)
    page.form.show_plan(Plan("Tone", ("test/m",), "The request", samples=5, parallel=1, gate=PlanGate(0.8),
                             checks=(Check("contains", {"text": "yes"}),)))
    find(page, "Run sweep", QPushButton).click()
    run(until(lambda: "Gate: passed" in page.results._change.text() and not controller.current_run.is_running,
              what="the gate"), 30)
    assert rounds[0].startswith("Gate: 1 cell is undecided") and 5 < len(server.requests) == len(controller.results)
    assert len(services.experiments().results(controller.id)) == len(server.requests)
    asked = len(server.requests)
    find(page, "Run sweep", QPushButton).click()  # nothing is left: a new run
    run(until(lambda: len(server.requests) >= asked + 5 and not controller.current_run.is_running), 30)


def test_simulated_tools_of_a_plan_run_in_the_window(
    experiments: ExperimentsFeature, services: Services, server: Server, run: Run
) -> None:
    model = TOOL_MODELS[0]

    def answer(received: Received) -> Reply:
        results = model.results(received.json)
        return model.saying(results[0][1]) if results else model.calling(("c", "weather", {"city": "Oslo"}))

    server.on("POST", model.path, answer)
    services.settings.change(providers={"test": ProviderConfig("test", base_url=f"{server.url}/v1", needs_key=False)})
    tool = SimulatedTool("weather", "Tells the weather.", rules=(Rule({"city": "Oslo"}, "Snow in {{city}}."),))
    plan = Plan("Tools", ("test/m",), "How is the weather?", samples=2, parallel=1, tools=(tool,),
                checks=(Check("calls", {"name": "weather", "arguments": {"city": "Oslo"}}),))
    experiments.open()
    page, controller = experiments.page(), experiments.controller()
    page.form.show_plan(plan)
    assert page.form.plan().tools == (tool,)
    page.form.show_draft(page.form.draft())
    assert page.form.plan() == plan, "a draft keeps them, too"
    find(page, "Run sweep", QPushButton).click()
    run(until(lambda: len(controller.results) == 2 and not controller.current_run.is_running), 30)
    for result in controller.results:
        assert result.text == "Snow in Oslo." and [call.name for call in result.calls] == ["weather"] and result.passed
    assert len(server.requests) == 4


def test_an_experiment_that_cannot_be_opened_says_why(
    experiments: ExperimentsFeature, services: Services, run: Run
) -> None:
    old = services.experiments().create(PLAN)
    (services.data_folder / "experiments" / old / "plan.json").write_text('{"name": "Old", "modles": []}')
    experiments.open()
    page = experiments.page()
    run(until(lambda: page._choice.findData(old) >= 0))
    assert "Old · cannot be used" in page._choice.itemText(page._choice.findData(old))
    assert page.form.name.text() == "My first experiment"
    page._choice.setCurrentIndex(page._choice.findData(old))
    page._choice.activated.emit(page._choice.currentIndex())
    run(until(lambda: "Did you mean “models”" in page.form._mistake.text()))
    assert page._choice.currentData() == old and page.form.name.text() == "Old"


def test_models_are_picked_and_parameters_set_with_the_tools_of_a_chat(
    experiments: ExperimentsFeature, run: Run
) -> None:
    experiments.open()
    form = experiments.page().form
    find(form, "Add model", QPushButton).click()
    field = find(form.window(), "Filter models", QLineEdit)
    run(until(lambda: field.isVisible(), what="the picker"))
    QTest.keyClicks(field, "guide")
    run(until(lambda: form.model_names() and find(form.window(), "Models", QListView).model().rowCount() > 0))
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert form.plan().models == ("builtin/ngram", "builtin/guide")
    assert field.isVisible() and field.selectedText() == "guide", "the next one can be found at once"
    QTest.keyClicks(field, "other/one")
    run(until(lambda: find(form.window(), "Models", QListView).model().rowCount() > 0))
    find(form.window(), "Done", QPushButton).click()
    assert not field.isVisible()
    form.models.undo()
    assert form.model_names() == ("builtin/ngram",)
    find(form, "Set fixed parameters", QPushButton).click()
    dialog = next(one for one in form.findChildren(ParametersDialog))
    assert dialog.parameters.values() == {"max_tokens": 30, "seed": 1}
    assert find(dialog, "Sweep these", QPushButton).isHidden()
    find(dialog, "Send top_p", QCheckBox).click()
    find(dialog, "Use these", QPushButton).click()
    params = form.plan().params
    assert params.keys() == {"max_tokens", "seed", "top_p"} and params["seed"] == 1
    form.params.undo()
    assert form.plan().params == {"max_tokens": 30, "seed": 1}


def test_an_axis_says_what_it_takes_while_it_is_written(experiments: ExperimentsFeature) -> None:
    experiments.open()
    axes = experiments.page().form.axes
    row = axes.rows.add()
    assert row.name.currentText() != "temperature"  # which is an axis already
    row.name.setCurrentText("top_p")
    assert row.field.placeholderText() == "0 → 1 in 4 steps"
    row.field.setText("0.5, 7")
    assert row.field.property("wrong") and "top_p" in row.field.accessibleDescription()
    row.field.setText("0.5, 0.7")
    assert not row.field.property("wrong") and row.field.accessibleDescription() == ""


def test_a_check_or_an_axis_that_is_taken_out_comes_back(
    experiments: ExperimentsFeature, shell: RecordingShell
) -> None:
    experiments.open()
    form = experiments.page().form
    form.show_plan(dataclasses.replace(PLAN, checks=(Check("contains", {"text": "yes"}), Check("no_calls"))))
    plan = form.plan()
    for rows, what in ((form.checks, "check"), (form.axes, "axis")):
        find(rows.rows.rows[0], f"Take out this {what}", QToolButton).click()
        assert form.plan() != plan and shell.notices[-1].text == f"The {what} was taken out."
        form.name.setText("Renamed since")
        undo = shell.notices[-1].run
        assert undo is not None
        undo()
        assert form.plan() == dataclasses.replace(plan, name="Renamed since")
        plan = form.plan()
    told = len(shell.notices)
    form.checks.rows.add()
    form.checks.rows.rows[-1].remove_requested.emit()
    assert len(shell.notices) == told  # nothing was written in it


def test_rows_that_ask_the_same_are_told_before_they_are_paid(experiments: ExperimentsFeature, run: Run) -> None:
    experiments.open()
    form = experiments.page().form
    rows = tuple({"id": str(at), "text": f"question {at % 2}"} for at in range(40))
    form.show_plan(Plan("P", ("builtin/ngram",), "{{text}}", inputs=rows))
    run(until(lambda: not form._repeated.isHidden()))
    assert form._repeated.text() == "38 rows ask what others ask, and count as one with them."
    form.show_plan(Plan("P", ("builtin/ngram",), "{{text}}", inputs=rows[:2]))
    run(until(lambda: form._repeated.isHidden() and "2\u00a0requests" in form._estimate.text()))


def test_what_keeps_a_plan_from_running_stands_where_its_estimate_would(
    experiments: ExperimentsFeature, run: Run
) -> None:
    experiments.open()
    form, came = experiments.page().form, list[object]()
    form.show_plan(PLAN)
    run(until(lambda: "6\u00a0requests" in form._estimate.text()))
    form.checks.rows.add().text.setPlainText("{{label}}")
    assert "label" in form._estimate.text() and "requests" not in form._estimate.text(), form._estimate.text()
    form.checks.rows.rows[-1].remove_requested.emit()
    calculations = experiments.findChild(Calculations)
    assert calculations is not None
    calculations.estimated.connect(lambda *about: came.append(about))
    form.samples.setText("4")
    form.samples.setText("many")
    reason = form._estimate.text()
    assert "Samples needs a whole number" in reason and not form._estimate.isHidden() and form._mistake.isHidden()
    run(until(lambda: came, what="the estimate of what was written before"))
    assert form._estimate.text() == reason
    form.run.click()
    assert form._mistake.text() == reason and form._estimate.isHidden(), "it is said once"
    form.samples.setText("4")
    run(until(lambda: "8\u00a0requests" in form._estimate.text()))
    assert not form._estimate.isHidden()
    form.models.setPlainText("")
    assert "model" in form._estimate.text() and "requests" not in form._estimate.text()


def test_nothing_of_one_experiment_stays_beside_the_next(experiments: ExperimentsFeature, run: Run) -> None:
    experiments.open()
    page = experiments.page()
    judge = Check("judge", {"rubric": "Kind?", "model": "builtin/ngram"})
    plan = Plan("P", ("builtin/ngram",), "Hi", samples=2, checks=(judge,))
    verdict = CheckResult("judge", True, 0.9)
    page.show_experiment("one", plan, [
        Result("1", 0, "builtin/ngram", {}, {}, 0, "yes", checks=(verdict,)),
        Result("2", 0, "builtin/ngram", {}, {}, 1, "", error="Not today.")])
    page.results.show_summaries(dict(enumerate(summaries_of(plan, page.results._results))))
    page.results.show_outcome(outcome_of_results(plan, page.results._results))
    assert "judge" in page.results.judges.text() and "1 request failed" in page.results._change.text()
    page.show_new(PLAN)
    assert page.results.judges.text() == "" and "failed" not in page.results._change.text()
