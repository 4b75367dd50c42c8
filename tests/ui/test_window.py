"""The window as a user meets it, from the first message to the next start."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
)

from tests.conftest import Run
from tests.support.finding import find
from tests.support.server import Cut, Gate, Hang, Reply, Server, chat, chat_chunks, json_reply, sse
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from workbench.core.chat.messages import MessageNode, Status
from workbench.core.chat.parts import Failure
from workbench.core.settings import ProviderConfig
from workbench.ui.composer.draft import Draft
from workbench.ui.transcript.copying import paragraphs
from workbench.ui.window import MainWindow


def write(window: MainWindow, text: str) -> None:
    window.composer.view.editor.setPlainText(text)
    QTest.keyClick(window.composer.view.editor, Qt.Key.Key_Return)


def line(window: MainWindow, run: Run) -> list[MessageNode]:
    return list(run(window.services.store.nodes(window.chat.conversation.keys)))


def texts(window: MainWindow, run: Run) -> list[str]:
    return [node.message.text for node in line(window, run)]


def coming(window: MainWindow) -> str:
    """What has come so far of the last reply, while it comes."""
    message = window.chat.replies.message(window.chat.conversation.last("assistant"))
    return message.text if message else ""


def wait_for_reply(window: MainWindow, run: Run, messages: int = 2) -> None:
    """Until the line has so many messages and nothing comes in any more."""
    run(until(lambda: len(window.chat.conversation.keys) == messages and not window.chat.replies.chats(),
              what=f"{messages} messages"))


def ask(window: MainWindow, run: Run, text: str = "Hi", messages: int = 2) -> None:
    write(window, text)
    wait_for_reply(window, run, messages)


def test_the_first_message_gets_an_answer_without_any_further_step(window: MainWindow, run: Run) -> None:
    ask(window, run, "What can you do?")
    question, answer = line(window, run)
    assert (question.message.text, answer.status) == ("What can you do?", Status.COMPLETE)
    assert len(answer.message.text) > 40
    assert window.composer.view.editor.toPlainText() == ""
    run(until(lambda: window.chat.conversation.chat.title == "What can you do?"))
    run(until(lambda: len(window.sidebar.view.model.chats()) == 1))
    assert window.chat.header.model.accessibleDescription() == "builtin/guide"


def test_the_title_of_the_window_is_a_line_whatever_a_chat_is_called(window: MainWindow) -> None:
    conversation = window.chat.conversation  # the store would have cut it
    for title in ("x" * 5_000_000, "a\x1b]0;PWN\x07\nb\u202ec"):
        conversation.refresh(dataclasses.replace(conversation.chat, title=title))
        shown = window.windowTitle()
        assert shown.endswith(" – Chat Workbench") and len(shown) < 330 and shown.isprintable(), shown[:400]


def test_a_reply_streams_and_shows_what_it_took(window: MainWindow, scripted: Server, run: Run) -> None:
    gate = Gate()
    first, *rest = chat_chunks("One ", "two.", usage={"prompt_tokens": 12, "completion_tokens": 3})
    scripted.on("POST", "/v1/chat/completions", sse(first, rest[0], gate, *rest[1:]))
    write(window, "Count")
    run(until(lambda: coming(window) == "One "))
    assert window.composer.view.send.accessibleName() == "Stop"
    gate.open()
    wait_for_reply(window, run)
    assert window.composer.view.send.accessibleName() == "Send"
    entry = window.chat.transcript.document.messages[-1].entry
    assert entry is not None and "12 → 3 tokens" in entry.metrics and "stop" in entry.metrics
    assert (entry.author, entry.detail.split(" · ")[0]) == ("m", "Test server")


def test_stop_keeps_what_came_and_is_quick(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", sse(*chat_chunks("Half of", finish=None), Hang()))
    write(window, "Go on")
    run(until(lambda: coming(window)))
    QTest.mouseClick(window.composer.view.send, Qt.MouseButton.LeftButton)
    run(until(lambda: not window.chat.replies.chats() and scripted.requests[0].cancelled(0)))
    answer = line(window, run)[-1]
    assert (answer.message.text, answer.status) == ("Half of", Status.STOPPED)


def test_regenerate_makes_a_sibling_and_the_arrows_switch(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    scripted.on("POST", "/v1/chat/completions", chat("First."), chat("Second."))
    ask(window, run)
    window.chat.message_actions.run(window.chat.conversation.last("assistant"), "regenerate")
    run(until(lambda: len(scripted.requests) == 2 and not window.chat.replies.chats()))
    assert texts(window, run) == ["Hi", "Second."]
    header = window.chat.conversation.header(window.chat.conversation.last("assistant"))
    assert header is not None and (header.sibling, header.siblings) == (2, 2)
    window.registry.run("branch.previous")
    conversation = window.chat.conversation
    run(until(lambda: (s := conversation.header(conversation.last("assistant"))) and s.sibling == 1))
    assert texts(window, run) == ["Hi", "First."]


def test_editing_a_message_makes_a_branch_and_keeps_the_draft(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    ask(window, run, "Wrong question")
    window.composer.view.editor.setPlainText("a draft")
    window.composer.view.flush()
    window.chat.message_actions.run(window.chat.conversation.last("user"), "edit")
    run(until(lambda: window.composer.view.editor.toPlainText() == "Wrong question"))
    write(window, "Right question")
    run(until(lambda: len(scripted.requests) == 2 and not window.chat.replies.chats()))
    assert texts(window, run) == ["Right question", "Hello there."]
    assert scripted.requests[1].json["messages"] == [{"role": "user", "content": "Right question"}]
    assert window.composer.view.editor.toPlainText() == "a draft"
    siblings = run(window.services.store.siblings(window.chat.conversation.last("user")))
    assert len(siblings) == 2


def test_an_interrupted_reply_is_marked_and_goes_on(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/v1/chat/completions", sse(*chat_chunks("Once upon", finish=None), Cut(), done=False),
                chat(" a time."))
    ask(window, run)
    answer = line(window, run)[-1]
    assert (answer.message.text, answer.status) == ("Once upon", Status.INTERRUPTED)
    window.registry.run("reply.continue")
    run(until(lambda: len(scripted.requests) == 2 and not window.chat.replies.chats()))
    assert texts(window, run)[-1] == "Once upon a time."


def test_what_is_sent_while_a_reply_comes_waits_its_turn(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    gate = Gate()
    scripted.on("POST", "/v1/chat/completions",
                sse(gate, *chat_chunks("One.")), chat("Two."))
    write(window, "first")
    run(until(lambda: window.chat.replies.chats()))
    write(window, "second")
    write(window, "third")
    assert [draft.text for draft in window.composer.outbox.queue()] == ["second", "third"]
    assert window.composer.view.queue.isVisible()
    window.composer.outbox.take_from_queue(1)
    gate.open()
    wait_for_reply(window, run, 4)
    assert texts(window, run) == ["first", "One.", "second", "Two."]
    assert not window.composer.view.queue.isVisible()


def test_deleting_a_message_can_be_undone(window: MainWindow, run: Run) -> None:
    ask(window, run)
    said: list[object] = []
    window.chat.chat_actions.noticed.connect(said.append)
    window.chat.message_actions.run(window.chat.conversation.last("assistant"), "delete")
    run(until(lambda: len(window.chat.conversation.keys) == 1))
    said[0].run()
    run(until(lambda: len(window.chat.conversation.keys) == 2))


@pytest.mark.parametrize(("reply", "about", "remedy"), [
    (json_reply({"error": {"message": "Incorrect API key provided"}}, 401), "key", "edit-key"),
    (json_reply({"error": {"message": "The model does not exist", "code": "model_not_found"}}, 404), "model",
     "choose-model"),
    (Reply(200, {"Content-Type": "text/html"}, [b"<html>Please log in</html>"]), "not_an_answer", "retry"),
])
def test_errors_are_cards_with_a_way_out(
    window: MainWindow, scripted: Server, run: Run, reply: Reply, about: str, remedy: str
) -> None:
    scripted.on("POST", "/v1/chat/completions", reply)
    ask(window, run)
    failure = next(part for part in line(window, run)[-1].message.parts if isinstance(part, Failure))
    assert failure.about == about and failure.sentence.endswith(".")
    entry = window.chat.transcript.document.messages[-1].entry
    assert entry is not None and remedy in [action.name for action in entry.remedies]


def test_a_model_that_is_gone_gives_the_draft_back(window: MainWindow, run: Run) -> None:
    window.chat.conversation.change(model="nowhere/none")
    write(window, "keep me")
    run(until(lambda: window.composer.view.editor.toPlainText() == "keep me"))
    assert window.composer.view.note() and not window.chat.conversation.keys


def test_keys_in_a_message_are_asked_about(window: MainWindow, scripted: Server, run: Run) -> None:
    write(window, "use sk-Zk3vQ9xT1bLm7RwY2pHc8Nd4 for it")
    assert "API key" in window.composer.view.note()
    assert window.composer.view.editor.toPlainText().startswith("use")
    assert not scripted.requests
    window.composer.view.send_anyway()
    wait_for_reply(window, run)


def test_replies_go_on_while_another_chat_is_open(window: MainWindow, scripted: Server, run: Run) -> None:
    gate = Gate()
    scripted.on("POST", "/v1/chat/completions",
                sse(*chat_chunks("Part one, ", finish=None), gate, *chat_chunks("part two.")[1:]))
    write(window, "Hi")
    run(until(lambda: coming(window)))
    first = window.chat.conversation.chat.id
    window.chat.new_chat()
    run(until(lambda: not window.chat.conversation.chat.id))
    assert window.composer.view.send.accessibleName() == "Send"
    window.chat.conversation.open(first)
    run(until(lambda: window.chat.conversation.chat.id == first))
    assert window.composer.view.send.accessibleName() == "Stop"
    gate.open()
    wait_for_reply(window, run)
    assert texts(window, run) == ["Hi", "Part one, part two."]
    message = window.chat.transcript.document.messages[-1]
    run(until(lambda: not window.chat.transcript.is_busy(message.key)))
    assert [text for _, text in paragraphs(message)] == ["Part one, part two."]


def test_everything_is_there_after_a_restart(open_window: OpenWindow, run: Run) -> None:
    window = open_window()
    ask(window, run, "Remember this")
    chat_id = window.chat.conversation.chat.id
    window.composer.view.editor.setPlainText("half a thought")
    window.side_panes.toggle("panel")
    panel = window.panel.isVisible()
    window = open_window()
    run(until(lambda: len(window.chat.conversation.keys) == 2))
    assert window.chat.conversation.chat.id == chat_id
    assert window.composer.view.editor.toPlainText() == "half a thought"
    assert window.panel.isVisible() == panel
    assert texts(window, run)[0] == "Remember this"


def test_a_chat_that_cannot_be_shown_does_not_come_again_in_safe_mode(open_window: OpenWindow, run: Run) -> None:
    window = open_window()
    ask(window, run)
    chat_id = window.chat.conversation.chat.id
    assert not open_window(reopen=False).chat.conversation.chat.id
    window = open_window(reopen=False, chat_id=chat_id)
    assert window.chat.conversation.chat.id == chat_id


def test_the_draft_of_a_new_chat_survives_too(open_window: OpenWindow, run: Run) -> None:
    window = open_window()
    window.composer.view.editor.setPlainText("not sent yet")
    window = open_window()
    assert window.composer.view.editor.toPlainText() == "not sent yet"


def test_drafts_belong_to_their_chats(window: MainWindow, run: Run) -> None:
    ask(window, run)
    chat_id = window.chat.conversation.chat.id
    window.composer.view.editor.setPlainText("for the old one")
    window.chat.new_chat()
    run(until(lambda: not window.chat.conversation.chat.id))
    assert window.composer.view.editor.toPlainText() == ""
    window.chat.conversation.open(chat_id)
    run(until(lambda: window.composer.view.editor.toPlainText() == "for the old one"))


def test_a_suggestion_is_sent_at_a_click(window: MainWindow, run: Run) -> None:
    window.welcome.suggested.emit("What can you do?")
    wait_for_reply(window, run)
    assert texts(window, run)[0] == "What can you do?"


@pytest.mark.parametrize("width", [1440, 900, 600])
def test_there_is_room_for_the_conversation_at_every_width(
    open_window: OpenWindow, run: Run, width: int
) -> None:
    window = open_window(width, 600)
    window.composer.outbox.send(Draft("Hi"))
    wait_for_reply(window, run)
    window.side_panes.toggle("panel")
    window.side_panes.toggle("panel")
    assert window.width() == width
    assert window.chat.transcript.width() >= min(440, width - 10)


def test_every_interactive_widget_has_a_name(window: MainWindow, run: Run) -> None:
    ask(window, run)
    kinds = (QAbstractButton, QAbstractItemView, QAbstractSlider, QLineEdit, QMessageBox, QPlainTextEdit)
    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for kind in kinds for widget in window.findChildren(kind)
        if widget.isVisible() and widget.focusPolicy() and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not widget.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_a_busy_server_is_tried_again_and_the_user_sees_when(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    busy = json_reply({"error": {"message": "Slow down"}}, 429, {"Retry-After": "1"})
    scripted.on("POST", "/v1/chat/completions", busy, chat("Here."))
    write(window, "Hi")
    run(until(lambda: window.composer.view.waiting.isVisible()))
    wait_for_reply(window, run)
    assert texts(window, run)[-1] == "Here." and not window.composer.view.waiting.isVisible()
    entry = window.chat.transcript.document.messages[-1].entry
    assert entry is not None and "1 retry" in entry.metrics


def test_waiting_for_a_busy_server_can_be_given_up(window: MainWindow, scripted: Server, run: Run) -> None:
    busy = json_reply({"error": {"message": "Slow down"}}, 429, {"Retry-After": "30"})
    scripted.on("POST", "/v1/chat/completions", busy)
    write(window, "Hi")
    run(until(lambda: window.composer.view.waiting.isVisible()))
    window.composer.view.waiting.cancel_requested.emit()
    run(until(lambda: not window.chat.replies.chats()))
    assert len(scripted.requests) == 1


def test_going_on_elsewhere_makes_branches_and_chats(window: MainWindow, scripted: Server, run: Run) -> None:
    ask(window, run, "One")
    ask(window, run, "Two", 4)
    first = window.chat.conversation.chat.id
    window.chat.message_actions.run(window.chat.conversation.keys[1], "branch")
    run(until(lambda: len(window.chat.conversation.keys) == 2))
    ask(window, run, "Other two", 4)
    assert texts(window, run)[2] == "Other two"
    window.chat.message_actions.run(window.chat.conversation.keys[1], "branch-chat")
    run(until(lambda: window.chat.conversation.chat.id not in ("", first)))
    assert texts(window, run) == ["One", "Hello there."]


def test_a_message_left_out_is_not_sent(window: MainWindow, scripted: Server, run: Run) -> None:
    ask(window, run, "Secret plan")
    window.chat.message_actions.run(window.chat.conversation.keys[0], "leave-out")
    run(until(lambda: (entry := window.chat.transcript.document.messages[0].entry) and "not sent" in entry.detail))
    ask(window, run, "Next", 4)
    assert "Secret plan" not in str(scripted.requests[1].json)


def test_a_key_leaves_unencrypted_only_after_a_word_of_the_user(
    window: MainWindow, server: Server, run: Run
) -> None:
    address = "http://models.example"  # never looked up: the scripted server is the proxy on the way there
    server.on("POST", "/v1/chat/completions", chat("Here."))
    config = ProviderConfig("lan", base_url=f"{address}/v1", needs_key=True, proxy=server.url)
    window.services.settings.change(providers={"lan": config})
    run(window.services.secrets.set("lan", f"{address}:80", "sk-key-12345678", session_only=True))
    window.chat.conversation.change(model="lan/m")
    ask(window, run)
    entry = window.chat.transcript.document.messages[-1].entry
    assert entry is not None
    assert [action.label for action in entry.remedies] == ["Send it unencrypted", "Edit the address"]
    assert server.requests == []
    window.chat.message_actions.run(entry.key, "send-plain")
    run(until(lambda: window.findChildren(QMessageBox), what="the question"))
    question = window.findChild(QMessageBox)
    assert address in question.text() and question.defaultButton().text().replace("&", "") == "Cancel"
    find(question, "Send it unencrypted").click()
    run(until(lambda: server.requests and not window.chat.replies.chats(), what="the second try"))
    assert texts(window, run)[-1] == "Here."
    assert server.requests[0].target == f"{address}/v1/chat/completions"
    assert window.services.settings.value.providers["lan"].allow_plain_http
    assert server.requests[0].header("authorization") == "Bearer sk-key-12345678"


def test_text_before_a_lone_closing_tag_turns_out_to_be_reasoning(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    gates = [Gate(), Gate()]
    chunks = chat_chunks("First I think", " a bit.\n</think>\n\nHere", " it is.")
    scripted.on("POST", "/v1/chat/completions", sse(chunks[0], chunks[1], gates[0], chunks[2], gates[1], *chunks[3:]))
    write(window, "Hi")

    def shown() -> list[tuple[str, str]]:
        """The texts of the last message as they stand in the view."""
        messages = window.chat.transcript.document.messages
        return [(type(section).__name__, section.parser.text) for section in messages[-1].sections] if messages else []

    run(until(lambda: shown() == [("TextSection", "First I think")], what="the text"))
    gates[0].open()
    run(until(lambda: [kind for kind, _ in shown()] == ["ReasoningSection", "TextSection"], what="the reasoning"))
    assert "First I think a bit." in shown()[0][1] and shown()[1][1].strip() == "Here"
    gates[1].open()
    wait_for_reply(window, run)
    assert texts(window, run)[-1].strip() == "Here it is."
    assert [kind for kind, _ in shown()] == ["ReasoningSection", "TextSection"]
    assert shown()[1][1].strip() == "Here it is."


def test_what_was_learned_stands_under_the_reply_and_in_the_panel_until_it_is_forgotten(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    refusal = {"message": "Unsupported parameter: 'temperature'", "param": "temperature"}
    scripted.on("POST", "/v1/chat/completions", json_reply({"error": refusal}, 400), chat("Here."))
    window.chat.conversation.change(params={"temperature": 0.5})
    ask(window, run)
    entry = window.chat.transcript.document.messages[-1].entry
    assert entry is not None and any(fact.startswith("temperature was not sent: ") for fact in entry.metrics)
    assert [request.json.get("temperature") for request in scripted.requests] == [0.5, None]
    window.side_panes.show_panel()
    forget = find(window.panel, "Try temperature anyway")
    assert forget.isVisible()
    forget.click()
    run(until(lambda: not forget.isVisible(), what="the limit to be forgotten"))
    ask(window, run, messages=4)
    assert scripted.requests[-1].json["temperature"] == 0.5


def test_the_reply_says_who_answered_in_whose_place(window: MainWindow, scripted: Server, run: Run) -> None:
    scripted.on("POST", "/down/chat/completions", json_reply({"error": {"message": "down"}}, 503))
    down = ProviderConfig("down", base_url=f"{scripted.url}/down", needs_key=False, retries=0, fallback="test")
    settings = window.services.settings
    settings.change(providers={**settings.value.providers, "down": down})
    window.chat.conversation.change(model="down/m")
    ask(window, run)
    entry = window.chat.transcript.document.messages[-1].entry
    assert entry is not None and "test/m answered instead of down" in entry.metrics


def test_latest_is_not_offered_in_a_chat_that_fits(window: MainWindow, run: Run) -> None:
    ask(window, run, "Long " * 3000)
    view = window.chat.transcript
    view.verticalScrollBar().setValue(0)
    assert view.pill.isVisible()
    window.registry.run("chat.new")
    run(until(lambda: not window.chat.conversation.chat.id))
    ask(window, run, "Hi")
    assert view.pill.isHidden()
