"""The drafts of chats, and edits that are not finished: nothing that was written is lost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.test_window import ask, line
from workbench.core.chat.chats import Chat
from workbench.ui.widgets.notices import Toast
from workbench.ui.window import MainWindow


def edit(window: MainWindow, run: Run, key: str, text: str) -> None:
    """Begins to edit a message and waits until the composer shows ``text``."""
    window.chat.message_actions.run(key, "edit")
    run(until(lambda: window.composer.view.editor.toPlainText() == text))


def test_an_edit_that_another_interrupts_continues_later(window: MainWindow, run: Run) -> None:
    ask(window, run, "First")
    ask(window, run, "Second", 4)
    first, _, second, _ = (node.id for node in line(window, run))
    editor = window.composer.view.editor
    edit(window, run, first, "First")
    QTest.keyClicks(editor, " and more")
    edit(window, run, second, "Second")
    toast = window.findChild(Toast)
    assert toast is not None and "kept" in toast.accessibleName()
    edit(window, run, first, editor_text := "First and more")
    assert editor.toPlainText() == editor_text
    edit(window, run, second, "Second")  # nothing was written there
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.toPlainText() == "" and window.composer.outbox.editing is None
    edit(window, run, first, "First and more")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    edit(window, run, first, "First")  # what was given up is gone


def test_an_unfinished_edit_is_a_draft_when_the_window_closes(window: MainWindow, run: Run) -> None:
    ask(window, run, "First")
    chat = window.chat.conversation.chat
    edit(window, run, line(window, run)[0].id, "First")
    QTest.keyClicks(window.composer.view.editor, " again")
    run(window.settle())
    assert run(window.services.store.chat(chat.id)).draft == "First again"


def test_a_draft_of_one_endless_line_is_kept_as_it_is_until_it_is_changed(window: MainWindow, run: Run) -> None:
    store, book = window.services.store, "lorem ipsum " * 400_000
    chat = run(store.create_chat(Chat("", "Book", draft=book)))
    window.chat.conversation.open(chat.id)
    run(until(lambda: window.chat.conversation.chat.id == chat.id))
    editor = window.composer.view.editor
    assert max(map(len, editor.toPlainText().split("\n"))) <= 10_000
    toast = window.findChild(Toast)
    assert toast is not None and "broken into several" in toast.accessibleName()
    run(window.settle())
    assert len(run(store.chat(chat.id)).draft) == len(book)
