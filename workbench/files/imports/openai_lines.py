"""OpenAI messages, one conversation a line, as fine-tuning and evaluation tools write them and as this
program exports them. Such files have no ids: a conversation is known again by what its first message says and
the line it is on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Citation, Failure, File, Part, Reasoning, Text, ToolCall, ToolResult, Unknown

from .fields import Fields, imported, items, mapping, mappings, model_name, string, unread, without_secrets
from .format_sniffer import SourceHead
from .import_context import ImportContext
from .json_text import JsonText
from .message_chain import chain_of
from .sources import Source
from .values import ForeignChat

_KNOWN = ("role", "content", "tool_calls", "tool_call_id", "name", "reasoning_content", "reasoning", "refusal",
          "annotations")


def claims(head: SourceHead) -> bool:
    inner = head.first.get("messages")
    return head.kind in ("lines", "object", "array") and "messages" in head.first and (
        inner is None or any("role" in item for item in mappings(inner)))


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    for member in source.members:
        with source.open(member) as stream:
            text = JsonText(stream, source.name)
            for place, item in enumerate(text.items() if text.peek() == "[" else text.lines()):
                data = mapping(item)
                if data.get("messages"):
                    yield _chat(data, place, context)
                else:
                    context.skip("A line without messages was not imported.")


def _chat(data: Fields, place: int, context: ImportContext) -> ForeignChat:
    said = list(mappings(data.get("messages")))
    system = ""
    if said and said[0].get("role") in ("system", "developer") and isinstance(said[0].get("content"), str):
        system = said.pop(0)["content"]
    nodes = chain_of(_message(item, data, context) for item in said)
    first = json.dumps(said[0] if said else system, sort_keys=True)
    name = hashlib.sha256(f"{place}:{first}".encode()).hexdigest()[:24]
    return ForeignChat(string(data.get("id")) or name, nodes, string(data.get("title")), system=system,
                       extra=unread(data, "id", "title", "messages", "model"))


def _message(data: Fields, chat: Fields, context: ImportContext) -> Message:
    role = context.role(data.get("role"), "user", function="tool", human="user", model="assistant")
    parts: list[Part] = []
    if thought := string(data.get("reasoning_content")) or string(data.get("reasoning")):
        parts.append(Reasoning(thought))
    content = data.get("content")
    pieces: list[Part] = [part for piece in ([content] if isinstance(content, str) else items(content))
                          for part in _piece(piece, context)]
    if role == "tool":
        text = "\n\n".join(piece.text for piece in pieces if isinstance(piece, Text))
        parts.append(ToolResult(string(data.get("tool_call_id")), text, string(data.get("name"))))
        pieces = [piece for piece in pieces if not isinstance(piece, Text)]
    parts += pieces
    for cited in mappings(data.get("annotations")):
        about = mapping(cited.get("url_citation"))
        if url := string(about.get("url")):
            parts.append(Citation(url, string(about.get("title"))))
    if refusal := string(data.get("refusal")):
        parts.append(Failure(refusal))
    for call in mappings(data.get("tool_calls")):
        function = mapping(call.get("function"))
        parts.append(ToolCall(string(call.get("id")), string(function.get("name")), string(function.get("arguments"))))
    model = model_name("openai", chat.get("model")) if role == "assistant" else ""
    return Message(role, tuple(parts), model, imported(unread(data, *_KNOWN)))


def _piece(piece: object, context: ImportContext) -> Iterator[Part]:
    data = mapping(piece)
    match data.get("type"):
        case "text" | "input_text" | "output_text":
            yield Text(string(data.get("text")))
        case "image_url":
            yield context.image_at(string(mapping(data.get("image_url")).get("url")) or string(data.get("image_url")))
        case "file":
            yield File(string(mapping(data.get("file")).get("filename")) or "file")
        case _ if isinstance(piece, str):
            if piece:
                yield Text(piece)
        case kind if data:
            context.note(f"Content of the kind “{string(kind)[:60]}” is not known; it was kept as it is.")
            yield Unknown({"kind": f"openai:{string(kind)}", "content": without_secrets(data)})
        case _:
            pass
