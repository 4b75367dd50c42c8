"""Messages: their JSON form, their text, and roles and data that this version does not know."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.support.strategies import messages
from workbench.core.chat.messages import Message, messages_of, system, user
from workbench.core.chat.parts import Failure, File, Reasoning, Text


@given(messages)
def test_message_round_trip(message: Message) -> None:
    assert Message.from_json(json.loads(json.dumps(message.to_json()))) == message


def test_the_text_is_the_answer_alone() -> None:
    message = Message("assistant", (Reasoning("hm"), Text("One."), Failure("It broke."), Text("Two.")))
    assert message.text == "One.\n\nTwo." and Message("assistant").text == ""


def test_attachments_come_before_the_words() -> None:
    file = File("a.txt", "data")
    assert user("Look", file).parts == (file, Text("Look")) and user("", file).parts == (file,)
    assert messages_of(" ", "Hi") == (user("Hi"),) and messages_of("Be kind.", "Hi") == (system("Be kind."), user("Hi"))


def test_a_role_of_a_newer_version_is_kept() -> None:
    assert Message.from_json({"role": "critic", "parts": []}).role == "critic"


@pytest.mark.parametrize("data", [{}, {"role": "user"}, {"parts": []}, {"role": "user", "parts": {"kind": "text"}}])
def test_data_that_is_not_a_message(data: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        Message.from_json(data)  # type: ignore[arg-type]
