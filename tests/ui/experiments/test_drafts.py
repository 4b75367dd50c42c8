"""Plans in the making: none is thrown away, however its page is left."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from workbench.core.experiments.checks import Check
from workbench.core.experiments.plan import Plan
from workbench.ui.experiments.page import ExperimentsPage
from workbench.ui.experiments.plan_form import PlanForm
from workbench.ui.window import MainWindow

NONSENSE = {"prompt": "Review: {{text}}", "samples": "many", "params": "{"}


def opened(window: MainWindow, run: Run) -> ExperimentsPage:
    window.experiments.open()
    run(settled(window))
    return window.experiments.page()


async def settled(window: MainWindow) -> None:
    await until(lambda: not window.experiments._drafts()._work)
    await until(lambda: not window.experiments.controller()._work)


def write_nonsense(form: PlanForm) -> None:
    form.prompt.setPlainText(NONSENSE["prompt"])
    form.samples.setText(NONSENSE["samples"])
    form.params.setPlainText(NONSENSE["params"])
    form.checks.rows.add().text.setPlainText("{{label}}")
    row = form.axes.rows.add()
    row.field.setText("hot, cold")


def reads_nonsense(form: PlanForm) -> bool:
    return (form.prompt.toPlainText(), form.samples.text(), form.params.toPlainText()) == tuple(NONSENSE.values()) and (
        form.checks.rows.rows[-1].text.toPlainText() == "{{label}}" and form.axes.rows.rows[-1].field.text()
        == "hot, cold" and form.inputs.names() == ["text", "label"])


def entries(page: ExperimentsPage) -> list[str]:
    return [page._choice.itemText(at) for at in range(page._choice.count())]


def test_a_draft_is_what_is_written(qapp: QApplication) -> None:
    form, other = PlanForm(), PlanForm()
    write_nonsense(form)
    other.show_draft(form.draft())
    assert reads_nonsense(other) and other.draft() == form.draft()
    form.show_plan(Plan("p", ("a/x",), "Hi", checks=(Check("one_of", {"options": ["a", "b"], "weight": 2.0}),)))
    other.show_draft(form.draft())
    assert other.plan() == form.plan()
    for one in (form, other):
        one.deleteLater()


def test_a_draft_begun_after_an_experiment_was_changed_outlives_going_back_to_it(window: MainWindow, run: Run) -> None:
    store = window.services.experiments()
    changed = store.create(Plan("Changed", ("builtin/ngram",), "The request"))
    page = opened(window, run)
    assert page.experiment_id == changed
    page.form.system.setPlainText("Be brief.")
    page._new.click()
    run(settled(window))
    write_nonsense(page.form)
    page._choose(changed)
    run(settled(window))
    assert page.form.system.toPlainText() == "Be brief."
    at = next(at for at, entry in enumerate(entries(page)) if "draft" in entry)
    page._choice.setCurrentIndex(at)
    page._choice.activated.emit(at)
    run(settled(window))
    assert reads_nonsense(page.form)


def test_new_keeps_the_plan_that_was_begun(window: MainWindow, run: Run) -> None:
    page = opened(window, run)
    assert entries(page) == [] and not page._choice.isEnabled()
    write_nonsense(page.form)
    page._new.click()
    run(settled(window))
    assert page.form.samples.text() == "5" and entries(page) == [entry for entry in entries(page) if "draft" in entry]
    page._choice.setCurrentIndex(0)
    page._choice.activated.emit(0)
    run(settled(window))
    assert reads_nonsense(page.form) and len(entries(page)) == 1
    page._delete.click()
    run(settled(window))
    assert entries(page) == [] and not reads_nonsense(page.form)
    window.notices.undo()
    run(settled(window))
    assert reads_nonsense(page.form)


def test_a_draft_outlives_the_window(open_window: OpenWindow, run: Run) -> None:
    page = opened(open_window(), run)
    write_nonsense(page.form)
    page = opened(open_window(), run)
    assert reads_nonsense(page.form)


def test_a_plan_that_was_run_is_no_draft_any_more(window: MainWindow, run: Run) -> None:
    page = opened(window, run)
    page.form.show_plan(Plan("Short", ("builtin/ngram",), "The request", params={"max_tokens": 4}))
    page.save_changes()
    run(settled(window))
    assert len(window.services.experiments().drafts()) == 1
    page.form.run.click()
    run(until(lambda: len(window.experiments.controller().results) == 1))
    run(settled(window))
    assert window.services.experiments().drafts() == [] and len(entries(page)) == 1


def test_a_change_that_makes_no_sense_stays_with_its_experiment(window: MainWindow, run: Run) -> None:
    stored = window.services.experiments()
    first, second = (stored.create(Plan(name, ("builtin/ngram",), "The request")) for name in ("One", "Two"))
    window.experiments.open(first)
    run(settled(window))
    page = window.experiments.page()
    page.form.samples.setText("many")
    window.experiments.controller().open(second)
    page.save_changes()
    run(settled(window))
    assert page.form.samples.text() == "1" and stored.plan(first).samples == 1
    window.experiments.controller().open(first)
    run(settled(window))
    run(settled(window))
    assert page.form.samples.text() == "many"
    page.form.samples.setText("4")
    page.save_changes()
    run(settled(window))
    assert stored.plan(first).samples == 4 and stored.drafts() == []
