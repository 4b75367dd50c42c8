"""Messages: a role and its parts, and nodes, which are messages in their place in a conversation's tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from workbench.core.json_types import Json
from workbench.core.reply.records import RequestRecord

from .parts import Part, Role, Text, part_from_json, part_to_json, plain_text

BLOCKS = "blocks"
"""The name in ``Message.extra`` of an answer's blocks as they came, where its parts cannot say all that they do."""


@dataclass(frozen=True, slots=True)
class Message:
    """A role and its parts. Messages with equal contents are equal. ``model`` is ``provider/model`` for replies."""

    role: Role
    parts: tuple[Part, ...] = ()
    model: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return plain_text(self.parts)

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it, neither for its reader nor for the server that it came from."""
        return not self.parts and not self.extra.get(BLOCKS)

    @property
    def can_go_on(self) -> bool:
        """Whether a model can continue it: it has text, or blocks for the server that they came from."""
        return bool(self.text or self.extra.get(BLOCKS))

    def to_json(self) -> dict[str, Json]:
        data: dict[str, Json] = {"role": self.role, "parts": [part_to_json(part) for part in self.parts]}
        if self.model:
            data["model"] = self.model
        if self.extra:
            data["extra"] = dict(self.extra)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Message:
        """Raises ``KeyError`` or ``TypeError`` when ``data`` is not what ``to_json`` writes."""
        parts = data["parts"]
        if not isinstance(parts, list):
            raise TypeError("parts is not a list")
        extra = data.get("extra") or {}
        return cls(
            role=data["role"],  # type: ignore[arg-type]  # a role we do not know is shown, not refused
            parts=tuple(part_from_json(part) for part in parts if isinstance(part, dict)),
            model=str(data.get("model", "")),
            extra=extra if isinstance(extra, dict) else {},
        )


def user(text: str, *parts: Part) -> Message:
    return Message("user", (*parts, Text(text)) if text else parts)


def system(text: str) -> Message:
    return Message("system", (Text(text),))


def messages_of(system_prompt: str, prompt: str) -> tuple[Message, ...]:
    """Returns a question, after a system prompt when there is one."""
    return (system(system_prompt), user(prompt)) if system_prompt.strip() else (user(prompt),)


class Status(StrEnum):
    """The state of a message. Only COMPLETE is what the model meant to say."""

    STREAMING = "streaming"  # on disk after a crash this means: interrupted
    COMPLETE = "complete"
    STOPPED = "stopped"  # by the user
    INTERRUPTED = "interrupted"  # the stream broke off, or the program died
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MessageNode:
    """A message in a conversation's tree, as the store knows it.

    ``created`` is seconds since 1970 (UTC). ``position`` counts within the chat and orders siblings.
    ``origin`` says where a branch came from: ``edit``, ``regenerate``, ``continue``, ``prefill``, ``token``,
    ``reproduce``, ``insert``, ``import``, or ``lane`` and ``sweep`` with a space and which one after it.
    """

    id: str
    chat_id: str
    parent_id: str | None
    message: Message
    status: Status = Status.COMPLETE
    created: float = 0.0
    position: int = 0
    label: str = ""
    origin: str = ""
    record: RequestRecord | None = None


class MessageHeader(NamedTuple):
    """The facts by which a view places a message before it loads it. ``size`` is in characters of text; ``sibling``
    counts from 1 among ``siblings``."""

    id: str
    parent_id: str | None
    role: str
    size: int
    sibling: int
    siblings: int


class MessageSummary(NamedTuple):
    """The facts that a view of the whole tree shows of a message, except its text."""

    id: str
    parent_id: str | None
    role: str
    model: str
    status: str
    label: str
    origin: str
