"""From a chat to a suite, and back: in the real window, against a scripted server and the built-in model."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from tests.conftest import Run
from tests.support.server import Server, chat
from tests.support.waiting import until
from tests.ui.test_window import ask
from workbench.core.chat.templates import Template
from workbench.core.experiments.axes import label_of, text_of
from workbench.core.experiments.checks import Check
from workbench.files.experiments.plan_file import read_plan
from workbench.ui.experiments.case_dialog import CaseDialog
from workbench.ui.experiments.page import ExperimentsPage
from workbench.ui.experiments.versions_dialog import VersionsDialog
from workbench.ui.window import MainWindow


def asked_case(window: MainWindow, run: Run) -> CaseDialog:
    window.registry.run("reply.stay-true")
    run(until(lambda: [one for one in window.findChildren(CaseDialog) if one.isVisible()]))
    run(until(lambda: not window.services.tasks.running("list experiments")))
    return next(one for one in window.findChildren(CaseDialog) if one.isVisible())


def keep_case(window: MainWindow, run: Run, name: str = "") -> ExperimentsPage:
    dialog = asked_case(window, run)
    if name:
        dialog.name.setText(name)
    kept: list[str] = []
    window.experiments.controller().case_added.connect(lambda suite, _: kept.append(suite))
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    run(until(lambda: kept))
    window.experiments.open(kept[0])
    working = window.experiments.controller()
    run(until(lambda: working.id == kept[0] and working.plan))
    return window.experiments.page()


def run_sweep(window: MainWindow, run: Run) -> None:
    working, page = window.experiments.controller(), window.experiments.page()
    ended: list[bool] = []
    working.current_run.changed.connect(lambda on: ended.append(on) if not on else None)
    page.form.run.click()
    run(until(lambda: ended), 30)


def test_a_turn_becomes_a_case_and_its_runs_are_compared(window: MainWindow, scripted: Server, run: Run) -> None:
    window.chat.conversation.change(system="Be brief.", params={"temperature": 0.5})
    ask(window, run, "First")
    ask(window, run, "Second {{x}}", messages=4)
    dialog = asked_case(window, run)
    assert dialog.checks.checks() == (Check("similarity", {"text": "Hello there.", "at_least": 0.8}),)
    dialog.reject()
    page, working = keep_case(window, run, "Greets"), window.experiments.controller()
    (case,) = page.form.cases.cases
    assert [message.text for message in case.messages] == ["First", "Hello there.", "Second {{x}}"]
    assert (case.system, case.model, case.params) == ("Be brief.", "test/m", {"temperature": 0.5})
    asked = len(scripted.requests)
    run_sweep(window, run)
    sent = scripted.requests[asked].json
    said = [message["content"] for message in sent["messages"]]
    assert said == ["Be brief.", "First", "Hello there.", "Second {{x}}"]
    assert sent["temperature"] == 0.5 and len(working.results) == 5
    run(until(lambda: page.results._change.text().startswith("100\u00a0% of all answers pass")))
    scripted.on("POST", "/v1/chat/completions", chat("Something ", "quite ", "else."))
    page.form.system.setPlainText("Be rude.")
    run_sweep(window, run)
    run(until(lambda: page.results.since.count() == 2))
    run(until(lambda: "−100\u00a0% since then" in page.results._change.text()))
    change = page.model.data(page.model.index(0, 0), 0x0100 + 3)
    assert change.word == "worse" and "0 better · 1 worse" in page.results._change.text()
    page.results.since.setCurrentIndex(1)  # no comparison
    run(until(lambda: "since then" not in page.results._change.text()))


def test_cases_are_edited_taken_out_and_brought_back(window: MainWindow, scripted: Server, run: Run) -> None:
    ask(window, run, "First")
    keep_case(window, run)
    window.leave_page()
    page, working = keep_case(window, run), window.experiments.controller()
    run(until(lambda: len(page.form.cases.cases) == 2))
    assert [case.name for case in page.form.cases.cases] == ["First", "First 2"]
    run_sweep(window, run)
    page.form.cases.edit_requested.emit(page.form.cases.cases[0])
    dialog = next(one for one in window.findChildren(CaseDialog) if one.isVisible())
    dialog.checks.show_checks([Check("max_words", {"words": 1})])
    dialog.name.setText("")
    dialog._accept()
    assert dialog.isVisible() and "a name" in dialog._wrong.text()
    dialog.name.setText("First")
    dialog._accept()
    page.form.cases._remove(page.form.cases.cases[1])
    assert len(page.form.cases.cases) == 1
    asked = len(scripted.requests)
    window.leave_page()  # what was changed is kept, and the answers are checked anew
    run(until(lambda: working.plan and len(working.plan.cases) == 1 and len(working.results) == 5))
    assert not any(result.passed for result in working.results) and len(scripted.requests) == asked
    window.experiments.open()
    page.form.cases._remove(page.form.cases.cases[0])
    assert not page.form.cases.cases
    window.registry.run("undo")
    assert [case.name for case in page.form.cases.cases] == ["First"]
    assert len(window.services.experiments().runs(working.id)) == 1, "answers to the case that is gone are kept"


def test_a_sweep_of_a_turn_opens_as_a_branch_of_its_chat(window: MainWindow, scripted: Server, run: Run) -> None:
    ask(window, run, "First")
    ask(window, run, "Second", messages=4)
    chat_id, reply = window.chat.conversation.chat.id, window.chat.conversation.keys[-1]
    window.registry.run("reply.sweep")
    run(until(lambda: window.experiments._is_shown()
              and window.experiments.page().form.cases.cases))
    page = window.experiments.page()
    run_sweep(window, run)
    page.grid.setCurrentIndex(page.model.index(0, 1))
    page.detail._chat.click()
    run(until(lambda: window.chat.conversation.keys and window.chat.conversation.keys[-1] != reply))
    assert window.chat.conversation.chat.id == chat_id and not window.experiments._is_shown()
    assert run(window.services.store.siblings(reply)) == [reply, window.chat.conversation.keys[-1]]
    (node,) = run(window.services.store.nodes([window.chat.conversation.keys[-1]]))
    assert node.origin.startswith("sweep ") and node.message.text == "Hello there."
    run(window.services.store.delete_chats([chat_id]))
    page.detail._chat.click()
    run(until(lambda: window.chat.conversation.chat.id not in ("", chat_id)))
    nodes = run(window.services.store.nodes(window.chat.conversation.keys))
    assert [node.message.text for node in nodes] == ["First", "Hello there.", "Second", "Hello there."]


def test_a_suite_goes_to_the_command_line_and_a_deleted_one_comes_back(
    window: MainWindow, scripted: Server, run: Run, tmp_path: Path
) -> None:
    ask(window, run, "First")
    page, working = keep_case(window, run), window.experiments.controller()
    exported: list[Path] = []
    working.exported.connect(exported.append)
    working.export("toml", tmp_path / "suite.toml")
    run(until(lambda: exported))
    assert read_plan(tmp_path / "suite.toml") == working.plan
    suite = working.id
    page._delete.click()
    run(until(lambda: not working.id))
    working.restore(suite)
    run(until(lambda: working.id == suite))
    assert page.form.cases.cases[0].name == "First"


def test_all_samples_of_a_cell_say_what_is_stable(window: MainWindow, scripted: Server, run: Run) -> None:
    ask(window, run, "First")
    page = keep_case(window, run)
    run_sweep(window, run)
    page.detail._view._group.buttons()[1].click()
    run(until(lambda: "samples" in page.detail._all._summary.text() and "…" not in page.detail._all._summary.text()))
    assert page.detail._all._summary.text().startswith(
        "5 samples, all alike · agreement 1.00 · 100\u00a0% of the sentences")
    assert page.detail._all.text.toPlainText().count("Hello there.") == 5


def menu_of(dialog: VersionsDialog, run: Run) -> QMenu:
    def shown() -> list[QMenu]:
        return [menu for menu in dialog.findChildren(QMenu) if menu.isVisible()]

    run(until(shown))
    return shown()[-1]


def test_versions_of_a_template_become_an_axis(window: MainWindow, run: Run) -> None:
    templates = window.services.templates()
    key = run(templates.save(Template("Tell", "Tell of {{what}}")))
    run(templates.save(Template("Tell", "Tell all of {{what}}"), key))
    window.experiments.open()
    form = window.experiments.page().form
    row = form.axes.rows.add()
    row.name.setCurrentText("prompt")
    row.button.click()
    run(until(lambda: [one for one in window.findChildren(VersionsDialog) if one.isVisible()]))
    dialog = window.findChildren(VersionsDialog)[-1]
    dialog._remove_current()  # what stood in the form
    dialog._from.click()
    menu = menu_of(dialog, run)
    menu.actions()[0].trigger()
    menu.close()
    menu = menu_of(dialog, run)
    assert [action.text().split(" · ")[0] for action in menu.actions()] == ["All 2 versions", "", "Tell", "Tell"]
    menu.actions()[0].trigger()
    menu.close()
    dialog._accept()
    assert [text_of(version) for version in row.versions] == ["Tell all of {{what}}", "Tell of {{what}}"]
    form.inputs.show_rows(["what"], [{"what": "tea"}])
    assert [label_of(value).startswith("Tell · version ") for value in form.plan().axes["prompt"]] == [True, True]
