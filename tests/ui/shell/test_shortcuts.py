from __future__ import annotations

import re

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QMainWindow, QPushButton, QTreeWidget

from tests.conftest import Show
from workbench.core.resources import resource
from workbench.ui.shell.actions import Actions, ActionSpec
from workbench.ui.shell.shortcuts import ShortcutSheet
from workbench.ui.window import MainWindow


def sheet_of(show: Show) -> tuple[ShortcutSheet, Actions, list[dict[str, str]]]:
    window = show(QMainWindow(), 700, 700)
    actions = Actions(window)
    actions.add(ActionSpec("one", "First", lambda: None, ("Ctrl+J",), "A"),
                ActionSpec("two", "Second", lambda: None, ("Ctrl+M", "F8"), "A"))
    sheet = ShortcutSheet(actions, {}, window)
    told: list[dict[str, str]] = []
    sheet.editor.rebound.connect(told.append)
    sheet.editor.rebound.connect(actions.rebind)
    sheet.show()
    tree = sheet.findChild(QTreeWidget)
    tree.setCurrentItem(tree.topLevelItem(0).child(0))
    return sheet, actions, told


def button(sheet: ShortcutSheet, *texts: str) -> QPushButton:
    return next(one for one in sheet.findChildren(QPushButton) if one.text() in texts)


def test_a_taken_key_is_replaced_only_knowingly(show: Show) -> None:
    sheet, actions, told = sheet_of(show)
    sheet.findChild(QKeySequenceEdit).setKeySequence(QKeySequence("Ctrl+M"))
    button(sheet, "Replace").click()
    assert told == [{"two": "F8", "one": "Ctrl+M"}]
    assert (actions.keys("one"), actions.keys("two")) == (("Ctrl+M",), ("F8",))
    button(sheet, "Default").click()
    assert actions.keys("one") == ("Ctrl+J",)
    sheet.close()


def test_a_letter_alone_is_refused(show: Show) -> None:
    sheet, _, told = sheet_of(show)
    sheet.findChild(QKeySequenceEdit).setKeySequence(QKeySequence("A"))
    assert not button(sheet, "Set", "Replace").isEnabled()
    button(sheet, "None").click()
    assert told == [{"one": ""}]
    sheet.close()


def test_every_key_is_on_the_page_of_shortcuts(window: MainWindow) -> None:
    page = resource("help/keyboard-shortcuts.md").read_text("utf-8")
    written = {"Alt+Left": "Alt+←", "Alt+Right": "Alt+→", "Ctrl+-": "Ctrl+−", "Alt+Return": "Alt+Enter",
               "Ctrl+Shift+Return": "Ctrl+Shift+Enter"}
    numbered = {f"Ctrl+{number}" for number in range(2, 9)}  # between the first and the last of the nine chats
    keys = {key: spec.text for spec in window.registry.specs() for key in spec.keys if key not in numbered}
    assert not {key: text for key, text in keys.items()
                if not re.search(rf"(?<![\w+]){re.escape(written.get(key, key))}(?![\w+])", page)}
