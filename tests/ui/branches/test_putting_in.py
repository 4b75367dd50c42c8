"""Messages inserted anywhere, and replies whose beginning is given, in the real window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.support.finding import find
from tests.support.server import Gate, Server, chat, chat_chunks, sse
from tests.support.waiting import until
from tests.ui.branches.test_branches import bushy, choose, pick, tree
from tests.ui.test_window import ask, line, texts, write
from workbench.core.chat.parts import Text
from workbench.core.settings import ProviderConfig
from workbench.ui.branches.insert_dialog import InsertDialog
from workbench.ui.reply_variants.prefill_dialog import PrefillDialog
from workbench.ui.shell.notices import Notice
from workbench.ui.widgets import Button
from workbench.ui.window import MainWindow


def dialog_of(window: MainWindow, run: Run, kind: type):
    run(until(lambda: [one for one in window.findChildren(kind) if one.isVisible()], what=kind.__name__))
    return [one for one in window.findChildren(kind) if one.isVisible()][-1]


def put_in(dialog: InsertDialog, where: str, role: str, text: str) -> None:
    dialog.where.set_value(where)
    dialog.role.set_value(role)
    dialog.text.setPlainText(text)
    find(dialog, "Insert", Button).click()


def shown(window: MainWindow) -> str:
    """The text of the last message of the transcript."""
    entry = window.chat.transcript.document.messages[-1].entry
    return "".join(part.text for part in entry.parts if isinstance(part, Text)) if entry is not None else ""


def roles(window: MainWindow, run: Run) -> list[tuple[str, str]]:
    return [(node.message.role, node.message.text) for node in line(window, run)]


@pytest.mark.parametrize(("beside", "where", "at"), [
    (0, "before", 0), (0, "after", 1), (1, "before", 1), (1, "after", 2)])
def test_a_message_of_any_role_goes_where_it_is_put(
    window: MainWindow, scripted: Server, run: Run, beside: int, where: str, at: int
) -> None:
    ask(window, run)
    before = roles(window, run)
    notices: list[Notice] = []
    window.branches.controller().noticed.connect(notices.append)
    window.chat.message_actions.run(window.chat.conversation.keys[beside], "insert")
    put_in(dialog_of(window, run, InsertDialog), where, "system", "Be brief.")
    run(until(lambda: len(window.chat.conversation.keys) == 3))
    assert roles(window, run) == [*before[:at], ("system", "Be brief."), *before[at:]]
    undo = notices[-1].run
    assert undo is not None
    undo()
    run(until(lambda: len(window.chat.conversation.keys) == 2))
    assert roles(window, run) == before


def test_what_is_put_in_goes_to_the_model(window: MainWindow, scripted: Server, run: Run) -> None:
    window.registry.run("message.insert")
    put_in(dialog_of(window, run, InsertDialog), "after", "assistant", "Good day.")
    run(until(lambda: len(window.chat.conversation.keys) == 1))
    run(until(lambda: window.chat.conversation.chat.title == "Good day."))
    ask(window, run, "Hi", 3)
    assert scripted.requests[0].json["messages"] == [
        {"role": "assistant", "content": "Good day."}, {"role": "user", "content": "Hi"}]


def test_into_another_branch_a_message_goes_without_showing_it(window: MainWindow, run: Run) -> None:
    ids = run(bushy(window))
    view = tree(window, run)
    choose(view, ids["r1"])
    shown = list(window.chat.conversation.keys)
    pick(view, "Insert a message…")
    put_in(dialog_of(window, run, InsertDialog), "after", "user", "Why?")
    run(until(lambda: view.model().rowCount() == 7))
    assert list(window.chat.conversation.keys) == shown
    choose(view, ids["r1"])
    QTest.keyClick(view, Qt.Key.Key_Return)
    run(until(lambda: len(window.chat.conversation.keys) == 3))
    assert texts(window, run) == ["Question", "Reply 1", "Why?"]


def test_nothing_goes_below_a_reply_that_is_coming_in(window: MainWindow, scripted: Server, run: Run) -> None:
    gate = Gate()
    first, *others = chat_chunks("One ", "two.")
    scripted.on("POST", "/v1/chat/completions", sse(first, others[0], gate, *others[1:]))
    write(window, "Count")
    run(until(lambda: window.chat.conversation.last("assistant")))
    window.branches.controller().insert(window.chat.conversation.last("assistant"), "after", "user", "Wait")
    run(until(lambda: "still coming in" in window.notices._strip.banner.text()))
    gate.open()
    run(until(lambda: not window.chat.replies.chats()))
    assert len(window.chat.conversation.keys) == 2


def test_an_empty_message_cannot_be_put_in(window: MainWindow, run: Run) -> None:
    window.registry.run("message.insert")
    dialog = dialog_of(window, run, InsertDialog)
    dialog.text.setPlainText("  \n ")
    assert not find(dialog, "Insert", Button).isEnabled()
    dialog.reject()


def test_a_reply_begins_as_it_was_prefilled(window: MainWindow, run: Run, server: Server) -> None:
    server.on("POST", "/v1/messages", anthropic(" world"))
    config = ProviderConfig("anthropic", base_url=server.url, needs_key=False, protocol="anthropic-messages")
    window.services.settings.change(providers={"anthropic": config})
    window.chat.conversation.change(model="anthropic/claude-3-5-haiku-latest")
    window.composer.view.editor.setPlainText("Say it")
    window.registry.run("reply.prefill")
    dialog = dialog_of(window, run, PrefillDialog)
    dialog.text.setPlainText("Hello")
    run(until(lambda: not window.services.tasks.running("look for prefill")))
    assert not dialog.problem.isVisible()
    find(dialog, "Ask", Button).click()
    run(until(lambda: len(window.chat.conversation.keys) == 2 and not window.chat.replies.chats()))
    assert server.requests[0].json["messages"] == [
        {"role": "user", "content": "Say it"}, {"role": "assistant", "content": "Hello"}]
    assert line(window, run)[-1].message.text == "Hello world"
    assert line(window, run)[-1].origin == "prefill"


def anthropic(text: str):
    return sse(
        {"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": [],
                                              "model": "claude", "usage": {"input_tokens": 1, "output_tokens": 1}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
        {"type": "message_stop"}, done=False,
    )


def test_the_built_in_guide_goes_on_below_a_beginning_that_is_not_its_own(window: MainWindow, run: Run) -> None:
    ask(window, run, "How do I compare two models?")
    window.chat.message_actions.run(window.chat.conversation.last("assistant"), "prefill")
    dialog = dialog_of(window, run, PrefillDialog)
    dialog.text.setPlainText("In short:")
    find(dialog, "Ask", Button).click()
    run(until(lambda: window.chat.replies.chats()))
    run(until(lambda: not window.chat.replies.chats()))
    assert texts(window, run)[-1].startswith("In short:\n\n## Compare two models")


def test_return_on_a_choice_inserts_and_does_not_cancel(window: MainWindow, run: Run) -> None:
    window.branches.insert_at_end()
    dialog = dialog_of(window, run, InsertDialog)
    dialog.text.setPlainText("Be brief.")
    QTest.keyClick(dialog.role, Qt.Key.Key_Return)
    run(until(lambda: len(window.chat.conversation.keys) == 1))
    assert texts(window, run) == ["Be brief."]


def test_where_a_reply_cannot_be_prefilled_that_is_said(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", chat("Four."), chat(" is 5."))
    ask(window, run, "What is 2 + 2?")
    first = window.chat.conversation.last("assistant")
    window.chat.message_actions.run(first, "prefill")
    dialog = dialog_of(window, run, PrefillDialog)
    run(until(dialog.problem.isVisible))
    assert "cannot continue the beginning" in dialog.problem.text()
    dialog.text.setPlainText("It")
    find(dialog, "Ask", Button).click()
    run(until(lambda: window.chat.conversation.last("assistant") != first and not window.chat.replies.chats()))
    assert scripted.requests[1].json["messages"][1] == {"role": "assistant", "content": "It"}
    assert texts(window, run) == ["What is 2 + 2?", "It is 5."]
    assert len(run(window.services.store.siblings(first))) == 2
