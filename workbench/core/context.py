"""What goes to the model: the messages of a line, as the user chose them, and how much that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .messages import Message, Node, Status, system
from .parts import Failure, File, Image, Part, Reasoning, Text, ToolCall, ToolResult

LEFT_OUT, PINNED = "left_out", "pinned"
"""Values of ``extra["context"]`` of a message: not sent, or kept when older ones are left out."""

IMAGE_TOKENS = 800
"""A rough count for one image: vendors charge between 85 and 1,600 tokens for a screenful."""


@dataclass(frozen=True, slots=True)
class ContextItem:
    """One message that would go, with about how many tokens it takes."""

    node_id: str
    role: str
    tokens: int
    left_out: bool
    pinned: bool
    excerpt: str


def messages_for(nodes: Iterable[Node], system_prompt: str = "") -> tuple[Message, ...]:
    """The messages to send for a line of nodes: without errors, empty replies and what was left out."""
    messages = [system(system_prompt)] if system_prompt.strip() else []
    for node in nodes:
        if node.message.extra.get("context") == LEFT_OUT:
            continue
        message = _sendable(node.message)
        if message.parts or (node.status is Status.COMPLETE and message.role == "user"):
            messages.append(message)
    return tuple(messages)


def _sendable(message: Message) -> Message:
    parts = tuple(part for part in message.parts if not isinstance(part, Failure))
    return Message(message.role, parts, message.model, message.extra)


def items_for(nodes: Iterable[Node]) -> Sequence[ContextItem]:
    """One item for each message that would go or was left out; what is never sent (errors) has none."""
    nodes = [node for node in nodes if node.message.extra.get("context") == LEFT_OUT or messages_for([node])]
    return [
        ContextItem(
            node.id, node.message.role, message_tokens(node.message),
            node.message.extra.get("context") == LEFT_OUT, node.message.extra.get("context") == PINNED,
            excerpt(node.message.text, 80),
        )
        for node in nodes
    ]


def oldest_to_leave(items: Sequence[ContextItem], most: int) -> tuple[str, ...]:
    """The ids of the oldest messages to leave out so that the rest takes at most ``most`` tokens. Pinned ones and
    the last stay, so the rest may still be more."""
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
    """About how many tokens a message takes: its parts and 4 for its frame."""
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
        case _:
            return 0


def text_tokens(text: str) -> int:
    """An estimate without a tokenizer: a quarter token per ASCII character, about one for each other letter
    of Chinese, Japanese or Korean, half of one for the rest."""
    ascii_count = len(text.encode("ascii", "ignore"))
    wide = sum(1 for letter in text if letter >= "⺀") if ascii_count < len(text) else 0
    return round(ascii_count / 4 + wide + (len(text) - ascii_count - wide) / 2)


def excerpt(text: str, most: int) -> str:
    """The beginning of a text on one line, at most ``most`` characters, cut between words where it can be."""
    line = " ".join(text[: most * 4].split())
    if len(line) <= most:
        return line
    cut = line.rfind(" ", most // 2, most)
    return line[: cut if cut > 0 else most - 1].rstrip(" ,;:.") + "…"
