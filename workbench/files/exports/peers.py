"""Parts of the formats of other programs: text and pictures of a message, and its place in the tree."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import File, Image, Reasoning, Text, ToolCall, ToolResult
from workbench.core.ports.exports import ExportOptions

from .document import ChatDocument
from .markdown import fence
from .reading import part_line, titled_part


def text_of(message: Message, options: ExportOptions) -> str:
    """Returns a message as Markdown, without its reasoning: files and tools as blocks of code, all else by name."""
    pieces: list[str] = []
    for part in message.parts:
        match part:
            case Text():
                pieces.append(part.text)
            case Reasoning():
                pass
            case File() if not options.attachments:
                pieces.append(f"*{part_line(part)}*")
            case File() | ToolCall() | ToolResult():
                title, text = titled_part(part)
                mark = fence(text)
                pieces.append(f"**{title}**\n\n{mark}\n{text}\n{mark}")
            case _:
                pieces.append(f"*{part_line(part)}*")
    return "\n\n".join(filter(None, pieces))


def reasoning_of(message: Message) -> str:
    return "\n\n".join(part.text for part in message.parts if isinstance(part, Reasoning))


def pictures_of(message: Message, blobs: Mapping[str, bytes]) -> list[str]:
    """Returns the pictures of a message as ``data:`` addresses."""
    return [
        f"data:{part.blob.mime};base64,{base64.b64encode(blobs[part.blob.sha256]).decode('ascii')}"
        for part in message.parts if isinstance(part, Image) and part.blob is not None and part.blob.sha256 in blobs
    ]


def model_of(node: MessageNode) -> str:
    """Returns the name of the model that wrote a message, without its provider."""
    return node.message.model.partition("/")[2] or node.message.model


def said(document: ChatDocument) -> Sequence[MessageNode]:
    """Returns the messages of users and models: results of tools join the reply above them."""
    return [node for node in document.nodes if node.message.role in ("user", "assistant", "tool")]


def parents_of(document: ChatDocument, kept: Mapping[str, MessageNode]) -> dict[str, str | None]:
    """Returns the nearest message above each that is kept; None above a first one."""
    nearest: dict[str | None, str | None] = {None: None}
    parents: dict[str, str | None] = {}
    for node in document.nodes:  # parents first
        parents[node.id] = nearest.get(node.parent_id)
        nearest[node.id] = node.id if node.id in kept else parents[node.id]
    return parents


def leaf_of(document: ChatDocument, kept: Mapping[str, MessageNode]) -> str:
    """Returns the last shown message that is kept, else the last of all; ``""`` when there is none."""
    shown = [ident for ident in document.path if ident in kept]
    return (shown or list(kept) or [""])[-1]


def iso(seconds: float) -> str:
    """Returns a time in UTC as JavaScript writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
