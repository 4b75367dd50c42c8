"""Approvals: questions in a reply whether its server may call tools elsewhere, and what answers them."""

from __future__ import annotations

from collections.abc import Mapping

from .messages import Message
from .parts import ToolCall, ToolResult, asks_approval

_YES, _NO = "yes", "no"
"""The answers that a server is told."""


def questions(message: Message) -> list[ToolCall]:
    """Returns the calls that a reply asks about."""
    return [part for part in message.parts if isinstance(part, ToolCall) and asks_approval(part)]


def answer(message: Message, allowed: Mapping[str, bool]) -> Message:
    """Returns the message that answers all questions of a reply. ``allowed`` says of each call, by its id, whether it
    may be made; what is not named may not."""
    return Message("tool", tuple(
        ToolResult(call.id, _YES if allowed.get(call.id) else _NO, call.name) for call in questions(message)))
