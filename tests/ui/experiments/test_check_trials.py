"""Checks that are tried on an answer of one's own, code that asks first, and the clicks of a classification."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPlainTextEdit, QPushButton, QToolButton, QWidget

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.experiments.test_drafts import opened, settled
from workbench.core.experiments.checks import Check
from workbench.core.experiments.plan import Plan
from workbench.ui.experiments.try_dialog import TryDialog
from workbench.ui.window import MainWindow


def dialog_of(window: MainWindow, kind: type[QWidget], run: Run) -> QWidget:
    run(until(lambda: [one for one in window.findChildren(kind) if one.isVisible()]))
    return next(one for one in window.findChildren(kind) if one.isVisible())


def press(box: QWidget, name: str) -> None:
    next(one for one in box.findChildren(QPushButton) if name in (one.accessibleName(), one.text())).click()


@pytest.mark.process
def test_a_check_is_tried_before_a_run(window: MainWindow, run: Run) -> None:
    page = opened(window, run)
    page.form.show_plan(Plan("p", ("builtin/ngram",), "Is {{text}} good?", inputs=({"text": "tea", "label": "yes"},),
                             checks=(Check("equals", {"text": "{{label}}", "ignore_case": True}),
                                     Check("regex", {"pattern": "^(a+)+$"}))))
    for at, answer, outcome in ((0, "Yes", "Passes."), (0, "no", "Fails: the answer is another"),
                                (1, "a" * 40 + "!", "Neither passes nor fails: could not be made: the pattern took")):
        page.form.checks.rows.rows[at].try_it.click()
        dialog = dialog_of(window, TryDialog, run)
        assert isinstance(dialog, TryDialog)
        dialog.answer.setPlainText(answer)
        dialog.go.click()
        run(until(lambda d=dialog, words=outcome: d.outcome.text().startswith(words)))
        dialog.reject()
    page.form.checks.rows.rows[0].text.setPlainText("{{nobody}}")
    page.form.checks.rows.rows[0].try_it.click()
    dialog = dialog_of(window, TryDialog, run)
    assert isinstance(dialog, TryDialog)
    dialog.go.click()
    run(until(lambda: "Fails" in dialog.outcome.text()))  # the new column is empty: so is the text
    dialog.reject()


@pytest.mark.process
def test_checks_say_at_once_what_they_find_in_a_sample_answer(window: MainWindow, run: Run) -> None:
    page = opened(window, run)
    page.form.show_plan(Plan("p", ("builtin/ngram",), "Is {{text}} good?", inputs=({"text": "tea", "label": "yes"},),
                             checks=(Check("equals", {"text": "{{label}}"}), Check("regex", {"pattern": "^y"}),
                                     Check("judge", {"rubric": "good", "model": "builtin/guide"}),
                                     Check("code", {"code": "len(answer) > 3"}))))
    checks = page.form.checks

    def said() -> list[str]:
        return [row.verdict.text().partition(":")[0] for row in checks.rows.rows]

    checks.sample.setPlainText("yes")
    run(until(lambda: said() == ["Passes.", "Passes.", "It asks a model", "It runs code"]))
    checks.sample.setPlainText("No")
    run(until(lambda: said()[:2] == ["Fails", "Fails"]))
    checks.rows.rows[1].text.setPlainText("^N")
    run(until(lambda: said()[:2] == ["Fails", "Passes."]))
    checks.rows.rows[1].text.setPlainText("(")
    run(until(lambda: "is not a regular expression" in checks.rows.rows[1].verdict.text()))
    checks.sample.clear()
    run(until(lambda: said() == [""] * 4))


@pytest.mark.process
def test_code_of_a_plan_asks_before_it_runs(window: MainWindow, run: Run) -> None:
    page, working = opened(window, run), window.experiments.controller()
    page.form.show_plan(Plan("p", ("builtin/ngram",), "The request", samples=2, params={"max_tokens": 5},
                             checks=(Check("code", {"code": "len(answer) > 0"}),)))
    page.form.run.click()
    box = dialog_of(window, QMessageBox, run)
    assert isinstance(box, QMessageBox) and "len(answer) > 0" in box.text() and not working.current_run.is_running
    box.reject()
    run(settled(window))
    assert not working.results
    page.form.run.click()
    press(dialog_of(window, QMessageBox, run), "Run it")
    run(until(lambda: len(working.results) == 2 and not working.current_run.is_running))
    assert all(result.passed for result in working.results)


@pytest.mark.process
def test_a_pattern_without_end_holds_up_nothing_and_stop_works(window: MainWindow, run: Run) -> None:
    page, working = opened(window, run), window.experiments.controller()
    page.form.show_plan(Plan("p", ("builtin/ngram",), "The request", samples=30, params={"max_tokens": 20},
                             checks=(Check("regex", {"pattern": r"^(.|[^\x00])+$(?!)"}),)))
    page.form.run.click()
    run(until(lambda: working.current_run.is_running))
    turns: list[int] = []
    run(until(lambda: turns.append(1) or len(turns) > 20))  # the loop goes on while a search is on its way
    next(one for one in page.results.findChildren(QPushButton) if one.text() == "Stop").click()
    run(until(lambda: not working.current_run.is_running))
    assert len(working.results) < 30


CLICKS = 15
"""That setting up a classification of ten rows may take; typing and keys are no clicks."""


@pytest.mark.process
def test_a_classification_takes_few_clicks(window: MainWindow, run: Run) -> None:
    clicks: list[str] = []

    def click(widget: QWidget) -> None:
        clicks.append(widget.accessibleName() or type(widget).__name__)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        run(settled(window))

    def write(widget: QWidget, text: str) -> None:
        click(widget.viewport() if isinstance(widget, QPlainTextEdit) else widget)
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        for at, line in enumerate(text.split("\n")):
            if at:
                QTest.keyClick(widget, Qt.Key.Key_Return)
            QTest.keyClicks(widget, line)

    page = opened(window, run)
    clicks.append("Experiments")
    form = page.form
    click(page._new)
    write(form.prompt, "Is it good or bad? {{text}}")
    write(form.models, "builtin/ngram")
    QGuiApplication.clipboard().setText("text\tlabel\n" + "\n".join(f"review {n}\t{'good' if n % 2 else 'bad'}"
                                                                     for n in range(10)))
    click(form.inputs.findChildren(QPushButton)[1])
    click(form.checks.rows._add)
    row = form.checks.rows.rows[0]
    clicks.extend(["Kind of check", "Is one of"])  # the list opens and an entry is chosen
    row.kind.setCurrentIndex(row.kind.findData("one_of"))
    write(row.text, "good\nbad")
    write(row.editors["expected"].control, "{{label}}")
    click(next(one for one in form.axes.findChildren(QToolButton) if one.accessibleName() == "Take out this axis"))
    write(form.samples, "1")
    click(form.run)
    run(until(lambda: len(window.experiments.controller().results) == 10))
    run(until(lambda: not window.experiments.controller().current_run.is_running))
    assert len(clicks) <= CLICKS, clicks
    plan = window.experiments.controller().plan
    assert plan is not None and len(plan.inputs) == 10 and plan.checks == (
        Check("one_of", {"options": ["good", "bad"], "expected": "{{label}}"}),)
    assert {check.expected for result in window.experiments.controller().results for check in result.checks} == {
        "good", "bad"}
