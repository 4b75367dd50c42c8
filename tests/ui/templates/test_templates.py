"""Templates in the real window: from the picker to the record of the reply."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from tests.conftest import Run
from tests.support.finding import find
from tests.support.waiting import until
from workbench.core.chat.messages import Status
from workbench.core.chat.templates import Template, Variable
from workbench.ui.parameters.request_tab import facts
from workbench.ui.templates.fill_dialog import FillDialog
from workbench.ui.templates.picker import TemplatePicker
from workbench.ui.window import MainWindow

GREET = Template("Greet", "Greet {{who}} {{times}} times in a {{tone}} way: {{note}}", (
    Variable("times", "number", "2"), Variable("tone", "choice", "kind", ("dry", "kind")), Variable("note", "file")))
BRIEF = Template("Be brief", "Answer in {{n}} words.", (Variable("n", "number", "5"),), "system")


def _found(window: QWidget, kind: type) -> list:
    return [child for child in window.findChildren(kind) if child.isVisible()]


def _pick_first(window: MainWindow, run: Run) -> None:
    window.composer.view.template.click()
    picker: TemplatePicker = _found(window, TemplatePicker)[0]
    run(until(picker.list.count))
    QTest.keyClick(picker.field, Qt.Key.Key_Return)


def test_a_slash_picks_and_the_form_fills(window: MainWindow, run: Run, tmp_path: Path) -> None:
    run(window.services.templates().save(GREET))
    QTest.keyClicks(window.composer.view.editor, "/")
    picker: TemplatePicker = _found(window, TemplatePicker)[0]
    run(until(lambda: picker.list.count() == 1))
    QTest.keyClicks(picker.field, "gre")
    QTest.keyClick(picker.field, Qt.Key.Key_Return)
    dialog: FillDialog = _found(window, FillDialog)[0]
    assert "{{who}} 2 times in a kind way" in dialog.preview.toPlainText()
    dialog.rows["who"].control.setPlainText("Ada {{x}}")
    dialog.rows["times"].control.setText("often")
    dialog._accept()
    assert "needs a number" in dialog.rows["times"].mistake() and dialog.rows["note"].mistake() == "Choose a file."
    dialog.rows["times"].control.setText("3")
    (tmp_path / "note.txt").write_text("from a file")
    dialog.file_requested.emit("note", tmp_path / "note.txt")
    run(until(lambda: dialog.values()["note"]))
    dialog._accept()
    text = "Greet Ada {{x}} 3 times in a kind way: from a file"
    assert window.composer.view.editor.toPlainText() == text
    window.composer.view.send.click()
    run(until(lambda: window.chat.conversation.last("assistant") and not window.chat.replies.running(
        window.chat.conversation.chat.id)))
    reply = run(window.services.store.nodes([window.chat.conversation.last("assistant")]))[0]
    values = {"who": "Ada {{x}}", "times": "3", "tone": "kind"}
    assert reply.record is not None
    assert reply.record.template == {"name": "Greet", "version": GREET.version, "values": values}
    assert facts(reply.record)["filled with"] == "who: Ada {{x}}\ntimes: 3\ntone: kind"
    assert reply.status is Status.COMPLETE and window.composer.view.draft().template == {}


def test_the_form_remembers_and_an_edited_message_is_filled_again(window: MainWindow, run: Run) -> None:
    greet = Template("Greet", "Greet {{who}} {{times}} times", (Variable("times", "number", "2"),))
    key = run(window.services.templates().save(greet))
    _pick_first(window, run)
    _found(window, FillDialog)[0].rows["who"].control.setPlainText("Ada")
    QTest.keyClick(_found(window, FillDialog)[0].rows["times"].control, Qt.Key.Key_Return)
    window.composer.view.send.click()
    run(until(lambda: window.chat.conversation.last("assistant") and not window.chat.replies.running(
        window.chat.conversation.chat.id)))
    run(window.services.templates().save(Template("Greet", "Hail {{who}}"), key))
    _pick_first(window, run)
    again: FillDialog = _found(window, FillDialog)[0]
    run(until(lambda: again.values()["who"] == "Ada"))
    again.reject()
    window.chat.message_actions.run(window.chat.conversation.last("user"), "edit")
    run(until(lambda: "template “Greet”" in window.composer.view.note()))
    window.composer.view._note_buttons[0].click()
    run(until(lambda: _found(window, FillDialog)))
    form: FillDialog = _found(window, FillDialog)[0]
    assert form.values() == {"who": "Ada", "times": "2"}, "the version that made the message is filled"
    form.rows["who"].control.setPlainText("Eve")
    form._accept()
    assert window.composer.view.draft().text == "Greet Eve 2 times"
    assert window.composer.view.draft().template["values"] == {"who": "Eve", "times": "2"}


def test_who_only_wanted_a_slash_gets_it(window: MainWindow, run: Run) -> None:
    QTest.keyClicks(window.composer.view.editor, "/")
    picker: TemplatePicker = _found(window, TemplatePicker)[0]
    run(until(lambda: not window.services.tasks.running("list templates")))
    QTest.keyClicks(picker.field, "etc/hosts")
    QTest.keyClick(picker.field, Qt.Key.Key_Escape)
    assert window.composer.view.editor.toPlainText() == "/etc/hosts"
    QTest.keyClicks(window.composer.view.editor, "/")
    assert not _found(window, TemplatePicker)


def test_a_system_prompt_from_a_template_is_named_while_it_stands(window: MainWindow, run: Run) -> None:
    run(window.services.templates().save(BRIEF))
    window.panel.show_tab("Prompt")
    find(window.panel, "System prompt template", QPushButton).click()
    picker: TemplatePicker = _found(window, TemplatePicker)[0]
    run(until(lambda: picker.list.count() == 1))
    QTest.keyClick(picker.field, Qt.Key.Key_Return)
    _found(window, FillDialog)[0]._accept()
    assert window.chat.conversation.chat.system == "Answer in 5 words."
    brief = {"name": "Be brief", "version": BRIEF.version, "values": {"n": "5"}}
    for system, expected in ((None, {"system": brief}), ("Other.", {})):
        if system is not None:
            find(window.panel, "System prompt", QPlainTextEdit).setPlainText(system)
        window.composer.view.set_text("Hello")
        window.composer.view.send.click()
        count = len(window.chat.conversation.keys) + 2
        run(until(lambda count=count: len(window.chat.conversation.keys) == count and not window.chat.replies.running(
            window.chat.conversation.chat.id)))
        reply = run(window.services.store.nodes([window.chat.conversation.last("assistant")]))[0]
        assert reply.record is not None and reply.record.template == expected
