from __future__ import annotations

import asyncio

import pytest

from tests.conftest import Run
from tests.support.server import Server
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from tests.ui.test_window import ask
from workbench.core.errors import StoreError, StoreFull
from workbench.ui.chat import pending_writes
from workbench.ui.window import MainWindow


class FullDisk:
    """The store's own method, on a disk that is full until ``space`` is set."""

    def __init__(self, method) -> None:
        self._method, self.space, self.tried = method, False, 0

    async def __call__(self, *args, **kwargs):
        self.tried += 1
        if not self.space:
            raise StoreFull("The disk is full. Make room.")
        return await self._method(*args, **kwargs)


def test_drafts_wait_in_memory_while_the_disk_is_full(
    window: MainWindow, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending_writes, "_AGAIN", 0.01)
    store = window.services.store
    full = FullDisk(store.set_value)
    monkeypatch.setattr(store, "set_value", full)
    window.composer.view.editor.setPlainText("not lost")
    window.composer.view.flush()
    run(until(lambda: window.banner_strip.isVisible() and full.tried > 1))
    assert "full" in window.banner_strip.banner.text()
    with pytest.raises(StoreError):
        run(window.chat.writes.written())
    full.space = True
    run(until(lambda: not window.banner_strip.isVisible()))
    assert run(store.value(pending_writes.NEW_CHAT))["draft"] == "not lost"


def test_of_what_is_kept_of_a_new_chat_that_comes_back_which_makes_sense(window: MainWindow, run: Run) -> None:
    kept = {"model": 7, "draft": "not lost", "tags": ["a", "b"], "params": {"top_p": 0.5}, "extra": None, "id": "x"}
    run(window.services.store.set_value(pending_writes.NEW_CHAT, kept))
    run(window.chat.conversation.open_new())
    chat = window.chat.conversation.chat
    assert (chat.id, chat.draft, chat.tags, chat.params) == ("", "not lost", ("a", "b"), {"top_p": 0.5})
    assert chat.model == window.services.providers.default_model() and chat.extra == {}


def test_a_message_that_cannot_be_kept_is_given_back(
    window: MainWindow, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = window.services.store
    full = FullDisk(store.add_message)
    monkeypatch.setattr(store, "add_message", full)
    window.composer.view.editor.setPlainText("a long thought")
    window.composer.view.send.click()
    run(until(lambda: full.tried and window.composer.view.editor.toPlainText() == "a long thought"))
    assert "disk is full" in window.composer.view.note()
    full.space = True
    window.composer.view.send.click()
    run(until(lambda: len(window.chat.conversation.keys) == 2 and not window.chat.replies.chats()))


def test_quick_changes_are_joined_and_the_last_one_counts(open_window: OpenWindow, run: Run) -> None:
    window = open_window()
    chat = run(window.chat.conversation.ensure_kept())
    for step in range(200):
        window.chat.conversation.change(params={"temperature": step / 100})
    run(window.chat.writes.written())
    assert run(window.services.store.chat(chat.id)).params == {"temperature": 1.99}


def test_a_change_of_a_deleted_chat_does_no_harm(window: MainWindow, run: Run) -> None:
    chat = run(window.chat.conversation.ensure_kept())
    run(window.services.store.delete_chats([chat.id]))
    window.chat.writes.change(chat, {"title": "too late"})
    run(window.chat.writes.written())
    run(asyncio.sleep(0))


@pytest.mark.parametrize("editing", [False, True])
def test_what_was_being_written_in_a_deleted_chat_comes_back_with_it(
    window: MainWindow, scripted: Server, run: Run, editing: bool
) -> None:
    editor = window.composer.view.editor
    ask(window, run, "Hi")
    chat = window.chat.conversation.chat.id
    window.chat.new_chat()
    run(until(lambda: not window.chat.conversation.chat.id))
    editor.setPlainText("new chat's own")
    run(window.chat.conversation.open(chat))
    if editing:
        editor.edit_last_requested.emit()
        run(until(lambda: window.composer.outbox.editing))
    editor.setPlainText("quick text")
    window.registry.run("chat.delete")
    run(until(lambda: editor.toPlainText() == "new chat's own", what="the draft of the new chat"))
    window.registry.run("undo")
    run(until(lambda: window.chat.conversation.chat.id == chat, what="the chat to come back"))
    assert editor.toPlainText() == "quick text" and not window.composer.outbox.editing
    run(window.chat.writes.written())
    assert run(window.services.store.chat(chat)).draft == "quick text"
    window.chat.new_chat()
    run(until(lambda: editor.toPlainText() == "new chat's own"))
