"""The sidebar in the real window, on a real store."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QLineEdit

from tests.conftest import Run
from tests.support.server import Hang, Server, chat_chunks, sse
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from workbench.app import open_services
from workbench.core.chat.chats import Chat, Folder
from workbench.core.chat.messages import Message, Status, user
from workbench.core.chat.parts import Text
from workbench.storage.store import open_store
from workbench.ui.shell.notices import Notice
from workbench.ui.sidebar.chats_model import MIME
from workbench.ui.widgets import Toast
from workbench.ui.window import MainWindow


def make_chats(window: MainWindow, run: Run, *titles: str) -> list[str]:
    store = window.services.store

    async def make() -> list[str]:
        made = []
        for title in titles:
            chat = await store.create_chat(Chat("", title=title, model="builtin/guide"))
            await store.add_message(chat.id, None, user(f"About {title}"))
            made.append(chat.id)
        return made

    ids = run(make())
    run(until(lambda: all(window.sidebar.view.model.row_of(chat_id) >= 0 for chat_id in ids)))
    return ids


def titles(window: MainWindow) -> list[str]:
    return [chat.title for chat in window.sidebar.view.model.chats()]


def test_typing_finds_titles_and_messages(window: MainWindow, run: Run) -> None:
    _, two = make_chats(window, run, "Gardening", "Baking")
    store = window.services.store
    run(store.add_message(two, run(store.chat(two)).tip, user("How do I water the garden?")))
    QTest.keyClicks(window.sidebar.view.search, "garden")
    run(until(lambda: titles(window) == ["Gardening"] and window.sidebar.view.hits.count() >= 2))
    hits = [window.sidebar.view.hits.item(row).data(Qt.ItemDataRole.UserRole)
            for row in range(window.sidebar.view.hits.count())]
    found = next(hit for hit in hits if hit.chat_id == two)
    window.sidebar.view.hits.open_requested.emit(found.chat_id, found.message_id, "garden")
    run(until(lambda: window.chat.conversation.chat.id == two))
    assert found.message_id in window.chat.conversation.keys
    QTest.keyClick(window.sidebar.view.search, Qt.Key.Key_Escape)
    run(until(lambda: len(titles(window)) == 2 and not window.sidebar.view.hits.isVisible()))


def test_return_opens_and_delete_can_be_undone(window: MainWindow, run: Run) -> None:
    one, _ = make_chats(window, run, "Keep", "Other")
    view, notices = window.sidebar.view.chats, list[Notice]()
    window.sidebar.chat_list.noticed.connect(notices.append)
    view.setCurrentIndex(window.sidebar.view.model.index(window.sidebar.view.model.row_of(one), 0))
    QTest.keyClick(view, Qt.Key.Key_Return)
    run(until(lambda: window.chat.conversation.chat.id == one))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    run(until(lambda: "Keep" not in titles(window) and not window.chat.conversation.chat.id))
    run(until(lambda: notices))
    notices[0].run()
    run(until(lambda: "Keep" in titles(window)))


def test_deletions_are_undone_one_after_another_and_the_open_chat_is_shown_again(window: MainWindow, run: Run) -> None:
    one, two = make_chats(window, run, "One", "Two")
    run(window.chat.conversation.open(one))
    for chat_id, left in ((one, ["Two"]), (two, [])):
        window.sidebar.chat_list.delete([chat_id])
        run(until(lambda left=left: titles(window) == left and not window.services.tasks.running("open a chat")))
    window.sidebar.view.chats.setFocus()
    QTest.keyClick(window.sidebar.view.chats, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    run(until(lambda: titles(window) == ["Two"]))
    assert not window.chat.conversation.chat.id
    QTest.keyClick(window.sidebar.view.chats, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    run(until(lambda: window.chat.conversation.chat.id == one and sorted(titles(window)) == ["One", "Two"]))
    window.registry.run("undo")
    assert window.findChildren(Toast)[-1].accessibleName() == "There is nothing to undo."


def test_deleting_a_chat_stops_its_reply(window: MainWindow, run: Run, scripted: Server) -> None:
    scripted.on("POST", "/v1/chat/completions", sse(*chat_chunks("Hello "), Hang(), done=False))
    window.welcome.suggested.emit("Hello?")
    run(until(lambda: window.chat.replies.chats() and scripted.requests))
    window.registry.run("chat.delete")
    run(until(lambda: not window.chat.replies.chats()))
    run(until(scripted.requests[0].closed.is_set))


def test_home_goes_to_the_first_chat_below_the_headings(window: MainWindow, run: Run) -> None:
    one, *_ = make_chats(window, run, "One", "Two", "Three")
    view = window.sidebar.view.chats
    view.setCurrentIndex(window.sidebar.view.model.index(window.sidebar.view.model.row_of(one), 0))
    assert [chat.title for chat in view.selected()] == ["One"]
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert [chat.title for chat in view.selected()] == ["Three"]


def test_a_menu_that_is_left_marks_the_open_chat_again(window: MainWindow, run: Run) -> None:
    one, two = make_chats(window, run, "One", "Two")
    run(window.chat.conversation.open(one))
    view, model = window.sidebar.view.chats, window.sidebar.view.model
    place = view.visualRect(model.index(model.row_of(two), 0)).center()
    QApplication.sendEvent(view.viewport(), QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place)))
    run(until(lambda: [chat.id for chat in view.selected()] == [two] and QApplication.activePopupWidget()))
    QApplication.activePopupWidget().close()
    run(until(lambda: [chat.id for chat in view.selected()] == [one]))


def test_renaming_in_place_reaches_store_and_header(window: MainWindow, run: Run) -> None:
    (one,) = make_chats(window, run, "Old name")
    window.chat.conversation.open(one)
    run(until(lambda: window.chat.conversation.chat.id == one))
    model = window.sidebar.view.model
    model.setData(model.index(model.row_of(one), 0), "New name")
    run(until(lambda: titles(window) == ["New name"] and window.chat.conversation.chat.title == "New name"))
    assert run(window.services.store.chat(one)).title == "New name"


def test_chats_go_into_folders_by_menu_and_by_drop(window: MainWindow, run: Run) -> None:
    one, two = make_chats(window, run, "One", "Two")
    window.sidebar.chat_list.save_folder(Folder("", "Work"), [one])
    run(until(lambda: window.sidebar.view.folders.topLevelItemCount() == 2))
    folder = run(window.services.store.folders())[0]
    tree = window.sidebar.view.folders
    data = QMimeData()
    data.setData(MIME, json.dumps([two]).encode())
    place = QPointF(tree.visualItemRect(tree.topLevelItem(1)).center())
    tree.dropEvent(QDropEvent(place, Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton,
                              Qt.KeyboardModifier.NoModifier))
    tree.setCurrentItem(tree.topLevelItem(1))
    run(until(lambda: sorted(titles(window)) == ["One", "Two"]))
    window.sidebar.chat_list.change([two], folder_id=None)
    run(until(lambda: titles(window) == ["One"]))
    tree.setCurrentItem(tree.topLevelItem(0))
    run(until(lambda: sorted(titles(window)) == ["One", "Two"]))
    window.sidebar.chat_list.delete_folder(folder.id)
    run(until(lambda: not tree.isVisible()))


def test_many_at_once(window: MainWindow, run: Run) -> None:
    ids = make_chats(window, run, "A", "B", "C")
    window.sidebar.view.chats.selectAll()
    assert {chat.id for chat in window.sidebar.view.chats.selected()} == set(ids)
    window.sidebar.view.chats.tag_requested.emit(ids, "later", True)
    run(until(lambda: all("later" in chat.tags for chat in window.sidebar.view.model.chats())))
    window.sidebar.view.chats.change_requested.emit(ids[:2], {"archived": True})
    run(until(lambda: titles(window) == ["C"]))
    window.sidebar.view.archive_toggled.emit(True)
    run(until(lambda: sorted(titles(window)) == ["A", "B"]))


def test_duplicating_copies_the_whole_tree(window: MainWindow, run: Run) -> None:
    (one,) = make_chats(window, run, "Tree")
    store = window.services.store
    root = run(store.chat(one)).tip
    run(store.add_message(one, None, user("Another root"), origin="edit"))
    window.sidebar.chat_list.duplicate(one)
    run(until(lambda: window.chat.conversation.chat.title == "Tree (copy)"))
    copied = run(store.tree(window.chat.conversation.chat.id))
    assert root and len(copied) == 2
    texts = [node.message.text for node in run(store.nodes([header.id for header in copied]))]
    assert texts == ["About Tree", "Another root"]


def test_long_lists_load_as_they_are_seen(open_window: OpenWindow, run: Run, isolated: Path) -> None:
    async def fill() -> None:
        async with open_services(isolated) as services:
            for number in range(450):
                await services.store.create_chat(
                    Chat("", title=f"Chat {number}", updated=1e9 + number, created=1e9 + number))

    run(fill())
    window = open_window()
    run(until(lambda: len(titles(window)) > 0 and not window.services.tasks.running("load the chats")))
    assert 0 < len(titles(window)) < 450

    def at_the_end() -> bool:
        window.sidebar.view.chats.scrollToBottom()
        return len(titles(window)) == 450

    run(until(at_the_end))
    assert len(set(titles(window))) == 450


def test_what_another_process_does_shows_up(window: MainWindow, run: Run, isolated: Path) -> None:
    (one,) = make_chats(window, run, "Shared")
    window.chat.conversation.open(one)
    run(until(lambda: window.chat.conversation.chat.id == one))
    other = run(open_store(isolated))
    tip = run(other.chat(one)).tip
    run(other.add_message(one, tip, user("From elsewhere")))
    run(other.create_chat(Chat("", title="Made elsewhere")))
    run(other.close())
    run(until(lambda: len(window.chat.conversation.keys) == 2 and "Made elsewhere" in titles(window)))


def test_a_reply_that_another_process_writes_is_shown_to_its_end(
    window: MainWindow, run: Run, isolated: Path
) -> None:
    (one,) = make_chats(window, run, "Shared")
    run(window.chat.conversation.open(one))
    other = run(open_store(isolated))
    whole = Message("assistant", (Text("A reply from elsewhere."),), "test/m")
    begun = run(other.add_message(one, run(other.chat(one)).tip, whole, status=Status.STREAMING))

    def shown() -> str:
        entry = window.chat.transcript.document.messages[-1].entry
        return entry.state if entry is not None and entry.key == begun.id else "not there"

    run(until(lambda: shown() == "interrupted"))
    run(other.finish(begun.id, whole, Status.COMPLETE, None))
    run(until(lambda: shown() == "complete"))
    run(other.close())


def test_the_panel_opened_beside_lanes_stays_open_when_a_chat_changes(window: MainWindow, run: Run) -> None:
    (one,) = make_chats(window, run, "One")
    window.registry.run("compare")
    run(until(lambda: window.compare.lanes))
    window.registry.run("view.panel")
    assert window.panel.isVisible()
    window.sidebar.chat_list.change([one], title="Two")
    run(until(lambda: titles(window) == ["Two"]))
    assert window.panel.isVisible()


def test_a_double_click_renames_in_place(window: MainWindow, run: Run) -> None:
    (one,) = make_chats(window, run, "Gardening")
    chats = window.sidebar.view.chats
    place = chats.visualRect(window.sidebar.view.model.index(window.sidebar.view.model.row_of(one))).center()
    QTest.mouseClick(chats.viewport(), Qt.MouseButton.LeftButton, pos=place)
    run(until(lambda: window.chat.conversation.chat.id == one))
    QTest.mouseDClick(chats.viewport(), Qt.MouseButton.LeftButton, pos=place)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit) and field.accessibleName() == "Chat title"
    field.setText("Flowers")
    QTest.keyClick(field, Qt.Key.Key_Return)
    run(until(lambda: titles(window) == ["Flowers"] and window.chat.conversation.chat.title == "Flowers"))


def test_dragged_chats_are_a_small_label_and_no_mark_stays_on_the_folder(window: MainWindow, run: Run) -> None:
    from workbench.ui.sidebar.chats_view import drag_label

    label = drag_label("2 chats", window.sidebar.view.chats)
    assert label.height() < 40 and label.width() < window.sidebar.view.chats.width() / 2
    (one,) = make_chats(window, run, "One")
    folders = window.sidebar.view.folders
    run(window.services.store.save_folder(Folder("", "Work")))
    run(until(lambda: folders.topLevelItemCount()))
    data = QMimeData()
    data.setData(MIME, json.dumps([one]).encode())
    place = QPointF(folders.visualItemRect(folders.topLevelItem(folders.topLevelItemCount() - 1)).center())
    nothing, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    for event in (QDragEnterEvent(place.toPoint(), Qt.DropAction.MoveAction, data, left, nothing),
                  QDragMoveEvent(place.toPoint(), Qt.DropAction.MoveAction, data, left, nothing),
                  QDropEvent(place, Qt.DropAction.MoveAction, data, left, nothing)):
        QApplication.sendEvent(folders.viewport(), event)
    assert folders.state() == QAbstractItemView.State.NoState


def test_the_title_of_the_open_chat_goes_before_the_facts_of_its_model(
    open_window: OpenWindow, run: Run
) -> None:
    window = open_window(700, 600)
    make_chats(window, run, "A question about the flowers of the garden")
    QTest.mouseClick(window.sidebar.view.chats.viewport(), Qt.MouseButton.LeftButton, pos=window.sidebar.view.chats.
                     visualRect(window.sidebar.view.model.index(1)).center())
    run(until(lambda: window.chat.conversation.chat.id))
    title, button = window.chat.header.title, window.chat.header.model
    QApplication.processEvents()
    shown = [label.text() for label in button.findChildren(QLabel) if label.isVisible() and label.text()]
    assert "guide" in shown and button.width() < button.sizeHint().width()
    assert title.width() > button.width()
