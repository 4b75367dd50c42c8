"""The outbox in the real window: messages added without asking, and edits of messages and replies."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.support.server import Gate, Hang, Server, chat, chat_chunks, sse
from tests.support.waiting import until
from tests.ui.test_window import ask, coming, line, texts, write
from workbench.core.chat.messages import Message, MessageNode, Status
from workbench.core.chat.parts import Reasoning, Text, ToolCall
from workbench.ui.composer.draft import Draft
from workbench.ui.window import MainWindow


def shown(window: MainWindow) -> str:
    """The text of the last message of the transcript."""
    entry = window.chat.transcript.document.messages[-1].entry
    return "".join(part.text for part in entry.parts if isinstance(part, Text)) if entry is not None else ""


def test_a_message_is_added_without_asking(window: MainWindow, scripted: Server, run: Run) -> None:
    window.composer.view.editor.setPlainText("For later")
    window.activateWindow()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window.composer.view.editor, Qt.Key.Key_Return, both)
    run(until(lambda: len(window.chat.conversation.keys) == 1))
    assert texts(window, run) == ["For later"] and window.composer.view.editor.toPlainText() == ""
    run(until(lambda: window.chat.conversation.chat.title == "For later"))
    assert not scripted.requests and not window.chat.replies.chats()
    window.chat.message_actions.run(window.chat.conversation.last("user"), "answer")
    run(until(lambda: len(window.chat.conversation.keys) == 2 and not window.chat.replies.chats()))
    assert texts(window, run) == ["For later", "Hello there."]


def test_nothing_is_added_while_a_reply_comes_in(window: MainWindow, scripted: Server, run: Run) -> None:
    gate = Gate()
    first, *others = chat_chunks("One ", "two.")
    scripted.on("POST", "/v1/chat/completions", sse(first, others[0], gate, *others[1:]))
    write(window, "Count")
    run(until(lambda: window.chat.replies.chats()))
    window.composer.view.editor.setPlainText("For later")
    window.registry.run("message.add")
    assert "when it has ended" in window.composer.view.note()
    assert window.composer.view.editor.toPlainText() == "For later"
    gate.open()
    run(until(lambda: not window.chat.replies.chats()))


def test_a_reply_that_is_edited_keeps_its_other_parts(window: MainWindow, run: Run) -> None:
    async def scene() -> MessageNode:
        store = window.services.store
        made = await store.create_chat(window.chat.conversation.chat)
        asked = await store.add_message(made.id, None, Draft("What is the weather?").to_message())
        parts = (Reasoning("Look it up.", 2.0), Text("I will look."), ToolCall("1", "weather", '{"at": "here"}'))
        node = await store.add_message(
            made.id, asked.id, Message("assistant", parts, "test/m", {"context": "pinned", "state": {"id": "x"}}))
        await window.chat.conversation.open(made.id)
        return node

    node = run(scene())
    window.chat.message_actions.run(node.id, "edit")
    run(until(lambda: window.composer.view.editor.toPlainText() == "I will look."))
    assert not window.composer.view.attachments.parts
    window.composer.view.editor.setPlainText("Looking it up.")
    QTest.keyClick(window.composer.view.editor, Qt.Key.Key_Return)
    run(until(lambda: window.chat.conversation.keys[-1] != node.id))
    new = line(window, run)[-1]
    assert new.message.parts == (
        Reasoning("Look it up.", 2.0), Text("Looking it up."), ToolCall("1", "weather", '{"at": "here"}'))
    assert (new.message.model, new.message.extra, new.origin, new.status) == (
        "test/m", {"context": "pinned"}, "edit", Status.COMPLETE)
    assert not window.chat.replies.chats()


def test_an_edited_reply_goes_on_from_its_new_words(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", chat("Once upon a time."), chat(" a king."))
    ask(window, run, "A story")
    window.chat.message_actions.run(window.chat.conversation.last("assistant"), "edit")
    run(until(lambda: window.composer.view.editor.toPlainText() == "Once upon a time."))
    write(window, "There was")
    run(until(lambda: window.composer.outbox.editing is None and shown(window) == "There was"))
    entry = window.chat.transcript.document.messages[-1].entry
    assert entry is not None and "continue" in {action.name for action in entry.actions}
    edited = window.chat.conversation.last("assistant")
    window.registry.run("reply.continue")
    run(until(lambda: window.chat.conversation.last("assistant") != edited and not window.chat.replies.chats()))
    assert texts(window, run) == ["A story", "There was a king."]


def test_escape_stops_the_reply_and_ends_an_edit_when_there_is_none(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    scripted.on("POST", "/v1/chat/completions", sse(*chat_chunks("Half of", finish=None), Hang()))
    window.activateWindow()
    write(window, "Go on")
    run(until(lambda: coming(window)))
    QTest.keyClick(window.composer.view.editor, Qt.Key.Key_Escape)
    run(until(lambda: not window.chat.replies.chats()))
    assert line(window, run)[-1].status is Status.STOPPED
    window.composer.outbox.edit(line(window, run)[0])
    QTest.keyClick(window.composer.view.editor, Qt.Key.Key_Escape)
    assert not window.composer.outbox.editing


def test_after_stop_what_is_typed_is_the_next_message(window: MainWindow, run: Run, scripted: Server) -> None:
    scripted.on("POST", "/v1/chat/completions", sse(*chat_chunks("Hello "), Hang(), done=False))
    window.composer.view.set_text("Hello?")
    QTest.mouseClick(window.composer.view.send, Qt.MouseButton.LeftButton)
    run(until(lambda: window.composer.view.send.accessibleName() == "Stop"))
    QTest.mouseClick(window.composer.view.send, Qt.MouseButton.LeftButton)
    run(until(lambda: not window.chat.replies.chats()))
    assert window.composer.view.editor.hasFocus()
