"""Message parts that a protocol has no place for: noted with the request, so that none is dropped silently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, assert_never

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import (
    Audio,
    Citation,
    Failure,
    File,
    Image,
    Part,
    Reasoning,
    Role,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
)
from workbench.core.reply.records import Adjustment

Carried: TypeAlias = Mapping[Role, tuple[type[Part], ...]]
"""The kinds of part that a protocol carries in the messages of each role; a role that is not in it is a user's."""


def uncarried(messages: Iterable[Message], carried: Carried, who: str) -> list[Adjustment]:
    """Returns an adjustment for each kind of part that is not sent in messages of a role."""
    lost = dict.fromkeys(
        (part.kind, message.role) for message in messages for part in message.parts
        if _is_for_the_model(part) and not isinstance(part, carried_in(message, carried))
    )
    return [Adjustment(kind, "dropped", f"{who} has no place for it in a message of the role {role}.")
            for kind, role in lost]


def carried_in(message: Message, carried: Carried) -> tuple[type[Part], ...]:
    """Returns the kinds of part that the protocol carries in a message."""
    return carried.get(message.role, carried["user"])


def _is_for_the_model(part: Part) -> bool:
    """Returns False for parts that only the reader of a reply needs.

    Reasoning is one of them: the few servers that want it back are known by their quirks.
    """
    match part:
        case Text() | File() | Image() | Audio() | ToolCall() | ToolResult() | Unknown():
            return True
        case Reasoning() | Citation() | Failure():
            return False
        case _:
            assert_never(part)
