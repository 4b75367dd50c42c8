"""Questions whether a server may call tools elsewhere."""

from __future__ import annotations

from workbench.core.chat.approvals import answer, questions
from workbench.core.chat.messages import Message
from workbench.core.chat.parts import APPROVAL, ToolCall, ToolResult


def test_each_question_is_answered_and_other_calls_are_not() -> None:
    asked = [ToolCall(id, f"docs.{id}", "{}", {"type": APPROVAL}) for id in ("a", "b", "c")]
    message = Message("assistant", (ToolCall("f", "look", "{}"), *asked))
    assert questions(message) == asked
    assert answer(message, {"a": True, "b": False, "f": True}).parts == (
        ToolResult("a", "yes", "docs.a"), ToolResult("b", "no", "docs.b"), ToolResult("c", "no", "docs.c"))
    assert questions(Message("assistant")) == []
