"""Messages as OpenAI's chat protocol wants them, with each server's demands from its quirks.

Content is a text wherever it can be: some servers take no lists. Fields without a value are left out: some
servers refuse null.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import (
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
    plain_text,
)
from workbench.core.json_types import Json, JsonObject
from workbench.core.request.models import ModelInfo

from .uncarried import Carried

CARRIED: Carried = {
    "system": (Text, File), "developer": (Text, File), "user": (Text, File, Image, Audio, ToolResult),
    "assistant": (Text, ToolCall, ToolResult), "tool": (ToolResult,),
}

REASONING_FIELD = "reasoning_field"
"""The name in ``Message.extra`` of the field that the reasoning of a reply came in, where it goes back."""

OPAQUE_FIELDS = ("thinking_blocks", "provider_specific_fields", "extra_content")
"""Fields of messages and calls that mean nothing to us and something to the server when they come back."""


def wire_messages(
    messages: Sequence[Message], blobs: Mapping[str, bytes], quirks: Mapping[str, Any], pdf: str = "",
    provider: str = "",
) -> list[Json]:
    """Returns the ``messages`` of a request body. Messages without content are left out.

    ``pdf`` is the kind of part that PDF files are sent as, ``""`` to send their text; ``provider`` gets back what it
    sent, and no other does.
    """
    wire: list[JsonObject] = []
    for message in messages:
        match message.role:
            case "assistant":
                own = provider != "" and message.model.startswith(f"{provider}/")
                wire += [*_assistant(message, quirks, own), *_results(message.parts)]
            case "tool":
                wire += _results(message.parts)
            case "system" | "developer":
                role = message.role if quirks.get("send_developer_role") else "system"
                if text := message_text(message.parts):
                    wire.append({"role": role, "content": text})
            case _:
                content, results = _content(message.parts, blobs, quirks, pdf), _results(message.parts)
                if content or not results:
                    results.append({"role": "user", "content": content or ""})
                wire += results
    if quirks.get("alternating_roles"):
        wire = _join_neighbours(wire)
    return list(wire)


def message_text(parts: Sequence[Part]) -> str:
    """Returns all text of a message, files included."""
    return "\n\n".join(file_text(part) if isinstance(part, File) else part.text
                       for part in parts if isinstance(part, Text | File) and part.text)


def file_text(file: File) -> str:
    """Returns a file's text under its name, marked as data."""
    return f'<file name="{file.name}">\n{file.text}\n</file>'


def data_url(data: bytes, mime: str) -> str:
    """Returns bytes as an address of their own."""
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def takes_pdf(info: ModelInfo, quirks: Mapping[str, Any]) -> str:
    """Returns the kind of part that a model takes PDF files as, ``""`` for one that is not known to read them."""
    models = quirks.get("pdf_models")
    reads = re.search(models, info.ref.model) if models else {"pdf", "file"} & set(info.input or ())
    return str(quirks.get("pdf") or "") if reads else ""


def _content(parts: Sequence[Part], blobs: Mapping[str, bytes], quirks: Mapping[str, Any], pdf: str) -> Json:
    """Returns a text when there is only text, else a list of parts."""
    pieces = [_document(part, blobs, pdf) or _piece(part, blobs, quirks) for part in parts]
    if all(piece is None or piece["type"] == "text" for piece in pieces) and not any(
            isinstance(part, Image) for part in parts):
        return message_text(parts)
    return [piece for piece in pieces if piece is not None]


def _document(part: Part, blobs: Mapping[str, bytes], pdf: str) -> JsonObject | None:
    """Returns a PDF file as the model reads it; None for anything else."""
    blob = part.blob if isinstance(part, File) else None
    if not pdf or blob is None or blob.mime != "application/pdf" or blob.sha256 not in blobs:
        return None
    name, data = part.name if isinstance(part, File) else "", data_url(blobs[blob.sha256], blob.mime)
    if pdf == "document_url":
        return {"type": pdf, "document_url": data, "document_name": name}
    return {"type": "file", "file": {"filename": name, "file_data": data}}


def _piece(part: Part, blobs: Mapping[str, bytes], quirks: Mapping[str, Any]) -> JsonObject | None:
    """Returns a part of a user's message; None for one that has another place or is not ``CARRIED``."""
    match part:
        case Text():
            return {"type": "text", "text": part.text} if part.text else None
        case File():
            return {"type": "text", "text": file_text(part)}
        case Image():
            return _image(part, blobs, quirks)
        case Audio(blob=blob):
            if blob is None or blob.sha256 not in blobs:
                return None
            sound = base64.b64encode(blobs[blob.sha256]).decode()
            form = "mp3" if "mp" in blob.mime else "wav"
            return {"type": "input_audio", "input_audio": {"data": sound, "format": form}}
        case ToolCall() | ToolResult() | Reasoning() | Citation() | Failure() | Unknown():
            return None
        case _:
            assert_never(part)


def _image(part: Image, blobs: Mapping[str, bytes], quirks: Mapping[str, Any]) -> JsonObject | None:
    if part.blob is not None and part.blob.sha256 in blobs:
        url = data_url(blobs[part.blob.sha256], part.blob.mime)
        return {"type": "image_url", "image_url": {**part.extra, "url": url}}
    if not part.url:
        return None
    if (quirks.get("image") or {}).get("remote_url"):
        return {"type": "image_url", "image_url": {"url": part.url}}
    return {"type": "text", "text": f"[Image: {part.url}]"}


_AS_IT_CAME = "as-it-came-with-tools"


def _assistant(message: Message, quirks: Mapping[str, Any], own: bool) -> list[JsonObject]:
    calls = [part for part in message.parts if isinstance(part, ToolCall)]
    text = plain_text(message.parts)
    if not text and not calls:
        return []
    wire: JsonObject = {"role": "assistant"}
    if text or not calls:
        wire["content"] = text
    if calls:
        wire["tool_calls"] = [_call(call, quirks, own) for call in calls]
    wire.update(_replayed(message, quirks, with_tools=bool(calls)))
    if own and quirks.get("replay_reasoning") == _AS_IT_CAME:
        wire.update(_opaque(message, text))
    return [wire]


def _opaque(message: Message, text: str) -> JsonObject:
    """Returns what only the server that sent it reads: fields that mean nothing to us, and thoughts in the content."""
    back: JsonObject = {name: value for name in OPAQUE_FIELDS if (value := message.extra.get(name)) and (
        name != "extra_content" or "thought_signature" in str(value))}  # Gemini's may say that a text was a thought
    thoughts = "".join(part.text for part in message.parts if isinstance(part, Reasoning))
    if message.extra.get(REASONING_FIELD) == "content" and thoughts:
        said: list[Json] = [{"type": "text", "text": text}] if text else []
        back["content"] = [{"type": "thinking", "thinking": [{"type": "text", "text": thoughts}]}, *said]
    return back


def _call(call: ToolCall, quirks: Mapping[str, Any], own: bool) -> JsonObject:
    extra = dict(call.extra)
    if extra.pop("type", "") == "custom":
        return {"id": call.id, "type": "custom", "custom": {"name": call.name, "input": call.arguments}}
    replay = str(quirks.get("replay_reasoning", ""))
    kept = {name: value for name, value in extra.items()  # Gemini: extra_content
            if name in replay or (own and replay == _AS_IT_CAME and name in OPAQUE_FIELDS)}
    arguments = call.arguments if _is_json(call.arguments) else "{}"
    return {"id": call.id, "type": "function",
            "function": {"name": call.name, "arguments": arguments}, **kept}


def _replayed(message: Message, quirks: Mapping[str, Any], with_tools: bool) -> JsonObject:
    """Returns the reasoning that the server wants back; it is not sent to any other."""
    reasoning = next((part for part in message.parts if isinstance(part, Reasoning)), None)
    replay = quirks.get("replay_reasoning", "never")
    back: JsonObject = {}
    if replay == "required-with-tools" and with_tools:
        # An empty field is refused as a missing one is; a blank is not.
        back["reasoning_content"] = (reasoning.text if reasoning else "") or " "
    elif replay == "reasoning_details-with-tools" and reasoning is not None:
        details = reasoning.extra.get("reasoning_details")
        if isinstance(details, list) and details:
            back["reasoning_details"] = join_details(details)
    elif replay == _AS_IT_CAME and reasoning is not None:
        details = reasoning.extra.get("reasoning_details")
        field = message.extra.get(REASONING_FIELD) or next(iter(quirks.get("reasoning_fields") or ()), "")
        if isinstance(details, list) and details:
            back["reasoning_details"] = join_details(details)
        elif with_tools and isinstance(field, str) and field not in ("", "content") and reasoning.text:
            back[field] = reasoning.text
    if quirks.get("replay_message_fields"):
        back.update({name: message.extra[name] for name in quirks["replay_message_fields"]
                     if name in message.extra})
    return back


def join_details(details: Sequence[Json]) -> list[Json]:
    """Joins streamed pieces of OpenRouter's details by block: text grows, other fields are set."""
    joined: list[Json] = []
    for piece in details:
        last = joined[-1] if joined else None
        if isinstance(piece, dict) and isinstance(last, dict) and _same_block(last, piece):
            for name, value in piece.items():
                old = last.get(name)
                grows = name in ("text", "summary", "data")
                last[name] = old + value if grows and isinstance(old, str) and isinstance(value, str) else (
                    value if value is not None else old)
        else:
            joined.append(dict(piece) if isinstance(piece, dict) else piece)
    return joined


def _same_block(one: JsonObject, other: JsonObject) -> bool:
    same = all(one.get(name) == other.get(name) for name in ("type", "index"))
    return same and "index" in one and (not other.get("id") or one.get("id") in (None, other["id"]))


def _results(parts: Sequence[Part]) -> list[JsonObject]:
    return [{"role": "tool", "tool_call_id": part.call_id, "content": part.text}
            for part in parts if isinstance(part, ToolResult)]


def _join_neighbours(wire: list[JsonObject]) -> list[JsonObject]:
    """Joins neighbouring messages of one role; some servers require user and assistant to take turns."""
    joined: list[JsonObject] = []
    for message in wire:
        last = joined[-1] if joined else None
        if last is not None and last["role"] == message["role"] and message["role"] != "tool" and (
                "tool_calls" not in last and "tool_calls" not in message):
            last["content"] = _join_contents(last.get("content"), message.get("content"))
        else:
            joined.append(dict(message))
    return joined


def _join_contents(one: Json, other: Json) -> Json:
    if isinstance(one, str) and isinstance(other, str):
        return f"{one}\n\n{other}"
    lists: list[Json] = []
    for content in (one, other):
        lists += content if isinstance(content, list) else [{"type": "text", "text": content}]
    return lists


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
