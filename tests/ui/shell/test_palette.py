"""Keys that work anywhere in the window, and the palette that lists what they do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget

from tests.conftest import Run
from tests.support.waiting import until
from workbench.core.chat.chats import Chat
from workbench.ui.theme import style
from workbench.ui.window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = CONTROL) -> None:
    window.activateWindow()
    QTest.keyClick(window.focusWidget() or window, key, modifier)


def named(window: MainWindow, kind: type, name: str):
    return next(one for one in window.findChildren(kind) if one.accessibleName() == name)


def listed(window: MainWindow) -> list[str]:
    found = named(window, QListWidget, "Commands")
    return [found.item(row).text() for row in range(found.count())]


def test_the_palette_finds_actions_chats_and_runs_them(window: MainWindow, run: Run) -> None:
    store = window.services.store
    chat = run(store.create_chat(Chat("", title="Zebra crossing")))
    run(until(lambda: window.sidebar.view.model.rowCount()))
    window.command_palette.open()
    field = named(window, QLineEdit, "Command")
    QTest.keyClicks(field, "zeb")
    assert listed(window)[0] == "Zebra crossing"
    QTest.keyClick(field, Qt.Key.Key_Return)
    run(until(lambda: window.chat.conversation.chat.id == chat.id))
    window.command_palette.open()
    QTest.keyClicks(field, "dark")
    assert listed(window)[0] == "Switch between light and dark"
    before = style.theme().name
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert style.theme().name != before
    window.registry.run("view.theme")


def test_chats_that_are_not_loaded_are_found_too(window: MainWindow, run: Run) -> None:
    store = window.services.store
    run(store.create_chat(Chat("", title="Far away", archived=False)))
    window.sidebar.view.model.reset([], has_more=False)
    window.command_palette.open()
    QTest.keyClicks(named(window, QLineEdit, "Command"), "Far a")
    run(until(lambda: "Far away" in listed(window)))
    QTest.keyClick(named(window, QLineEdit, "Command"), Qt.Key.Key_Escape)
    assert not named(window, QLineEdit, "Command").isVisible()


def test_the_keys_of_the_table(window: MainWindow, run: Run) -> None:
    store = window.services.store
    ids = [run(store.create_chat(Chat("", title=title))).id for title in ("One", "Two")]
    run(until(lambda: len(window.sidebar.view.model.chats()) == 2))
    press(window, Qt.Key.Key_1)
    run(until(lambda: window.chat.conversation.chat.id == ids[1]))
    press(window, Qt.Key.Key_Tab)
    run(until(lambda: window.chat.conversation.chat.id == ids[0]))
    press(window, Qt.Key.Key_N)
    run(until(lambda: not window.chat.conversation.chat.id))
    press(window, Qt.Key.Key_B)
    assert not window.sidebar.view.isVisible()
    press(window, Qt.Key.Key_F, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert window.sidebar.view.isVisible() and window.sidebar.view.search.hasFocus()
    press(window, Qt.Key.Key_L)
    assert window.composer.view.editor.hasFocus()
    press(window, Qt.Key.Key_M, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert named(window, QLineEdit, "Filter models").isVisible()
    press(window, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)


def test_no_two_actions_share_a_key(window: MainWindow) -> None:
    actions = window.registry
    clashes = [(spec.id, key) for spec in actions.specs() for key in spec.keys if actions.conflicts(spec.id, key)]
    assert clashes == []


def test_keys_can_be_changed_for_good(window: MainWindow) -> None:
    window.services.settings.change(shortcuts={"chat.new": "Ctrl+Shift+J"})
    assert window.registry.keys("chat.new") == ("Ctrl+Shift+J",)
    assert window.sidebar.view.new_chat._keys.strip("\u2066\u2069") == window.registry.key_text("chat.new")
