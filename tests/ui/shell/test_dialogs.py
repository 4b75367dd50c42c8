"""Dialogs that ask one question, answered and cancelled as a user would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QLineEdit, QMessageBox, QWidget

from tests.conftest import Run, Show
from tests.support.finding import find
from tests.support.waiting import until
from workbench.ui.shell.dialogs import ask_consent, ask_files, ask_folder, ask_path, ask_text, ask_to_keep, busy


@pytest.fixture
def parent(show: Show) -> QWidget:
    return show(QWidget(), 800, 600)


@pytest.fixture
def closed(parent: QWidget, run: Run) -> Callable[[], None]:
    """Waits until no dialog is left."""
    return lambda: run(until(lambda: not parent.findChildren(QDialog), what="the dialog to go"))


@pytest.mark.parametrize(("typed", "empty", "expected"), [
    ("  Work ", False, ["Work"]), ("   ", False, []), ("   ", True, [""]), ("汉字 مرحبا", False, ["汉字 مرحبا"]),
])
def test_a_line_is_stripped_and_may_be_empty_only_where_that_is_an_answer(
    parent: QWidget, closed: Callable[[], None], typed: str, empty: bool, expected: list[str]
) -> None:
    answers: list[str] = []
    ask_text(parent, "New folder", "Name", answers.append, text="before", empty=empty)
    dialog = parent.findChild(QInputDialog)
    field = dialog.findChild(QLineEdit)
    assert field.text() == "before" and field.selectedText() == "before"
    field.setText(typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    closed()
    assert answers == expected


def test_a_cancelled_line_is_no_answer(parent: QWidget, closed: Callable[[], None]) -> None:
    answers: list[str] = []
    ask_text(parent, "New folder", "Name", answers.append, text="before", empty=True)
    QTest.keyClick(parent.findChild(QInputDialog), Qt.Key.Key_Escape)
    closed()
    assert answers == []


def test_a_path_to_write_gets_the_suffix_of_the_suggestion(
    parent: QWidget, closed: Callable[[], None], tmp_path: Path
) -> None:
    answers: list[Path] = []
    ask_path(parent, "Export", "chat.md", answers.append, tmp_path)
    dialog = parent.findChild(QFileDialog)
    assert dialog.directory().absolutePath() == str(tmp_path)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    assert [Path(name).name for name in dialog.selectedFiles()] == ["chat.md"]
    dialog.selectFile("other")
    dialog.accept()
    closed()
    assert answers == [tmp_path / "other.md"]


def test_existing_files_and_a_folder_are_chosen(parent: QWidget, closed: Callable[[], None], tmp_path: Path) -> None:
    answers: list[object] = []
    (tmp_path / "ä b.txt").write_text("text", "utf-8")
    ask_files(parent, "Import", answers.append)
    dialog = parent.findChild(QFileDialog)
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFiles
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("ä b.txt")
    dialog.accept()
    closed()
    ask_folder(parent, "Where", answers.append, tmp_path)
    dialog = parent.findChild(QFileDialog)
    assert dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.accept()
    closed()
    assert answers == [[tmp_path / "ä b.txt"], tmp_path]


def test_a_folder_that_is_gone_is_replaced_by_home(parent: QWidget, closed: Callable[[], None], tmp_path: Path) -> None:
    ask_folder(parent, "Where", lambda _: None, tmp_path / "gone")
    dialog = parent.findChild(QFileDialog)
    assert dialog.directory().absolutePath() == str(Path.home())
    dialog.reject()
    closed()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_consent_needs_more_than_a_key(parent: QWidget, closed: Callable[[], None], key: Qt.Key) -> None:
    given: list[int] = []
    ask_consent(parent, "Sure?", "<b>It</b> is risky.", "Do it", lambda: given.append(1))
    box = parent.findChild(QMessageBox)
    assert box.textFormat() == Qt.TextFormat.PlainText, "the sentence may hold what a server wrote"
    QTest.keyClick(box, key)
    closed()
    assert given == []


def test_consent_is_given_by_its_button(parent: QWidget, closed: Callable[[], None]) -> None:
    given: list[int] = []
    ask_consent(parent, "Sure?", "It is risky.", "Do it", lambda: given.append(1))
    find(parent.findChild(QMessageBox), "Do it").click()
    closed()
    assert given == [1]


@pytest.mark.parametrize(("button", "expected"), [
    ("Keep it and close", ["keep"]), ("Close without keeping it", ["go"]), ("", []),
])
def test_a_temporary_chat_is_kept_or_not_or_the_window_stays(
    parent: QWidget, closed: Callable[[], None], button: str, expected: list[str]
) -> None:
    done: list[str] = []
    ask_to_keep(parent, "It will be gone.", lambda: done.append("keep"), lambda: done.append("go"))
    box = parent.findChild(QMessageBox)
    if button:
        find(box, button).click()
    else:
        QTest.keyClick(box, Qt.Key.Key_Escape)
    closed()
    assert done == expected


def test_busy_shows_its_sentence_until_the_work_ends_or_fails(qapp: QApplication, run: Run) -> None:
    def windows() -> list[QWidget]:
        return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]

    with pytest.raises(OSError, match="full"), busy("Moving your data …"):
        assert [window.labelText() for window in windows()] == ["Moving your data …"]
        raise OSError("The disk is full.")
    assert windows() == []
    run(until(lambda: not QApplication.topLevelWidgets(), what="the window to be deleted"))
