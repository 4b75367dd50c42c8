"""The menu of a message."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.ui.transcript.conftest import entry, settled
from workbench.core.chat.parts import Blob, File, Image
from workbench.ui.transcript import Action, TranscriptView
from workbench.ui.transcript.document import Place
from workbench.ui.transcript.message_menu import with_key

ACTIONS = (
    Action("copy", "Copy", in_row=True), Action("as-html", "HTML", menu="Copy as"), Action("", ""),
    Action("as-text", "Plain text", menu="Copy as"), Action("delete", "Delete", tip="Takes it away"),
)  # fmt: skip


@pytest.fixture
def chat(view) -> TranscriptView:
    view.set_entries([entry("q", "Question", role="user"), entry("r", "An **answer** here.", actions=ACTIONS)])
    view.set_shortcuts(lambda key, action: "Ctrl+D" if (key, action) == ("r", "delete") else "")
    return settled(view)


def opened() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


def trigger(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def test_offers_the_actions_with_their_keys_and_submenus(chat) -> None:
    chat.open_menu("r")
    menu = opened()
    assert texts(menu) == ["Copy message", "Copy as", "", "Delete\tCtrl+D", "", "Select all\tCtrl+A"]
    assert texts(menu.actions()[1].menu()) == ["HTML", "Plain text"]
    assert menu.toolTipsVisible() and menu.actions()[3].toolTip() == "Takes it away"
    menu.close()


def test_an_attachment_has_a_menu_of_its_own_with_that_of_its_message_below(view) -> None:
    picture = Image(Blob("a" * 64, 1, "image/png", "p.png"), width=300, height=200)
    paper = File("notes.txt", "words", Blob("b" * 64, 5, "text/plain", "notes.txt"))
    asked: list[tuple[str, object]] = []
    for name in ("attachment_activated", "attachment_copied", "attachment_saved"):
        getattr(view, name).connect(lambda part, name=name: asked.append((name, part)))
    view.set_entries([entry("r", picture, paper, actions=ACTIONS)])
    settled(view)
    for block in (0, 1):
        inside = view.canvas.block_origin(0, block) + QPoint(12, 10)
        QApplication.sendEvent(view.viewport(), QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, inside, view.viewport().mapToGlobal(inside)))
        menu = opened()
        message = menu.actions()[-1].menu()
        assert message.title() == "Message" and texts(message)[0] == "Copy message"
        for action in menu.actions()[:-2]:
            action.trigger()
        menu.close()
    assert asked == [("attachment_activated", picture), ("attachment_copied", picture), ("attachment_saved", picture),
                     ("attachment_activated", paper), ("attachment_saved", paper)]


def test_the_menu_key_at_a_picture_opens_its_menu(view) -> None:
    picture = Image(Blob("a" * 64, 1, "image/png", "p.png"), width=300, height=200)
    view.set_entries([entry("r", picture, actions=ACTIONS)])
    settled(view).setFocus()
    while (focused := view.targets.focused()) is None or focused.attachment is None:
        QTest.keyClick(view, Qt.Key.Key_Tab)
    QTest.keyClick(view, Qt.Key.Key_Menu)
    assert texts(opened())[:2] == ["Open", "Copy picture"]
    opened().close()


def test_an_action_is_emitted_with_the_key_of_its_message(chat) -> None:
    emitted = []
    chat.action_requested.connect(lambda *what: emitted.append(what))
    chat.open_menu("r")
    trigger(opened(), "Delete\tCtrl+D")
    chat.open_menu("r")
    menu = opened()
    trigger(menu.actions()[1].menu(), "HTML")
    menu.close()
    assert emitted == [("r", "delete"), ("r", "as-html")]


def test_a_selection_can_be_copied_in_both_forms(chat) -> None:
    chat.selection.set(Place(1, 0, 3), Place(1, 0, 9))
    chat.open_menu("r")
    assert texts(opened())[:4] == ["Copy\tCtrl+C", "Copy as Markdown", "", "Copy as"]
    trigger(opened(), "Copy\tCtrl+C")
    assert QApplication.clipboard().text() == "answer"
    chat.open_menu("r")
    trigger(opened(), "Copy as Markdown")
    assert QApplication.clipboard().text() == "**answer**"
    chat.open_menu("r")
    trigger(opened(), "Select all\tCtrl+A")
    assert (chat.selection.start, chat.selection.end) == (Place(0, 0, 0), chat.document.end())


@pytest.mark.parametrize("key", [Qt.Key.Key_Menu, Qt.Key.Key_Return])
def test_opens_by_a_key_below_the_header_of_the_current_message(chat, key: Qt.Key) -> None:
    chat.setFocus()
    QTest.keyClick(chat, key)
    assert QApplication.activePopupWidget() is None, "no message is current yet"
    QTest.keyClick(chat, Qt.Key.Key_Up)
    QTest.keyClick(chat, key)
    assert chat.viewport().mapFromGlobal(opened().pos()).x() == chat.canvas.left
    opened().close()


def test_opens_where_the_mouse_asks_for_it(chat) -> None:
    inside = chat.canvas.block_origin(1, 0)
    where = chat.viewport().mapToGlobal(inside)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, inside, where)
    QApplication.sendEvent(chat.viewport(), event)
    assert "Delete\tCtrl+D" in texts(opened()) and opened().pos() == where
    opened().close()


def test_an_unknown_message_has_none(chat) -> None:
    chat.open_menu("gone")
    assert QApplication.activePopupWidget() is None


def test_the_keys_of_the_desktop_are_shown(chat) -> None:
    """They are those that the transcript takes; a desktop without one for an action shows none."""
    chat.selection.select_all()
    chat.open_menu("r")
    menu = opened()
    shown = texts(menu)
    menu.close()
    for label, key in (("Copy", QKeySequence.StandardKey.Copy), ("Select all", QKeySequence.StandardKey.SelectAll)):
        assert f"{label}\t{QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)}" in shown
    assert with_key("Nothing", QKeySequence.StandardKey.UnknownKey) == "Nothing"


def test_an_attachment_is_dragged_out_of_a_message(view) -> None:
    paper = File("notes.txt", "words", Blob("b" * 64, 5, "text/plain", "notes.txt"))
    dragged: list[object] = []
    view.attachment_dragged.connect(dragged.append)
    view.set_entries([entry("r", paper, actions=ACTIONS)])
    settled(view)
    at, port = view.canvas.block_origin(0, 0) + QPoint(12, 10), view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(port, at + QPoint(QApplication.startDragDistance() + 2, 0))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=at)
    assert dragged == [paper]
