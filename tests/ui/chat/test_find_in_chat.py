"""Find reaches messages that the transcript has not loaded."""

from __future__ import annotations

from tests.conftest import Run
from tests.support.waiting import until
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import user
from workbench.ui.window import MainWindow


def test_a_word_far_up_in_a_long_chat_is_found_and_gone_to(window: MainWindow, run: Run) -> None:
    async def fill() -> str:
        store = window.services.store
        chat = await store.create_chat(Chat("", "Long", "builtin/guide"))
        parent = None
        for number in range(300):
            text = "the hidden Needle" if number == 7 else f"message {number} " + "word " * 40
            parent = (await store.add_message(chat.id, parent, user(text))).id
        return chat.id

    chat_id = run(fill())
    window.chat.conversation.open(chat_id)
    run(until(lambda: window.chat.conversation.chat.id == chat_id and len(window.chat.conversation.keys) == 300))
    view = window.chat.transcript
    window.show()
    view.open_find()
    view.find_bar.field.setText("needle")
    run(until(lambda: view.finder.count == 1 and view.finder._place is not None, what="the match"))
    assert view.finder._place is not None and view.finder._place[0].message == 7
    assert view.find_bar.label.text() == "1 of 1"
    view.find_bar.leave()
