"""What goes to the model, and about how much it is."""

from __future__ import annotations

from workbench.core.context import excerpt, items_for, messages_for, text_tokens
from workbench.core.messages import Message, Node, Status, user
from workbench.core.parts import Failure, Text
from workbench.core.titles import title_from


def node(number: int, message: Message, status: Status = Status.COMPLETE) -> Node:
    return Node(str(number), "chat", None, message, status)


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
