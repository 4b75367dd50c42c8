"""Temporary chats in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from tests.conftest import Run
from tests.storage.test_temporary import SECRET, traces
from tests.support.server import Server
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from workbench.core.chat.chats import ChatQuery
from workbench.core.errors import StoreFull
from workbench.ui.composer.draft import Draft
from workbench.ui.composer.message_queue import QUEUE
from workbench.ui.shell.notices import Notice
from workbench.ui.widgets import Toast
from workbench.ui.window import MainWindow


def begin(window: MainWindow, run: Run) -> str:
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    run(until(lambda: window.chat.conversation.chat.temporary and not window.services.tasks.running("open a chat")))
    return window.chat.conversation.chat.id


def send(window: MainWindow, run: Run, text: str) -> None:
    """Sends with the keyboard and waits for the reply."""
    count = len(window.chat.conversation.keys)
    window.composer.view.editor.setPlainText(text)
    window.composer.view.flush()
    QTest.keyClick(window.composer.view.editor, Qt.Key.Key_Return)
    run(until(lambda: len(window.chat.conversation.keys) == count + 2))
    run(until(lambda: not window.chat.replies.running(window.chat.conversation.chat.id)))


def notices(window: MainWindow) -> list[Notice]:
    said: list[Notice] = []
    window.chat.temporary.noticed.connect(said.append)
    return said


def test_it_says_what_it_is_in_header_frame_and_composer(window: MainWindow, run: Run) -> None:
    assert window.chat.header.temporary is None
    begin(window, run)
    assert window.chat.header.temporary is not None and window.chat.header.temporary.isVisible()
    assert "temporary" in window.composer.view.editor.placeholderText()
    assert window.window_layout.frame.contentsMargins().left() > 0
    assert not window.sidebar.view.model.chats()
    window.chat.conversation.open_new()
    run(until(lambda: not window.chat.conversation.chat.temporary))
    assert not window.chat.header.temporary.isVisible()
    assert "temporary" not in window.composer.view.editor.placeholderText()
    assert window.window_layout.frame.contentsMargins().left() == 0


def test_nothing_of_it_is_on_the_disk_ever(
    open_window: OpenWindow, run: Run, isolated: Path, server: Server
) -> None:
    window = open_window()
    begin(window, run)
    send(window, run, f"What is a {SECRET}?")
    window.parameters.controller.set_system(f"You are a {SECRET}.")
    window.composer.loader.attach_bytes(f"A letter on the {SECRET}".encode(), f"{SECRET}.txt")
    run(until(lambda: not window.composer.view.attachments.busy and window.composer.view.attachments.parts))
    window.composer.view.editor.setPlainText(f"Tell me more of the {SECRET}.")
    window.composer.view.flush()
    run(window.chat.writes.written())
    assert SECRET in run(window.services.store.chat(window.chat.conversation.chat.id)).draft
    assert traces(isolated) == []
    window = open_window()  # as after a restart
    assert not window.chat.conversation.chat.id and not window.composer.view.editor.toPlainText()
    assert run(window.services.store.count_chats(ChatQuery())) == 0
    assert run(window.services.store.search(SECRET)) == []
    assert traces(isolated) == []


def test_messages_that_wait_for_a_reply_leave_no_trace(window: MainWindow, run: Run, isolated: Path) -> None:
    chat_id = begin(window, run)
    window.chat.conversation.change(model="builtin/ngram", params={"max_tokens": 4000})
    window.composer.outbox.send(Draft("Go on and on"))
    run(until(lambda: window.chat.replies.running(chat_id)))
    window.composer.outbox.send(Draft(f"And the {SECRET}?"))
    run(until(lambda: not window.services.tasks.running("load the queue") and window.composer.outbox.queue()))

    async def kept() -> bool:
        return bool(await window.services.store.value(QUEUE + chat_id))

    while not run(kept()):
        pass
    assert traces(isolated) == []
    window.chat.conversation.open_new()
    run(until(lambda: not window.chat.replies.chats()))
    assert traces(isolated) == []


def test_leaving_it_asks_once_whether_to_keep_it(window: MainWindow, run: Run) -> None:
    said = notices(window)
    chat_id = begin(window, run)
    send(window, run, "What is temperature?")
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    run(until(lambda: said))
    assert window.chat.conversation.chat.id == "" and said[0].action == "Keep it"
    said[0].run()
    run(until(lambda: window.chat.conversation.chat.id == chat_id))
    assert not window.chat.conversation.chat.temporary
    run(until(lambda: window.sidebar.view.model.row_of(chat_id) >= 0))
    assert len(run(window.services.store.path(chat_id))) == 2


def test_an_empty_one_goes_without_a_word(window: MainWindow, run: Run) -> None:
    said = notices(window)
    begin(window, run)
    window.chat.conversation.open_new()
    run(until(lambda: not window.chat.conversation.chat.temporary and len(window.services.tasks._running) == 0))
    assert not said


def test_it_is_gone_for_good_when_the_notice_goes(window: MainWindow, run: Run) -> None:
    said = notices(window)
    chat_id = begin(window, run)
    send(window, run, "What is temperature?")
    window.chat.conversation.open_new()
    run(until(lambda: said))
    for toast in window.findChildren(Toast):
        toast.dismiss()
    memory = window.services.store._temporary._database  # type: ignore[attr-defined]

    def chats(connection) -> int:
        return connection.execute("SELECT count(*) FROM chats WHERE id = ?", (chat_id,)).fetchone()[0]

    async def gone() -> bool:
        return await memory.read(chats) == 0

    run(until(lambda: not window.services.tasks._running))
    assert run(gone())


def test_keeping_it_makes_it_a_chat_like_any_other(window: MainWindow, run: Run, isolated: Path) -> None:
    chat_id = begin(window, run)
    send(window, run, "What is temperature?")
    assert window.chat.header.temporary is not None
    window.chat.header.temporary.keep_requested.emit()
    run(until(lambda: window.sidebar.view.model.row_of(chat_id) >= 0))
    assert not window.chat.header.temporary.isVisible()
    assert run(window.services.store.chat(chat_id)).title.startswith("What is temperature")
    send(window, run, "And top_p?")
    assert len(run(window.services.store.path(chat_id))) == 4


def test_closing_the_window_asks_what_is_to_become_of_it(window: MainWindow, run: Run) -> None:
    begin(window, run)
    send(window, run, "What is temperature?")
    closed: list[int] = []
    window.closed.connect(lambda: closed.append(1))
    assert not window.close()
    (box,) = window.findChildren(QMessageBox)
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert not closed and window.isVisible()
    window.close()
    box = window.findChildren(QMessageBox)[-1]
    next(button for button in box.buttons() if button.accessibleName() == "Close without keeping it").click()
    assert closed


def test_keep_and_close_keeps(open_window: OpenWindow, run: Run) -> None:
    window = open_window()
    chat_id = begin(window, run)
    send(window, run, "What is temperature?")
    window.close()
    (box,) = window.findChildren(QMessageBox)
    next(button for button in box.buttons() if button.accessibleName() == "Keep it and close").click()
    again = open_window()
    assert again.chat.conversation.chat.id == chat_id and len(again.chat.conversation.keys) == 2


def test_a_running_reply_is_stopped_when_its_chat_is_left(window: MainWindow, scripted: Server, run: Run) -> None:
    said = notices(window)
    begin(window, run)
    window.chat.conversation.change(model="builtin/ngram", params={"max_tokens": 4000})
    window.composer.view.editor.setPlainText("Go on and on")
    QTest.keyClick(window.composer.view.editor, Qt.Key.Key_Return)
    run(until(lambda: len(window.chat.conversation.keys) == 2))
    window.chat.conversation.open_new()
    run(until(lambda: said and not window.chat.replies.chats()))
    assert window.chat.conversation.chat.id == ""


def test_what_would_keep_it_elsewhere_is_refused(window: MainWindow, run: Run, isolated: Path) -> None:
    begin(window, run)
    send(window, run, f"What is a {SECRET}?")
    errors: list[BaseException] = []
    window.services.tasks.on_error = lambda name, error: errors.append(error)
    window.chat.message_actions.run(window.chat.conversation.last("user"), "branch-chat")
    run(until(lambda: errors))
    assert "temporary" in str(errors[0])
    window.registry.run("reply.sweep")
    run(until(lambda: not window.services.tasks.running("sweep a turn")))
    window.registry.run("reply.stay-true")
    run(until(lambda: not window.services.tasks.running("make a case")))
    assert not window.experiments._is_shown() and traces(isolated) == []


def test_a_refusal_goes_with_the_chat_that_it_is_about(window: MainWindow, run: Run) -> None:
    begin(window, run)
    send(window, run, "What is temperature?")
    window.chat.message_actions.run(window.chat.conversation.last("user"), "branch-chat")
    run(until(window.banner_strip.isVisible))
    run(window.chat.conversation.open_new())
    assert not window.banner_strip.isVisible()


def test_closing_asks_while_the_disk_takes_nothing(
    window: MainWindow, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise StoreFull("The disk is full.")

    monkeypatch.setattr(window.services.store, "set_value", full)
    window.composer.view.editor.setPlainText("Written on a full disk")
    window.composer.view.flush()
    run(until(lambda: window.chat.writes.failed))
    assert not window.close() and window.isVisible()
    (box,) = window.findChildren(QMessageBox)
    box.button(QMessageBox.StandardButton.Cancel).click()
    monkeypatch.undo()
    run(until(lambda: not window.chat.writes.failed))
    assert window.close()


def test_a_window_ends_well_where_nothing_can_be_written(
    window: MainWindow, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise StoreFull("Read-only.")

    monkeypatch.setattr(window.services.settings, "change", refuse)
    window.side_panes.toggle("side")
    run(window.settle())
