"""Items of OpenAI's Responses API: what a conversation is sent as, and what is kept of an answer to be sent back.

A reply is a list of items: reasoning, texts, calls, and what the server did by itself. Where a message's parts cannot
say the same in the same order, the items are kept with the message and sent back as they came, to the server and the
model that they came from. The server refuses half of them: reasoning must be followed by what it led to.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import assert_never

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import (
    APPROVAL,
    REFUSAL,
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
from workbench.core.request.requests import Request

from .chat_messages import data_url, file_text, message_text
from .open_calls import NOT_RUN
from .uncarried import Carried

ITEMS, SOURCE, RESPONSE = "items", "items_from", "response"
"""Names in ``Message.extra``: the items, the origin that they and the response came from, and the response's id where
the server keeps it."""

BLOB = "sha256:"
"""What stands before the name of a blob in the place of a picture's data."""

CARRIED: Carried = {
    "system": (Text, File), "developer": (Text, File), "user": (Text, File, Image, ToolResult),
    "assistant": (Text, Image, ToolCall, ToolResult), "tool": (Image, ToolResult),
}

_NAMED_ONLY_WHERE_KEPT = ("message", "reasoning", "function_call", "custom_tool_call")
"""Items whose id means something only to a server that keeps them."""

_ON_MACHINE = ("computer_call", "shell_call", "local_shell_call", "apply_patch_call")
"""Calls for a computer: one of the server's, or the user's own, where the program does not run them."""

_RESULTS = {"custom": "custom_tool_call_output", APPROVAL: "mcp_approval_response"}
_YES = ("yes", "true", "approve", "approved", "allow", "allowed", "ok")


def instructions_of(messages: Sequence[Message]) -> tuple[str, tuple[Message, ...]]:
    """Returns the text of the system messages at the beginning, and the other messages."""
    at = next((at for at, message in enumerate(messages) if message.role not in ("system", "developer")), len(messages))
    return "\n\n".join(filter(None, (message_text(message.parts) for message in messages[:at]))), tuple(messages[at:])


def input_items(
    request: Request, origin: str, *, reasoning: bool = True, thoughts: bool = False, pdf: bool = False
) -> list[Json]:
    """Returns ``input`` for the messages of a request.

    ``reasoning``: the server takes back what it thought; ``thoughts``: also what was thought before calls elsewhere, as
    text; ``pdf``: the model reads PDF files.
    """
    made: list[Json] = []
    forms = {part.id: str(part.extra.get("type") or "") for message in request.messages for part in message.parts
             if isinstance(part, ToolCall)}
    for message in request.messages:
        match message.role:
            case "assistant":
                own = items_to_send(message, request, origin, reasoning)
                made += [*(own or _assistant(message, reasoning and thoughts)), *_results(message.parts, forms)]
                made += _pictures(message, request, own)
            case "tool":
                made += [*_results(message.parts, forms), *_pictures(message, request, ())]
            case "system" | "developer":
                if text := message_text(message.parts):
                    made.append({"type": "message", "role": message.role, "content": text})
            case _:
                results, content = _results(message.parts, forms), _content(message.parts, request, pdf)
                made += results
                if content or not results:
                    made.append({"type": "message", "role": "user", "content": content or ""})
    return made


def is_on_machine(item: JsonObject) -> bool:
    """Returns whether an item is a call for a computer."""
    return item.get("type") in _ON_MACHINE


def is_for_user(item: JsonObject) -> bool:
    """Returns whether an item is a call for the user's own computer. Without an output the server refuses it."""
    place = item.get("environment")
    hosted = isinstance(place, dict) and str(place.get("type")).startswith("container")
    return is_on_machine(item) and not hosted


def items_to_send(message: Message, request: Request, origin: str, reasoning: bool) -> list[Json]:
    """Returns the items of a reply as they came; none when its parts are to be sent instead.

    They are when no items were kept, when another server or model made them, or when the text was edited or cut off.
    Calls that are not to be sent are left out, and so is reasoning that then leads to nothing.
    """
    items = message.extra.get(ITEMS)
    if (not isinstance(items, list) or message.extra.get(SOURCE) != origin or message.model != str(request.model)
            or _words(items) != "".join(plain_text(message.parts).split())):
        return []
    calls = [part.id for part in message.parts if isinstance(part, ToolCall)]
    back = (_back(item, calls, request.blobs) for item in items if isinstance(item, dict))
    return _followed([item for item in back
                      if item is not None and (reasoning or item.get("type") != "reasoning")])


def _back(item: JsonObject, calls: Collection[Json], blobs: Mapping[str, bytes]) -> JsonObject | None:
    """Returns an item as the server takes it back, or None for one that it would refuse."""
    kind = item.get("type")
    if kind in ("function_call", "custom_tool_call") and item.get("call_id") not in calls:
        return None
    if is_for_user(item):
        return None
    if kind == "mcp_approval_request" and item.get("id") not in calls:
        return None
    if kind == "reasoning" and not (item.get("encrypted_content") or item.get("content")):
        return None
    if kind in _NAMED_ONLY_WHERE_KEPT:
        gone = ("id", "status") if kind == "reasoning" else ("id",)
        return {name: value for name, value in item.items() if name not in gone}
    result = item.get("result")
    if isinstance(result, str) and result.startswith(BLOB):
        data = blobs.get(result.removeprefix(BLOB))
        return None if data is None else {**item, "result": base64.b64encode(data).decode()}
    return item


def _followed(items: Sequence[JsonObject]) -> list[Json]:
    """Returns the items without reasoning at the end, which the server refuses."""
    end = len(items)
    while end and items[end - 1].get("type") == "reasoning":
        end -= 1
    return list(items[:end])


def _words(items: Sequence[Json]) -> str:
    """Returns the texts of all messages among items, without blank space."""
    return "".join(word for part in _message_parts(items)
                   for word in str(part.get("text") or part.get("refusal") or "").split())


def refusals_in(items: Sequence[Json] | Sequence[JsonObject]) -> list[str]:
    """Returns the refusals in the messages among items."""
    return [str(part["refusal"]) for part in _message_parts(items) if part.get("refusal")]


def _message_parts(items: Sequence[Json] | Sequence[JsonObject]) -> Iterator[JsonObject]:
    for item in items:
        content = item.get("content") if isinstance(item, dict) and item.get("type") == "message" else None
        yield from (part for part in (content if isinstance(content, list) else ()) if isinstance(part, dict))


def _assistant(message: Message, thoughts: bool) -> list[Json]:
    """Returns items that say what the parts of a reply say; with ``thoughts`` also what led to its calls."""
    made: list[Json] = []
    if thoughts and any(isinstance(part, ToolCall) for part in message.parts):
        made += [{"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": part.text}]}
                 for part in message.parts if isinstance(part, Reasoning) and part.text]
    if text := plain_text(message.parts):
        refused = message.extra.get(REFUSAL)
        refusal = refused if isinstance(refused, str) and refused and text.endswith(refused) else ""
        words = text.removesuffix(refusal).rstrip("\n") if refusal else text
        content: list[Json] = [{"type": "output_text", "text": words, "annotations": []}] if words else []
        if refusal:
            content.append({"type": "refusal", "refusal": refusal})
        made.append({"type": "message", "role": "assistant", "content": content})
    return made + [_call(part) for part in message.parts if isinstance(part, ToolCall)]


def _pictures(message: Message, request: Request, items: Sequence[Json]) -> list[Json]:
    """Returns the pictures of a reply that none of its items holds. The API takes pictures from a user only."""
    held = {item.get("result") for item in items if isinstance(item, dict)}
    made: list[Json] = []
    for part in message.parts:
        data = request.blobs.get(part.blob.sha256) if isinstance(part, Image) and part.blob is not None else None
        if isinstance(part, Image) and (data is None or base64.b64encode(data).decode() not in held) and (
                piece := _image(part, request)):
            made.append(piece)
    return [{"type": "message", "role": "user", "content": made}] if made else []


def _call(call: ToolCall) -> JsonObject:
    match call.extra.get("type"):
        case "custom":
            return {"type": "custom_tool_call", "call_id": call.id, "name": call.name, "input": call.arguments}
        case str(kind) if kind == APPROVAL:
            server, _, name = call.name.partition(".")
            return {"type": "mcp_approval_request", "id": call.id, "server_label": server, "name": name,
                    "arguments": call.arguments}
    return {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments or "{}"}


def _results(parts: Sequence[Part], forms: Mapping[str, str]) -> list[Json]:
    """Returns the results of calls. ``forms`` are the kinds of call by id."""
    made: list[Json] = []
    for part in parts:
        if not isinstance(part, ToolResult):
            continue
        form = forms.get(part.call_id, "")
        if form == APPROVAL:
            given = part.text.strip().casefold()
            answer: JsonObject = {"type": _RESULTS[form], "approval_request_id": part.call_id,
                                  "approve": given.rstrip(".!") in _YES}
            made.append({**answer, "reason": part.text} if not answer["approve"] and part.text != NOT_RUN else answer)
        else:
            made.append({"type": _RESULTS.get(form, "function_call_output"), "call_id": part.call_id,
                         "output": part.text})
    return made


def _content(parts: Sequence[Part], request: Request, pdf: bool) -> Json:
    """Returns a text when there is only text, else a list of parts."""
    pieces = [piece for part in parts if (piece := _piece(part, request, pdf)) is not None]
    if all(piece["type"] == "input_text" for piece in pieces):
        return message_text(parts)
    return list(pieces)


def _piece(part: Part, request: Request, pdf: bool) -> JsonObject | None:
    match part:
        case Text(text=text):
            return {"type": "input_text", "text": text} if text else None
        case File(blob=blob) if blob is not None and pdf and (
                blob.mime == "application/pdf" and blob.sha256 in request.blobs):
            return {"type": "input_file", "filename": part.name,
                    "file_data": data_url(request.blobs[blob.sha256], blob.mime)}
        case File():
            return {"type": "input_text", "text": file_text(part)}
        case Image():
            return _image(part, request)
        case Audio() | ToolCall() | ToolResult() | Reasoning() | Citation() | Failure() | Unknown():
            return None
        case _:
            assert_never(part)


def _image(part: Image, request: Request) -> JsonObject | None:
    blob, url = part.blob, part.url
    if blob is not None and blob.sha256 in request.blobs:
        url = data_url(request.blobs[blob.sha256], blob.mime)
    if not url:
        return None
    detail = part.extra.get("detail")
    return {"type": "input_image", "image_url": url, "detail": detail if isinstance(detail, str) else "auto"}
