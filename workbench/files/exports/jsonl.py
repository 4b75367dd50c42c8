"""JSONL export: one JSON object with OpenAI ``messages`` per line, as fine-tuning and evaluation tools read it.

What such messages cannot hold (errors, sound without a transcript) is named beside them, in ``not_included``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Audio, Citation, File, Image, Reasoning, Text, ToolCall, ToolResult
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.exports import ExportOptions

from .document import ChatDocument
from .reading import part_line

NOT_INCLUDED = "not_included"
"""The name of the list of lines, one for each part of the conversation that the messages do not hold."""

_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
"""Escaped, since many tools take them for ends of lines too."""


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    """Yields a line for each chat; with branches, a line for each path from a root to a leaf."""
    for document in documents:
        for line in paths_of(document):
            messages: list[Json] = (
                [{"role": "system", "content": document.chat.system}] if document.chat.system else [])
            lost: list[Json] = []
            for node in line:
                wire, named = _wire(node.message, document.blobs)
                messages += wire
                lost += named
            data = {"messages": messages, **({NOT_INCLUDED: lost} if lost else {})}
            yield json.dumps(data, ensure_ascii=False).translate(_LINE_ENDS) + "\n"


def paths_of(document: ChatDocument) -> Iterator[list[MessageNode]]:
    """Yields every path from a root to a leaf."""
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


def _wire(message: Message, blobs: Mapping[str, bytes]) -> tuple[list[JsonObject], list[str]]:
    """Returns a message in its wire form, which may be several since each tool result is one of its own, and a line for
    each part that has no place there."""
    content: list[JsonObject] = []
    results: list[JsonObject] = []
    thoughts: list[str] = []
    fields: dict[str, list[Json]] = {"tool_calls": [], "annotations": []}
    lost: list[str] = []
    for part in message.parts:
        match part:
            case Text():
                content.append(_text(part.text))
            case File():
                content.append(_text(f"{part.name}:\n{part.text}"))
            case Image() if (piece := _image(part, blobs)) is not None:
                content.append(piece)
            case Audio() if part.transcript:
                content.append(_text(part.transcript))
            case Reasoning():
                thoughts.append(part.text)
            case ToolCall():
                function: JsonObject = {"name": part.name, "arguments": part.arguments}
                fields["tool_calls"].append({"id": part.id, "type": "function", "function": function})
            case ToolResult():
                results.append({"role": "tool", "tool_call_id": part.call_id, "content": part.text})
            case Citation():
                cited: JsonObject = {"url": part.url, "title": part.title}
                fields["annotations"].append({"type": "url_citation", "url_citation": cited})
            case _:
                lost.append(part_line(part))
    wire: JsonObject = {"role": message.role, "content": _joined(content)}
    if thoughts:
        wire["reasoning_content"] = "\n\n".join(thoughts)
    wire |= {name: values for name, values in fields.items() if values}
    if not content and len(wire) == 2:
        return results, lost
    return ([wire, *results] if "tool_calls" in wire else [*results, wire]), lost


def _text(text: str) -> JsonObject:
    return {"type": "text", "text": text}


def _joined(content: list[JsonObject]) -> Json:
    """Returns text where there is nothing else: not all tools read lists."""
    if all(piece["type"] == "text" for piece in content):
        return "\n\n".join(str(piece["text"]) for piece in content)
    return list(content)


def _image(part: Image, blobs: Mapping[str, bytes]) -> JsonObject | None:
    """Returns an image by its bytes or its address, None when there is only a name."""
    url = part.url
    if part.blob is not None and part.blob.sha256 in blobs:
        data = base64.b64encode(blobs[part.blob.sha256]).decode("ascii")
        url = f"data:{part.blob.mime};base64,{data}"
    return {"type": "image_url", "image_url": {"url": url}} if url else None
