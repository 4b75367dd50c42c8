"""The find bar over a transcript."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.transcript.conftest import entry, settled
from workbench.core.chat.parts import File
from workbench.ui.transcript import TranscriptView


@pytest.fixture
def chat(view) -> TranscriptView:
    view.set_entries([entry(str(n), f"Message {n}.\n\n" + "A needle here.\n\n" * n) for n in (2, 0, 3)])
    return settled(view)


def test_keys_search_step_and_leave(chat) -> None:
    chat.setFocus()
    QTest.keyClick(chat, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    bar = chat.find_bar
    assert bar.isVisible()
    bar.field.setText("needle")
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.label.text().endswith("of 5")
    first = bar.label.text()
    QTest.keyClick(bar.field, Qt.Key.Key_F3)
    assert bar.label.text() != first
    QTest.keyClick(bar.field, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert bar.label.text() == first
    bar.field.setText("nowhere")
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.label.text() == "Not found"
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert bar.isHidden() and chat.finder.query == ""
    assert QApplication.focusWidget() is chat


def test_words_found_elsewhere_are_shown_without_taking_the_focus(chat) -> None:
    chat.setFocus()
    chat.find_bar.mark("needle", "3")
    assert chat.find_bar.isVisible() and chat.hasFocus()
    assert chat.find_bar.label.text() == "3 of 5"
    assert not chat.find_bar.geometry().intersects(chat.pill.geometry())
    chat.find_bar.mark("needle", "0")  # this message does not show it
    assert chat.find_bar.isHidden() and chat.finder.query == ""
    chat.find_bar.mark("needle", "gone")
    assert chat.find_bar.isHidden()


def test_counts_again_when_more_is_known(view) -> None:
    view.set_entries([entry("r", "Nothing.")])
    settled(view)
    view.find_bar.mark("needle", "r")
    view.open_find()
    view.find_bar.field.setText("needle")
    QTest.keyClick(view.find_bar.field, Qt.Key.Key_Return)
    assert view.find_bar.label.text() == "Not found"
    view.update_entry(entry("r", "A needle.", File("notes.txt", text="needle")))
    view.find_bar.refresh()
    assert view.find_bar.label.text() == "1 of 1"
