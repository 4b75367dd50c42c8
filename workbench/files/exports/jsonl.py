"""JSONL export: one JSON object with OpenAI ``messages`` per line, as fine-tuning and evaluation tools read it.

What such messages cannot hold (errors, sound without a transcript) is named beside them, in ``not_included``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import (
    BY_SERVER,
    Audio,
    Citation,
    File,
    Image,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
)
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.exports import ExportOptions

from .document import ChatDocument
from .reading import part_line, titled_part

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
            messages = _answered(_with_ids(messages))
            data = {"messages": messages, **({NOT_INCLUDED: lost} if lost else {})}
            yield json.dumps(data, ensure_ascii=False).translate(_LINE_ENDS) + "\n"


def _with_ids(messages: Sequence[Json]) -> Iterator[Json]:
    """Yields messages in which every call has an id: some programs and models give none, and OpenAI takes no call
    without. Answers that name no call are those of such calls, in their order."""
    given = {call["id"] for message in messages for call in _calls(message)}
    fresh = (ident for number in count(1) if (ident := f"call_{number}") not in given)
    open_calls: list[Json] = []  # ids that were made and have no answer yet
    for message in messages:
        assert isinstance(message, dict)
        if message["role"] == "tool" and not message.get("tool_call_id") and open_calls:
            message = {**message, "tool_call_id": open_calls.pop(0)}
        elif message["role"] != "tool":
            calls: list[Json] = [{**call, "id": call["id"] or next(fresh)} for call in _calls(message)]
            open_calls = [after["id"] for before, after in zip(_calls(message), _objects(calls), strict=True)
                          if not before["id"]]
            message = {**message, "tool_calls": calls} if calls else message
        yield message


def _calls(message: Json) -> list[JsonObject]:
    return _objects(message.get("tool_calls")) if isinstance(message, dict) else []


def _objects(values: Json) -> list[JsonObject]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _answered(messages: Iterable[Json]) -> list[Json]:
    """Returns messages in which every call is answered right behind it, and nothing else is: OpenAI takes no others.
    Calls at the end stay open, since in training they are what is learnt. An answer to no call becomes a message of
    the user."""
    kept: list[Json] = []
    waiting: list[Json] = []
    for message in messages:
        assert isinstance(message, dict)
        if message["role"] == "tool" and (call := message.get("tool_call_id")) in waiting:
            waiting.remove(call)
            kept.append(message)
            continue
        if message["role"] == "tool":
            message = {**message, "role": "user"}
            message.pop("tool_call_id", None)
        kept += [{"role": "tool", "tool_call_id": call, "content": "No result."} for call in waiting]
        kept.append(message)
        waiting = [call["id"] for call in _calls(message)]
    return kept


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
    """Returns a message in its wire form, and a line for each part that has no place there. OpenAI wants each tool
    result as a message of its own, right behind the one with its call: one that holds both, as those of other programs
    do, becomes several, in the order of its parts."""
    messages: list[JsonObject] = []
    lost: list[str] = []
    turn = _Turn(message.role)
    for part in message.parts:
        if isinstance(part, ToolCall | ToolResult) and part.extra.get(BY_SERVER):
            lost.append(titled_part(part)[0])  # no other server could answer for it
        elif isinstance(part, ToolResult):
            messages += turn.taken()
            messages.append({"role": "tool", "tool_call_id": part.call_id, "content": part.text})
        else:
            if turn.calls and not isinstance(part, ToolCall | Citation):
                messages += turn.taken()  # what is said after a call belongs to the next turn
            lost += turn.add(part, blobs)
    return [*messages, *turn.taken(always=not messages)], lost


class _Turn:
    """The parts of one wire message."""

    def __init__(self, role: str) -> None:
        self._role = role
        self._content: list[JsonObject] = []
        self._thoughts: list[str] = []
        self._citations: list[Json] = []
        self.calls: list[Json] = []

    def add(self, part: Part, blobs: Mapping[str, bytes]) -> list[str]:
        """Adds a part; returns the name of one that has no place."""
        match part:
            case ToolResult():
                return [titled_part(part)[0]]
            case Text():
                self._content.append(_text(part.text))
            case File():
                self._content.append(_text(f"{part.name}:\n{part.text}" if part.text else part.name))
            case Image() if (piece := _image(part, blobs)) is not None:
                self._content.append(piece)
            case Audio() if part.transcript:
                self._content.append(_text(part.transcript))
            case Reasoning():
                self._thoughts.append(part.text)
            case ToolCall():
                function: JsonObject = {"name": part.name, "arguments": part.arguments}
                self.calls.append({"id": part.id, "type": "function", "function": function})
            case Citation():
                cited: JsonObject = {"url": part.url, "title": part.title}
                self._citations.append({"type": "url_citation", "url_citation": cited})
            case _:
                return [part_line(part)]
        return []

    def taken(self, *, always: bool = False) -> list[JsonObject]:
        """Returns the message and begins anew; none when there is nothing in it, unless ``always``."""
        wire: JsonObject = {"role": self._role, "content": _joined(self._content)}
        if self._thoughts:
            wire["reasoning_content"] = "\n\n".join(self._thoughts)
        lists: dict[str, list[Json]] = {"tool_calls": self.calls, "annotations": self._citations}
        wire |= {name: values for name, values in lists.items() if values}
        empty = not self._content and len(wire) == 2
        self._content, self._thoughts, self._citations, self.calls = [], [], [], []
        return [] if empty and not always else [wire]


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
