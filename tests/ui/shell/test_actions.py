from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow

from tests.conftest import Show
from workbench.ui.shell.actions import Actions, ActionSpec, acceptable, groups
from workbench.ui.window import MainWindow


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def actions(show: Show, done: list[str]) -> Actions:
    window = QMainWindow()
    window.setCentralWidget(QLineEdit())
    made = Actions(window)
    made.add(
        ActionSpec("one", "First", lambda: done.append("one"), ("Ctrl+J",), "A"),
        ActionSpec("two", "Second", lambda: done.append("two"), ("Ctrl+M", "F8"), "A"),
        ActionSpec("off", "Never", lambda: done.append("off"), ("Ctrl+P",), "B", enabled=lambda: False),
    )
    show(window)
    window.activateWindow()
    return made


def press(actions: Actions, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    QTest.keyClick(actions.parent().centralWidget(), key, modifier)


def test_keys_run_actions_wherever_the_focus_is(actions: Actions, done: list[str]) -> None:
    press(actions, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    press(actions, Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier)
    assert done == ["one", "two"]


def test_what_makes_no_sense_now_neither_runs_nor_is_offered(actions: Actions, done: list[str]) -> None:
    actions.refresh()
    press(actions, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert done == [] and [spec.id for spec in actions.runnable()] == ["one", "two"]


def test_rebinding_takes_the_old_key_away_and_back(actions: Actions, done: list[str]) -> None:
    actions.rebind({"one": "Ctrl+U", "two": ""})
    press(actions, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    press(actions, Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier)
    assert done == []
    press(actions, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    assert done == ["one"] and actions.keys("two") == ()
    actions.rebind({})
    assert actions.keys("two") == ("Ctrl+M", "F8") and actions.key_text("one") == "Ctrl+J"


def test_conflicts_are_found_however_a_key_is_written(actions: Actions) -> None:
    assert [spec.id for spec in actions.conflicts("one", "ctrl+m")] == ["two"]
    assert actions.conflicts("two", "Ctrl+M") == []


@pytest.mark.parametrize(("key", "fits"), [
    ("Ctrl+A", True), ("F5", True), ("Alt+Return", True), ("A", False), ("Shift+A", False), ("Return", False),
    ("", False), ("Space", False),
])
def test_keys_that_would_stop_typing_are_refused(qapp: object, key: str, fits: bool) -> None:
    assert acceptable(key) is fits


def test_groups_keep_the_order(actions: Actions) -> None:
    found = groups(actions.specs())
    assert {name: [spec.id for spec in specs] for name, specs in found.items()} == {
        "A": ["one", "two"], "B": ["off"]}


KEPT = """
branch.name branch.next branch.previous branches chat.1 chat.9 chat.archive chat.delete chat.duplicate chat.export
chat.import chat.keep chat.new chat.next chat.pin chat.previous chat.rename chat.temporary compare experiments
message.add message.attach message.context message.edit-last message.focus message.insert message.template model.pick
palette providers quit reply.continue reply.copy reply.copy-code reply.copy-html reply.copy-picture reply.copy-text
reply.diff reply.prefill reply.regenerate reply.regenerate-with reply.reproduce reply.stay-true reply.stop reply.sweep
reply.tokens search.all search.chat search.next search.previous settings shortcuts templates undo view.larger
view.normal view.panel view.sidebar view.smaller view.theme
"""


def test_every_action_that_a_user_may_have_bound_to_a_key_is_there(window: MainWindow) -> None:
    known = {spec.id for spec in window.registry.specs()}
    assert set(KEPT.split()) - known == set()
