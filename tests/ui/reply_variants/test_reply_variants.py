"""Replies made again and held against each other, in the real window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QTableWidget

from tests.conftest import Run
from tests.support.server import Server, chat, chat_chunks, sse
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from tests.ui.test_window import ask
from workbench.core.chat.messages import MessageNode
from workbench.ui.reply_variants.diff_dialog import DiffDialog
from workbench.ui.reply_variants.diff_text import DiffText
from workbench.ui.reply_variants.settings_dialog import SettingsDialog
from workbench.ui.widgets import Button
from workbench.ui.window import MainWindow


def last(window: MainWindow, run: Run) -> MessageNode:
    return run(window.services.store.nodes([window.chat.conversation.last("assistant")]))[0]


def settled(window: MainWindow, count: int, server: Server) -> Callable[[], bool]:
    return lambda: len(server.requests) == count and not window.chat.replies.chats()


def dialog_of(window: MainWindow, run: Run, kind: type):
    run(until(lambda: window.findChildren(kind), what=kind.__name__))
    return window.findChildren(kind)[-1]


def test_another_value_is_asked_for_without_changing_the_chat(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    scripted.on("POST", "/v1/chat/completions", chat("First."), chat("Second."))
    window.chat.conversation.change(params={"temperature": 0.2})
    ask(window, run)
    window.chat.message_actions.run(window.chat.conversation.last("assistant"), "regenerate-with")
    dialog = dialog_of(window, run, SettingsDialog)
    assert not any(button.text() == "Sweep these…" and button.isVisible() for button in dialog.findChildren(
        QPushButton)), "that is for the settings of the chat"
    assert dialog.button.accessibleDescription() == "test/m"
    dialog.parameters._picked("temperature", 0.9)
    next(button for button in dialog.findChildren(Button) if button.text() == "Regenerate").click()
    run(until(settled(window, 2, scripted)))
    assert [request.json["temperature"] for request in scripted.requests] == [0.2, 0.9]
    assert window.chat.conversation.chat.params == {"temperature": 0.2}
    conversation = window.chat.conversation
    run(until(lambda: (header := conversation.header(conversation.last("assistant"))) and header.siblings == 2))


def test_a_reply_is_reproduced_and_the_fingerprints_compared(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    answers = [
        sse(*({**chunk, "system_fingerprint": seal} for chunk in chat_chunks(text)))
        for text, seal in (("Same words.", "fp_1"), ("Same words.", "fp_1"), ("Other words.", "fp_2"))
    ]
    scripted.on("POST", "/v1/chat/completions", *answers)
    window.chat.conversation.change(params={"seed": 4}, system="Be brief.")
    ask(window, run)
    first = window.chat.conversation.last("assistant")
    said: list[str] = []
    window.reply_variants.controller.reproduced.connect(lambda sentence, *_: said.append(sentence))
    window.chat.conversation.change(params={"seed": 5}, system="Be long.")  # what the chat asks for now does not matter
    window.chat.message_actions.run(first, "reproduce")
    run(until(settled(window, 2, scripted)))
    window.chat.message_actions.run(first, "reproduce")
    run(until(settled(window, 3, scripted)))
    assert scripted.requests[0].json == scripted.requests[1].json == scripted.requests[2].json
    assert said == [
        "Reproduced: the text is the same, the fingerprint matches, with the same request.",
        "Not reproduced: the text differs, the fingerprint differs, with the same request.",
    ]


def test_two_replies_show_their_words_and_settings_apart(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", chat("The cat sat."), chat("The dog sat."))
    ask(window, run)
    node = last(window, run)
    window.reply_variants.controller.regenerate(node, "test/m", {"temperature": 1.5})
    run(until(settled(window, 2, scripted)))
    run(until(lambda: window.chat.conversation.last("assistant") != node.id))
    window.registry.run("reply.diff")
    dialog = dialog_of(window, run, DiffDialog)
    text, table = dialog.findChild(DiffText), dialog.findChild(QTableWidget)
    assert text is not None and table is not None
    assert text.toPlainText() == "The catdog sat."
    assert text.accessibleDescription() == "1 words gone, 1 new"
    assert [[table.item(row, column).text() for column in range(3)] for row in range(table.rowCount())] == [
        ["temperature", "not sent", "1.5"]]
    dialog._swap()
    assert text.toPlainText() == "The dogcat sat."
    dialog.close()


def test_a_single_reply_has_nothing_to_be_compared_with(window: MainWindow, scripted: Server, run: Run) -> None:
    ask(window, run)
    said: list[str] = []
    window.reply_variants.controller.warned.connect(said.append)
    window.registry.run("reply.diff")
    run(until(lambda: said))
    assert said[0].startswith("There is no other reply")


def test_the_built_in_model_reproduces_what_it_said(open_window: OpenWindow, run: Run) -> None:
    window = open_window(model="builtin/ngram")
    window.chat.conversation.change(params={"seed": 3, "max_tokens": 12})
    ask(window, run, "The request")
    said: list[str] = []
    window.reply_variants.controller.reproduced.connect(lambda sentence, *_: said.append(sentence))
    window.registry.run("reply.reproduce")
    run(until(lambda: said))
    assert said[0].startswith("Reproduced: the text is the same, ")
