"""Folders in the real window: moved by mouse and keyboard, and undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.sidebar.test_sidebar import make_chats, titles
from workbench.core.chat.chats import Folder
from workbench.ui.shell.notices import Notice
from workbench.ui.sidebar.folders import FolderTree
from workbench.ui.window import MainWindow

Ids = dict[str, str]


@pytest.fixture
def ids(window: MainWindow, run: Run) -> Ids:
    """Folders A, B (with B1 in it) and C."""
    store = window.services.store

    async def make() -> Ids:
        made: Ids = {}
        for position, name in enumerate("ABC"):
            made[name] = (await store.save_folder(Folder("", name, None, position))).id
        made["B1"] = (await store.save_folder(Folder("", "B1", made["B"]))).id
        return made

    found = run(make())
    run(until(lambda: outline(window) == ["A", "B", "-B1", "C"]))
    return found


def outline(window: MainWindow) -> list[str]:
    """Returns the names from top to bottom, with a hyphen for each level of depth."""
    tree, found = window.sidebar.view.folders, []
    item = tree.topLevelItem(1) if tree.topLevelItemCount() else None
    while item is not None:
        depth, above = 0, item.parent()
        while above is not None:
            depth, above = depth + 1, above.parent()
        found.append("-" * depth + item.text(0))
        item = tree.itemBelow(item)
    return found


def choose(tree: FolderTree, name: str):
    (item,) = tree.findItems(name, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    tree.setCurrentItem(item)
    return item


def drop(tree: FolderTree, name: str, target: str, part: float) -> None:
    """Drops a folder onto another one, at a ``part`` of its height from the top."""
    choose(tree, name)
    (item,) = tree.findItems(target, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    area = tree.visualItemRect(item)
    place = QPointF(area.center().x(), area.top() + part * area.height())
    event = QDropEvent(place, Qt.DropAction.MoveAction, tree.mimeData([choose(tree, name)]),
                       Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event.source = lambda: tree  # type: ignore[method-assign]  # a real drag needs a pointer
    tree.dropEvent(event)


def notices_of(window: MainWindow) -> list[Notice]:
    """Returns a list that grows with each notice of the list of chats."""
    notices: list[Notice] = []
    window.sidebar.chat_list.noticed.connect(notices.append)
    return notices


def test_a_folder_is_dropped_between_into_and_out_of_others(window: MainWindow, run: Run, ids: Ids) -> None:
    tree, notices = window.sidebar.view.folders, notices_of(window)
    drop(tree, "C", "A", 0.05)
    run(until(lambda: outline(window) == ["C", "A", "B", "-B1"]))
    drop(tree, "A", "B", 0.5)
    run(until(lambda: outline(window) == ["C", "B", "-B1", "-A"]))
    drop(tree, "B1", "C", 0.95)
    run(until(lambda: outline(window) == ["C", "B1", "B", "-A"]))
    notices[-1].run()
    run(until(lambda: outline(window) == ["C", "B", "-B1", "-A"]))


def test_a_folder_is_not_dropped_into_itself(window: MainWindow, run: Run, ids: Ids) -> None:
    moved: list[object] = []
    window.sidebar.view.folders.move_requested.connect(moved.append)
    drop(window.sidebar.view.folders, "B", "B1", 0.5)
    assert not moved


def test_keys_move_rename_and_delete(window: MainWindow, run: Run, ids: Ids) -> None:
    tree, notices = window.sidebar.view.folders, notices_of(window)
    choose(tree, "C")
    QTest.keyClick(tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    run(until(lambda: outline(window) == ["A", "C", "B", "-B1"]))
    tree.setFocus()
    choose(tree, "A")
    QTest.keyClick(tree, Qt.Key.Key_F2)
    field = QApplication.focusWidget()
    QTest.keyClicks(field, "Archive")
    QTest.keyClick(field, Qt.Key.Key_Return)
    run(until(lambda: outline(window)[0] == "Archive"))
    choose(tree, "B")
    QTest.keyClick(tree, Qt.Key.Key_Delete)
    run(until(lambda: outline(window) == ["Archive", "B1", "C"] or outline(window) == ["Archive", "C", "B1"]))
    run(until(lambda: "deleted" in notices[-1].text))
    notices[-1].run()
    run(until(lambda: outline(window) == ["Archive", "C", "B", "-B1"]))


def test_the_menu_opens_by_keyboard_for_the_chosen_folder(window: MainWindow, run: Run, ids: Ids) -> None:
    tree = window.sidebar.view.folders
    choose(tree, "B1")
    QApplication.sendEvent(tree.viewport(), QContextMenuEvent(
        QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1)))
    menu = next(child for child in tree.findChildren(QMenu) if child.isVisible())
    into = next(action for action in menu.actions() if action.text() == "Move into").menu()
    assert [action.text() for action in into.actions()] == ["No folder", "A", "C"]
    into.actions()[1].trigger()
    menu.close()
    run(until(lambda: outline(window) == ["A", "-B1", "B", "C"]))


def test_collapsed_folders_stay_collapsed(window: MainWindow, run: Run, ids: Ids) -> None:
    tree = window.sidebar.view.folders
    choose(tree, "B").setExpanded(False)
    window.sidebar.chat_list.save_folder(Folder("", "D"))
    run(until(lambda: "D" in outline(window)))
    assert "-B1" not in outline(window)


def test_moving_many_chats_into_a_folder_can_be_undone(window: MainWindow, run: Run, ids: Ids) -> None:
    one, two = make_chats(window, run, "One", "Two")
    window.sidebar.chat_list.change([one], folder_id=ids["A"])
    run(until(lambda: window.sidebar.view.model.chat(one).folder_id == ids["A"]))
    notices = notices_of(window)
    window.sidebar.chat_list.change([one, two], folder_id=ids["C"])
    run(until(lambda: window.sidebar.view.model.chat(two).folder_id == ids["C"]))
    run(until(lambda: notices))
    assert notices[0].text == "2 chats moved."
    notices[0].run()
    run(until(lambda: window.sidebar.view.model.chat(two).folder_id is None))
    assert run(window.services.store.chat(one)).folder_id == ids["A"]
    assert sorted(titles(window)) == ["One", "Two"]


def test_f2_renames_the_folder_that_has_the_keyboard_not_the_open_chat(
    window: MainWindow, run: Run, ids: Ids
) -> None:
    (one,) = make_chats(window, run, "One")
    run(window.chat.conversation.open(one))
    window.activateWindow()
    tree = window.sidebar.view.folders
    choose(tree, "B1")
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_F2)
    field = QApplication.focusWidget()
    assert field is not None and tree.isAncestorOf(field)
    QTest.keyClicks(field, "New")
    QTest.keyClick(field, Qt.Key.Key_Return)
    run(until(lambda: outline(window) == ["A", "B", "-New", "C"]))
    assert window.chat.conversation.chat.title == "One"


def test_an_empty_folder_says_how_chats_come_into_it(window: MainWindow, run: Run, ids: Ids) -> None:
    make_chats(window, run, "One")
    choose(window.sidebar.view.folders, "A")
    run(until(lambda: not titles(window)))
    assert window.sidebar.view._empty.isVisible() and "drag some onto it" in window.sidebar.view._empty.text()
