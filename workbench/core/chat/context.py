"""The context: the messages of a path that are sent to the model, as the user chose them, and their size.

A choice (left out, pinned) holds for the path that it was made on and for what grows from it, not for other
branches with the same messages. It is noted with the message at the end of the path then; on a path, the
note nearest to its end holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from workbench.core.json_types import Json

from .messages import Message, MessageNode, Status, system
from .parts import (
    Audio,
    Citation,
    Failure,
    File,
    Image,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
)

LEFT_OUT, PINNED = "left_out", "pinned"
"""The choices for a message: it is not sent, or it is kept when older ones are left out."""

CHOICES = "context_choices"
"""The name in ``Message.extra`` of the choices made where the message was the end of the path: ``{id: choice}``,
``""`` for a message that goes as it comes. (``extra["context"]``, a choice on all paths, is what older versions
wrote.)"""

Choices = Mapping[str, str]
"""Id of a message → what was chosen for it."""

IMAGE_TOKENS = 800
"""A rough count for one image: vendors charge between 85 and 1,600 tokens for a screenful."""


@dataclass(frozen=True, slots=True)
class ContextItem:
    """One message that would be sent, with about how many tokens it takes."""

    node_id: str
    role: str
    tokens: int
    left_out: bool
    pinned: bool
    excerpt: str


def noted_in(extra: Mapping[str, Json]) -> Choices:
    """Returns the choices that a message's ``extra`` holds; none when the entry is not one."""
    noted = extra.get(CHOICES)
    return {key: str(choice) for key, choice in noted.items()} if isinstance(noted, Mapping) else {}


def choices_on(path: Iterable[str], noted: Mapping[str, Choices]) -> dict[str, str]:
    """Returns the choices that hold on a path (ids from the root to its end), from the notes by message."""
    choices: dict[str, str] = {}
    for key in path:
        choices.update(noted.get(key, {}))
    return choices


def carried(choices: Choices, path: Sequence[str], noted: Mapping[str, Choices]) -> dict[str, Json]:
    """Returns what a new message below ``path`` notes so that ``choices`` of the path it branches from hold there
    too."""
    known = choices_on(path, noted)
    return {key: choices[key] for key in path if key in choices and choices[key] != known.get(key)}


def choice_for(node: MessageNode, choices: Choices) -> str:
    return choices.get(node.id, str(node.message.extra.get("context", "")))


def messages_for(
    nodes: Iterable[MessageNode], system_prompt: str = "", choices: Choices | None = None
) -> tuple[Message, ...]:
    """Returns the messages to send for a path: without errors, empty replies and those left out. ``choices`` hold in
    addition to what the nodes note."""
    nodes = list(nodes)
    chosen = {**_noted_on(nodes), **(choices or {})}
    messages = [system(system_prompt)] if system_prompt.strip() else []
    for node in nodes:
        if choice_for(node, chosen) == LEFT_OUT:
            continue
        message = _sendable(node.message)
        if not message.empty or (node.status is Status.COMPLETE and message.role == "user"):
            messages.append(message)
    return tuple(messages)


def _noted_on(nodes: Iterable[MessageNode]) -> dict[str, str]:
    noted = {node.id: noted_in(node.message.extra) for node in nodes}
    return choices_on(noted, noted)


def _sendable(message: Message) -> Message:
    parts = tuple(part for part in message.parts if not isinstance(part, Failure))
    return Message(message.role, parts, message.model, message.extra)


def items_for(nodes: Iterable[MessageNode], choices: Choices | None = None) -> Sequence[ContextItem]:
    """Returns an item for each message of a path that would be sent or was left out; what is never sent (errors) has
    none. ``choices`` hold in addition to what the nodes note."""
    from workbench.core.text.markdown_marks import without_marks  # not needed to start

    nodes = list(nodes)
    chosen = {**_noted_on(nodes), **(choices or {})}
    return [
        ContextItem(node.id, node.message.role, message_tokens(node.message), choice == LEFT_OUT, choice == PINNED,
                    excerpt(without_marks(node.message.text[:400]), 80))
        for node in nodes
        if (choice := choice_for(node, chosen)) == LEFT_OUT or messages_for([node], choices={node.id: choice})
    ]


def oldest_to_leave(items: Sequence[ContextItem], most: int) -> tuple[str, ...]:
    """Returns the ids of the oldest messages to leave out so that the rest takes at most ``most`` tokens. Pinned
    messages and the last one stay, so the rest may still be more."""
    sent = [item for item in items if not item.left_out]
    total = sum(item.tokens for item in sent)
    gone = []
    for item in sent[:-1]:
        if total <= most:
            break
        if not item.pinned:
            gone.append(item.node_id)
            total -= item.tokens
    return tuple(gone)


def message_tokens(message: Message) -> int:
    """Returns about how many tokens a message takes: its parts and 4 for its frame."""
    return 4 + sum(_part_tokens(part) for part in message.parts)


def _part_tokens(part: Part) -> int:
    match part:
        case Text() | File() | ToolResult():
            return text_tokens(part.text)
        case ToolCall():
            return text_tokens(part.name) + text_tokens(part.arguments)
        case Image():
            return IMAGE_TOKENS
        case Reasoning():
            return 0  # not sent again, but for the few servers that demand it with tools
        case Audio() | Citation() | Failure() | Unknown():
            return 0
        case _:
            assert_never(part)


def text_tokens(text: str) -> int:
    """Returns an estimate without a tokenizer: a quarter token per ASCII character, one for each Chinese, Japanese or
    Korean character, half of one for others."""
    ascii_count = len(text.encode("ascii", "ignore"))
    wide = sum(1 for letter in text if letter >= "⺀") if ascii_count < len(text) else 0
    return round(ascii_count / 4 + wide + (len(text) - ascii_count - wide) / 2)


def excerpt(text: str, most: int) -> str:
    """Returns the beginning of a text on one line, at most ``most`` characters, cut between words where possible."""
    line = " ".join(text[: most * 4].split())
    if len(line) <= most:
        return line
    cut = line.rfind(" ", most // 2, most)
    return line[: cut if cut > 0 else most - 1].rstrip(" ,;:.") + "…"
