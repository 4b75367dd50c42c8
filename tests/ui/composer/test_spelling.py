"""Spelling in the composer of the real window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QTextCharFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.conftest import Run
from tests.support.waiting import until
from workbench.ui.composer.editor import Editor
from workbench.ui.window import MainWindow

WAVE = QTextCharFormat.UnderlineStyle.SpellCheckUnderline


def marked(editor: Editor) -> list[str]:
    """The words that are underlined."""
    found, block = [], editor.document().begin()
    while block.isValid():
        units = block.text().encode("utf-16-le")
        for each in block.layout().formats():
            if each.format.underlineStyle() == WAVE:
                found.append(units[2 * each.start : 2 * (each.start + each.length)].decode("utf-16-le"))
        block = block.next()
    return found


def opened(window: MainWindow, run: Run, text: str) -> Editor:
    """The field with a text, once its words are checked."""
    editor = window.composer.view.editor
    editor.setPlainText(text)
    run(until(lambda: not window.services.tasks.running("open the dictionaries") and marked(editor),
              what="the dictionaries"))
    return editor


def menu_at(editor: Editor, word: str) -> QMenu:
    """The menu of a word, as the menu key opens it."""
    cursor = editor.textCursor()
    cursor.setPosition(editor.toPlainText().index(word) + 1)
    editor.setTextCursor(cursor)
    place = editor.cursorRect().center()
    QApplication.sendEvent(editor.viewport(), QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, editor.viewport().mapToGlobal(place)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def test_wrong_words_are_underlined_but_not_code_or_what_is_being_typed(window: MainWindow, run: Run) -> None:
    editor = opened(window, run, "Thiss 😀 wether is `nott` fine\n```\nwrnog\n```\n")
    assert marked(editor) == ["Thiss", "wether"]
    editor.clear()
    editor.setFocus()
    QTest.keyClicks(editor, "a wrnog")
    assert marked(editor) == []
    QTest.keyClick(editor, Qt.Key.Key_Space)
    assert marked(editor) == ["wrnog"]
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "wrnog " not in editor.toPlainText(), "marks are no steps of undo"


def test_the_menu_of_a_wrong_word_suggests_others(window: MainWindow, run: Run) -> None:
    editor = opened(window, run, "I recieve it")
    menu = menu_at(editor, "recieve")
    run(until(lambda: "receive" in [action.text() for action in menu.actions()], what="the suggestions"))
    assert menu.actions()[0].text() == "receive"
    choose(menu, "receive")
    assert editor.toPlainText() == "I receive it" and marked(editor) == []


def test_a_word_can_be_added_and_the_check_switched_off(window: MainWindow, run: Run) -> None:
    editor = opened(window, run, "Kubernets and wrnog")
    choose(menu_at(editor, "Kubernets"), "Add “Kubernets” to the dictionary")
    assert marked(editor) == ["wrnog"] and window.services.settings.value.spelling_words == ["Kubernets"]
    choose(menu_at(editor, "wrnog"), "Check spelling")
    assert marked(editor) == [] and not window.services.settings.value.spelling
    menu = menu_at(editor, "wrnog")
    assert "Add “wrnog” to the dictionary" not in [action.text() for action in menu.actions()]
    choose(menu, "Check spelling")
    assert marked(editor) == ["wrnog"]


def test_another_language_is_taken_at_once(window: MainWindow, run: Run) -> None:
    editor = opened(window, run, "Wrnog words")
    window.services.settings.change(spelling_languages="xx")
    run(until(lambda: not window.services.tasks.running("open the dictionaries")))
    assert marked(editor) == [], "there is no dictionary, so nothing is judged"


def test_a_very_long_text_is_not_judged_at_each_letter(window: MainWindow, run: Run) -> None:
    editor = opened(window, run, "Wrnog words")
    editor.setPlainText("wrnog\n" * 10_000)
    assert marked(editor) == []
