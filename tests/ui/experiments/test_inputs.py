"""The table of inputs: what is typed, pasted and read stays, whatever becomes of the variables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableWidget

from tests.conftest import Run
from tests.support.waiting import until
from workbench.core.experiments.plan import Plan
from workbench.ui.experiments.input_table import parse_cells
from workbench.ui.experiments.plan_form import PlanForm
from workbench.ui.window import MainWindow

ROWS = tuple({"text": f"review {number}", "label": "good" if number % 2 else "bad"} for number in range(10))


@pytest.fixture
def form(qapp: QApplication) -> Iterator[PlanForm]:
    form = PlanForm()
    form.show_plan(Plan("Reviews", ("a/x",), "Review: {{text}}", inputs=ROWS))
    yield form
    form.deleteLater()


def put_caret(form: PlanForm, before: str) -> None:
    cursor = form.prompt.textCursor()
    cursor.setPosition(form.prompt.toPlainText().index(before))
    form.prompt.setTextCursor(cursor)


def test_a_column_without_a_variable_stays_and_checks_may_use_it(form: PlanForm) -> None:
    assert form.inputs.names() == ["text", "label"] and form.plan().inputs == ROWS
    assert "{{label}}" in form.inputs._rest.text()
    form.checks.rows.add().text.setPlainText("{{label}}")
    assert form.inputs._rest.isHidden() and form.inputs.names() == ["text", "label"]
    assert form.plan().checks[0].variables == ("label",)


def test_a_variable_of_a_check_alone_has_a_column(form: PlanForm) -> None:
    form.checks.rows.add().text.setPlainText("{{topic}}")
    assert form.inputs.names() == ["text", "label", "topic"]


def test_renaming_a_variable_letter_by_letter_keeps_its_values(form: PlanForm) -> None:
    put_caret(form, "}}")
    QTest.keyClicks(form.prompt, "s")
    assert form.inputs.names() == ["texts", "label"] and form.plan().inputs[3]["texts"] == "review 3"
    QTest.keyClick(form.prompt, Qt.Key.Key_Backspace)
    assert form.plan().inputs == ROWS
    for _ in "text":
        QTest.keyClick(form.prompt, Qt.Key.Key_Backspace)
    QTest.keyClicks(form.prompt, "review")
    assert [row["review"] for row in form.plan().inputs] == [row["text"] for row in ROWS]


def test_a_variable_that_takes_the_name_of_another_column_takes_its_values(form: PlanForm) -> None:
    put_caret(form, "text}}")
    for _ in "text":
        QTest.keyClick(form.prompt, Qt.Key.Key_Delete)
    QTest.keyClicks(form.prompt, "label")
    assert "{{label}}" in form.prompt.toPlainText() and form.plan().inputs == ROWS


def test_a_variable_that_is_cut_and_pasted_keeps_its_values(form: PlanForm) -> None:
    put_caret(form, "{{text}}")
    cursor = form.prompt.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    form.prompt.setTextCursor(cursor)
    form.prompt.cut()
    assert form.inputs.names() == ["text", "label"]
    form.prompt.moveCursor(QTextCursor.MoveOperation.Start)
    form.prompt.paste()
    assert form.plan().inputs == ROWS


def test_a_column_that_was_never_filled_goes_with_its_variable(form: PlanForm) -> None:
    form.prompt.setPlainText("{{text}} {{who}}")
    assert form.inputs.names() == ["text", "label", "who"]
    form.prompt.setPlainText("{{text}}")
    assert form.inputs.names() == ["text", "label"]


def paste(form: PlanForm, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(form.inputs.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_rows_are_pasted_from_a_spreadsheet(form: PlanForm) -> None:
    form.inputs.show_rows(["text"], ())
    paste(form, 'text\tlabel\r\n"two\nlines"\tgood\r\nfine, ""so""\tbad\r\n')
    assert form.inputs.rows() == [{"text": "two\nlines", "label": "good"}, {"text": 'fine, ""so""', "label": "bad"}]
    form.inputs.table.setCurrentCell(1, 0)
    paste(form, "new\tgood\nmore\tbad\tx")
    assert [row["text"] for row in form.inputs.rows()] == ["two\nlines", "new", "more"]
    assert form.inputs.rows()[2]["column_3"] == "x"
    QTest.keyClick(form.inputs.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(form.inputs.rows()) == 2
    QTest.keyClick(form.inputs.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert form.inputs.rows() == []


def test_a_pasted_table_makes_its_columns_where_there_are_none(form: PlanForm) -> None:
    form.prompt.setPlainText("no variable")
    form.inputs.show_rows((), ())
    QGuiApplication.clipboard().setText("text\t\ttext\na\tb\tc")
    form.inputs.paste()
    assert form.inputs.rows() == [{"text": "a", "column_2": "b", "text_3": "c"}]


def test_cells_are_emptied_and_brought_back(form: PlanForm) -> None:
    form.inputs.table.selectRow(0)
    QTest.keyClick(form.inputs.table, Qt.Key.Key_Delete)
    assert form.plan().inputs == ROWS[1:]
    form.inputs.table.selectAll()
    QTest.keyClick(form.inputs.table, Qt.Key.Key_Delete)
    assert form.inputs.rows() == []
    form.inputs.undo()
    form.inputs.undo()
    assert form.plan().inputs == ROWS


def test_what_is_selected_is_copied_for_a_spreadsheet(form: PlanForm) -> None:
    form.inputs.table.selectRow(1)
    QTest.keyClick(form.inputs.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert parse_cells(QGuiApplication.clipboard().text()) == [["review 1", "good"]]


def test_files_are_read_beside_the_loop(window: MainWindow, run: Run, tmp_path: Path) -> None:
    window.experiments.open()
    form = window.experiments.page().form
    run(until(lambda: not window.services.tasks.running("list experiments")))
    form.prompt.setPlainText("Review: {{text}}")
    (tmp_path / "rows.csv").write_text("text,label\na,b\n")
    form.inputs.files_read_requested.emit([tmp_path / "rows.csv"])
    run(until(lambda: form.inputs.rows()))
    assert form.inputs.rows() == [{"text": "a", "label": "b"}]
    (tmp_path / "bad.csv").write_text("text\n")
    form.inputs.files_read_requested.emit([tmp_path / "bad.csv"])
    run(until(lambda: not form.inputs._wrong.isHidden()))
    assert "at least one row" in form.inputs._wrong.text() and form.inputs.rows() == [{"text": "a", "label": "b"}]


def test_a_name_that_a_check_has_is_taken_and_given_back(form: PlanForm) -> None:
    form.checks.rows.add().text.setPlainText("{{label}}")
    for variable in ("tex", "te", "t", "", "l", "la", "lab", "labe", "label"):
        form.prompt.setPlainText(f"Review: {{{{{variable}}}}}")
    assert form.plan().inputs == ROWS
    form.prompt.setPlainText("Review: {{text}}")  # as Ctrl+Z does, in one step
    assert form.plan().inputs == ROWS


def type_in(table: QTableWidget, row: int, text: str, end: Qt.Key) -> None:
    table.setCurrentCell(row, 0)
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, end)
    QApplication.processEvents()  # the key is the editor's before it ends it


def test_what_is_typed_over_a_cell_comes_back(form: PlanForm) -> None:
    table = form.inputs.table
    form.show()
    type_in(table, 1, "new", Qt.Key.Key_Return)
    assert form.plan().inputs[1]["text"] == "new"
    type_in(table, 2, "left", Qt.Key.Key_Escape)
    assert form.plan().inputs[2] == ROWS[2]
    QTest.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert form.plan().inputs == ROWS


def test_a_new_prompt_with_as_many_variables_keeps_their_values(form: PlanForm) -> None:
    form.prompt.setPlainText("About {{text}}: {{label}}")
    form.prompt.setPlainText("Of {{subject}}: {{class}}")
    assert form.inputs.names() == ["subject", "class"] and form.plan().inputs[3] == {
        "subject": "review 3", "class": "good"}
    form.prompt.undo()
    form.prompt.setPlainText("About {{text}}: {{label}}")
    assert form.plan().inputs == ROWS


@pytest.mark.parametrize(("text", "names", "cells"), [
    ('text,label\n"a, b",x\n"say ""hi""",y\n', ("text",), [["text", "label"], ["a, b", "x"], ['say "hi"', "y"]]),
    ('text;label\r\n"a; b\nc";x\r\n', ("text",), [["text", "label"], ["a; b\nc", "x"]]),
    ("text, label\na, b\n", ("label",), [["text", "label"], ["a", "b"]]),
    ("\ufefftext,label\na,b\n", (), [["text", "label"], ["a", "b"]]),
    ("Hello, world\nGood night, all", ("text",), [["Hello, world"], ["Good night, all"]]),
    ("Hello, my world\nGood night, all", (), [["Hello, my world"], ["Good night, all"]]),
    ("text,label\na\n", ("text",), [["text,label"], ["a"]]),
    ("text\tlabel\na,b\tc", ("text",), [["text", "label"], ["a,b", "c"]]),
])
def test_csv_is_pasted_as_it_was_written(text: str, names: tuple[str, ...], cells: list[list[str]]) -> None:
    assert parse_cells(text, names) == cells


def test_pasted_csv_comes_below_its_names(form: PlanForm) -> None:
    QGuiApplication.clipboard().setText('text,label\n"a, b",x\n')
    form.inputs.paste()
    assert form.plan().inputs == (*ROWS, {"text": "a, b", "label": "x"})
