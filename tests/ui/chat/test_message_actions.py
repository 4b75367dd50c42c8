"""The registry of message actions in the real window: what is offered, where, and under which keys."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from tests.conftest import Run
from tests.support.server import Server, chat
from tests.support.waiting import until
from tests.ui.test_window import ask
from workbench.core.chat.messages import Message, MessageNode, Status, user
from workbench.core.chat.parts import Failure, Text
from workbench.ui.chat.message_actions import MessageAction, MessageActionId, MessageActions, MessageState
from workbench.ui.window import MainWindow


def reply(*parts: Text | Failure) -> MessageNode:
    return MessageNode("n", "c", "p", Message("assistant", parts, "test/m"))


def names(window: MainWindow, state: MessageState) -> list[str]:
    return [action.name for action in window.chat.message_actions.offered(state) if action.name]


def test_every_id_is_registered_by_some_feature(window: MainWindow) -> None:
    assert window.chat.message_actions.registered() == frozenset(MessageActionId)


def test_an_unknown_name_is_no_action(window: MainWindow) -> None:
    with pytest.raises(ValueError, match="no-such-action"):
        window.chat.message_actions.run("n", "no-such-action")


def test_no_id_is_registered_twice(window: MainWindow) -> None:
    copy = MessageAction(MessageActionId.COPY, "Copy", lambda _: None, lambda _: True)
    registry = MessageActions(window.services.store, window.services.tasks)
    registry.add([copy])
    with pytest.raises(ValueError, match="twice"):
        registry.add([copy])


@pytest.mark.parametrize(("failure", "remedies"), [
    (Failure("No.", "key"), ["edit-key", "retry"]),
    (Failure("No.", "key", extra={"code": "plain_http"}), ["send-plain", "provider"]),
    (Failure("No.", "rate"), ["retry"]),
    (Failure("No.", "model"), ["choose-model", "retry"]),
    (Failure("No.", "network"), ["retry", "provider"]),
    (Failure("No.", "parameter", extra={"parameter": "top_k"}), ["drop-parameter", "retry"]),
    (Failure("No.", "parameter"), ["retry"]),
    (Failure("No.", "interrupted"), ["retry"]),
])
def test_each_failure_has_its_remedies(window: MainWindow, failure: Failure, remedies: list[str]) -> None:
    shown = window.chat.message_actions.remedies(MessageState(reply(failure), Status.FAILED))
    assert [action.name for action in shown] == remedies


def test_a_remedy_names_the_refused_parameter(window: MainWindow) -> None:
    failure = Failure("No.", "parameter", extra={"parameter": "top_k"})
    assert window.chat.message_actions.remedies(MessageState(reply(failure)))[0].label == "Send without top_k"


def test_a_reply_that_did_not_fail_needs_no_remedy(window: MainWindow) -> None:
    assert window.chat.message_actions.remedies(MessageState(reply(Text("Hi")))) == ()


def test_what_is_offered_follows_the_message(window: MainWindow) -> None:
    half = MessageState(reply(Text("Half")), Status.INTERRUPTED)
    assert "continue" in names(window, half) and "tokens" not in names(window, half)
    assert names(window, dataclasses.replace(half, status=Status.STREAMING)) == ["copy"]
    question = MessageState(MessageNode("q", "c", None, user("Why?")))
    assert {"edit", "answer", "leave-out"} <= set(names(window, question))
    assert not {"regenerate", "reproduce", "include"} & set(names(window, question))
    assert "include" in names(window, dataclasses.replace(question, left_out=True))


@pytest.mark.parametrize("selected", [False, True])
def test_no_menu_of_a_message_has_more_than_ten_entries_and_each_is_explained(
    window: MainWindow, run: Run, scripted: Server, selected: bool
) -> None:
    scripted.on("POST", "/v1/chat/completions", chat("Half of it", finish="length"))
    ask(window, run, "Hi")
    transcript = window.chat.transcript
    for key in window.chat.conversation.keys:
        if selected:
            transcript.selection.select_all()
        transcript.open_menu(key)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for each in (menu, *(action.menu() for action in menu.actions() if action.menu())):
            assert len([action for action in each.actions() if not action.isSeparator()]) <= 10
        menu.close()
    for action in window.chat.message_actions.offered(MessageState(reply(Text("Half")), Status.INTERRUPTED)):
        assert action.tip or not action.name or action.name.startswith(("copy", "save"))


def test_continue_stands_under_the_replies_that_need_it(window: MainWindow) -> None:
    def row(status: Status) -> list[str]:
        return [action.name for action in window.chat.message_actions.offered(MessageState(reply(Text("Half")), status))
                if action.in_row]

    assert row(Status.INTERRUPTED) == ["copy", "regenerate", "continue", "edit", "branch"]
    assert row(Status.COMPLETE) == ["copy", "regenerate", "edit", "branch"]


def test_a_reply_of_which_only_a_search_came_can_be_continued(window: MainWindow) -> None:
    """The provider paused it: what it searched for is in no part that is shown."""
    node = reply(Failure("Paused.", "interrupted"))
    paused = dataclasses.replace(node, message=dataclasses.replace(
        node.message, extra={"blocks": [{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}]}))
    state = MessageState(paused, Status.INTERRUPTED)
    assert "continue" in names(window, state)
    assert "continue" in {action.name for action in window.chat.message_actions.remedies(state)}
    nothing = MessageState(node, Status.INTERRUPTED)
    assert "continue" not in names(window, nothing)


def test_a_rebound_key_shows_in_the_menu_of_the_message_it_acts_on(
    window: MainWindow, run: Run, scripted: Server
) -> None:
    ask(window, run, "One")
    ask(window, run, "Two", messages=4)
    window.services.settings.change(shortcuts={"reply.regenerate": "Ctrl+J"})
    conversation = window.chat.conversation
    first, last = [key for key in conversation.keys if conversation.header(key).role == "assistant"]

    def shown(key: str) -> list[str]:
        window.chat.transcript.open_menu(key)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        texts = [action.text() for action in menu.actions()]
        menu.close()
        return texts

    assert "Regenerate\tCtrl+J" in shown(last)
    assert "Regenerate" in shown(first), "the key acts on the last reply only"


def test_copy_runs_by_its_name(window: MainWindow, run: Run, scripted: Server) -> None:
    ask(window, run, "Hi")
    window.chat.message_actions.run(window.chat.conversation.last("assistant"), "copy")
    run(until(lambda: QGuiApplication.clipboard().text() == "Hello there."))
