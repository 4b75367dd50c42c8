"""What goes to the model, and about how much it is."""

from __future__ import annotations

from workbench.core.chat.context import (
    CHOICES,
    carried,
    choices_on,
    excerpt,
    items_for,
    messages_for,
    text_tokens,
)
from workbench.core.chat.messages import Message, MessageNode, Status, user
from workbench.core.chat.parts import Failure, Text
from workbench.core.chat.titles import title_from


def node(number: int, message: Message, status: Status = Status.COMPLETE) -> MessageNode:
    return MessageNode(str(number), "chat", None, message, status)


def test_errors_and_empty_replies_stay_out() -> None:
    failed = Message("assistant", (Failure("No."),))
    cut = Message("assistant", (Text("Half an"), Failure("Cut.")))
    nodes = [node(1, user("a")), node(2, failed, Status.FAILED), node(3, cut, Status.INTERRUPTED),
             node(4, Message("user", (Text("secret"),), extra={"context": "left_out"}))]
    sent = messages_for(nodes, "Be brief.")
    assert [(message.role, message.text) for message in sent] == [
        ("system", "Be brief."), ("user", "a"), ("assistant", "Half an"),
    ]
    assert messages_for(nodes[:1], "  ") == (user("a"),)
    assert [item.left_out for item in items_for(nodes)] == [False, False, True]


def test_the_choice_nearest_to_the_end_of_a_line_holds() -> None:
    noted = {"2": {"1": "left_out"}, "4": {"1": "", "3": "pinned"}, "other": {"3": "left_out"}}
    assert choices_on(["1", "2", "3"], noted) == {"1": "left_out"}
    assert choices_on(["1", "2", "3", "4"], noted) == {"1": "", "3": "pinned"}
    a, b = node(1, user("a")), node(2, Message("assistant", (Text("b"),), extra={CHOICES: {"1": "left_out"}}))
    assert [message.text for message in messages_for([a, b])] == ["b"]
    assert [message.text for message in messages_for([a, b], choices={"1": "", "2": "left_out"})] == ["a"]
    assert [(item.left_out, item.excerpt) for item in items_for([a, b])] == [(True, "a"), (False, "b")]


def test_an_older_choice_for_all_lines_can_be_taken_back_on_one() -> None:
    out = node(1, Message("user", (Text("a"),), extra={"context": "left_out"}))
    assert messages_for([out]) == ()
    assert [message.text for message in messages_for([out], choices={"1": ""})] == ["a"]


def test_a_branch_notes_what_its_line_does_not_say_already() -> None:
    noted = {"2": {"1": "left_out"}}
    assert carried({"1": "left_out", "2": "pinned", "9": "left_out"}, ["1", "2"], noted) == {"2": "pinned"}
    assert carried({"1": ""}, ["1", "2"], noted) == {"1": ""}


def test_token_estimates_are_near_what_tokenizers_say() -> None:
    assert 80 <= text_tokens("The quick brown fox jumps over the lazy dog. " * 10) <= 130
    assert 8 <= text_tokens("今天的天气非常好。") <= 12
    assert text_tokens("") == 0


def test_titles_and_excerpts() -> None:
    assert title_from("\n\n## **Backoff** strategy\nmore") == "Backoff strategy"
    assert title_from("   \n") == ""
    long = "word " * 40
    assert len(excerpt(long, 60)) <= 61 and excerpt(long, 60).endswith("word…")
    assert len(excerpt("字" * 200, 60)) == 60
