"""OpenAI messages: one JSON object with ``messages`` per line, as fine-tuning and evaluation tools read it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Audio, Citation, File, Image, Reasoning, Text, ToolCall, ToolResult
from workbench.core.ports.exports import ExportOptions

from .document import ChatDocument

_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
"""Escaped, since many tools take them for ends of lines too."""


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    """One line per chat; with branches one line per way from the root to an end."""
    for document in documents:
        for line in lines_of(document):
            messages = [{"role": "system", "content": document.chat.system}] if document.chat.system else []
            for node in line:
                messages += _wire(node.message, document.blobs)
            yield json.dumps({"messages": messages}, ensure_ascii=False).translate(_LINE_ENDS) + "\n"


def lines_of(document: ChatDocument) -> Iterator[list[MessageNode]]:
    """Every way from a root to a leaf."""
    by_id = {node.id: node for node in document.nodes}
    parents = {node.parent_id for node in document.nodes}
    for leaf in document.nodes:
        if leaf.id in parents:
            continue
        line: list[MessageNode] = []
        node: MessageNode | None = leaf
        while node is not None and len(line) <= len(by_id):
            line.append(node)
            node = by_id.get(node.parent_id or "")
        yield line[::-1]


def _wire(message: Message, blobs: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """A message may be several on the wire: each tool result is one of its own."""
    results = [{"role": "tool", "tool_call_id": part.call_id, "content": part.text}
               for part in message.parts if isinstance(part, ToolResult)]
    content = [piece for part in message.parts if (piece := _content(part, blobs)) is not None]
    calls = [{"id": part.id, "type": "function", "function": {"name": part.name, "arguments": part.arguments}}
             for part in message.parts if isinstance(part, ToolCall)]
    reasoning = "\n\n".join(part.text for part in message.parts if isinstance(part, Reasoning))
    cited = [{"type": "url_citation", "url_citation": {"url": part.url, "title": part.title}}
             for part in message.parts if isinstance(part, Citation)]
    if not content and not calls and not reasoning and not cited:
        return results
    plain = all(piece["type"] == "text" for piece in content)
    wire: dict[str, Any] = {
        "role": message.role,
        "content": "\n\n".join(piece["text"] for piece in content) if plain else content,
    }
    if reasoning:
        wire["reasoning_content"] = reasoning
    if calls:
        wire["tool_calls"] = calls
    if cited:
        wire["annotations"] = cited
    return [*results, wire]


def _content(part: object, blobs: Mapping[str, bytes]) -> dict[str, Any] | None:
    match part:
        case Text():
            return {"type": "text", "text": part.text}
        case Audio() if part.transcript:
            return {"type": "text", "text": part.transcript}
        case File():
            return {"type": "text", "text": f"{part.name}:\n{part.text}"}
        case Image(blob=blob) if blob is not None and blob.sha256 in blobs:
            data = base64.b64encode(blobs[blob.sha256]).decode("ascii")
            return {"type": "image_url", "image_url": {"url": f"data:{blob.mime};base64,{data}"}}
        case Image(url=url) if url:
            return {"type": "image_url", "image_url": {"url": url}}
        case _:
            return None
