"""ShareGPT: ``{id, conversations: [{from, value}]}``, as an array or one a line; data sets use it, also with tools."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import File, Part, Role, Text, ToolResult

from .blocks import call_in
from .entries import Entry
from .fields import Fields, imported, items, mapping, mappings, parsed, string, unread
from .formats import EntryFormat
from .import_context import ImportContext
from .message_chain import chain_of
from .values import ForeignChat

ROLES: dict[str, Role] = {
    "human": "user", "user": "user", "gpt": "assistant", "chatgpt": "assistant", "assistant": "assistant",
    "bing": "assistant", "bard": "assistant", "model": "assistant", "ai": "assistant", "system": "system",
    "tool": "tool", "observation": "tool", "function_call": "assistant", "function_response": "tool",
    "tool_response": "tool",
}
_SPEAKER, _SAYS = ("from", "role", "author"), ("value", "content", "text")
_ELSEWHERE = frozenset(("mapping", "responses", "fragments", "conversationId", "chosen", "rejected"))
_CALL = re.compile(r"<tool_call>\s*(.*?)\s*</tool_call>", re.DOTALL)
_RESPONSE = re.compile(r"<tool_response>\s*(.*?)\s*</tool_response>", re.DOTALL)
_MARK = re.compile(r"<(image|video|audio)>")


def fits(data: Fields) -> bool:
    turns = list(mappings(data.get("conversations")))
    return bool(turns) and _ELSEWHERE.isdisjoint(data) and is_turn(turns[0])


def is_turn(turn: Fields) -> bool:
    return any(isinstance(turn.get(name), str) for name in _SPEAKER) and any(
        isinstance(turn.get(name), str) for name in _SAYS)


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    system, messages = turns_of(data.get("conversations"), context)
    named = [string(item) for name in ("images", "videos", "audios") for item in items(data.get(name))]
    if named:
        messages = _with_files(messages, named, context)
    return ForeignChat(
        string(data.get("id")), chain_of(messages), string(data.get("title")),
        system=system or string(data.get("system")),
        extra=unread(data, "id", "title", "conversations", "system", "images", "videos", "audios"),
        document=entry.member)


def turns_of(values: object, context: ImportContext) -> tuple[str, list[Message]]:
    """Returns the system prompt that comes first, and the messages."""
    turns = list(mappings(values))
    system = ""
    if turns and ROLES.get(_first(turns[0], _SPEAKER).lower()) == "system":
        system = _first(turns.pop(0), _SAYS)
    return system, [_message(turn, context) for turn in turns]


def _first(turn: Fields, names: tuple[str, ...]) -> str:
    return next((found for name in names if (found := string(turn.get(name)))), "")


def _message(turn: Fields, context: ImportContext) -> Message:
    speaker, text = _first(turn, _SPEAKER).lower(), _first(turn, _SAYS)
    role = context.role(speaker, "user", **ROLES)
    if speaker == "function_call":
        calls = parsed(text)
        parts: list[Part] = [call_in(call) for call in (calls if isinstance(calls, list) else [calls or text])]
    elif role == "tool":
        answers = _RESPONSE.findall(text) or [text]
        parts = [ToolResult("", answer, string(mapping(parsed(answer)).get("name"))) for answer in answers]
    else:
        parts = list(_with_calls(text)) if role == "assistant" else [Text(text)] if text else []
    return Message(role, tuple(parts), "", imported(unread(turn, *_SPEAKER, *_SAYS)))


def _with_calls(text: str) -> Iterator[Part]:
    """Yields a text with the calls in it, in the form of Hermes, where they are JSON."""
    at = 0
    for match in _CALL.finditer(text):
        if not mapping(parsed(match.group(1))):
            continue
        if before := text[at:match.start()].strip():
            yield Text(before)
        yield call_in(match.group(1))
        at = match.end()
    if rest := text[at:].strip() if at else text:
        yield Text(rest)


def _with_files(messages: list[Message], named: list[str], context: ImportContext) -> list[Message]:
    """Returns the messages with the files that marks such as ``<image>`` stand for, by name."""
    context.note("Images and files that the file only names, without their bytes, were imported by name only.")
    waiting = iter([name.replace("\\", "/").rpartition("/")[2] or "file" for name in named])
    found = []
    for message in messages:
        marks = len(_MARK.findall(message.text))
        files = [File(name) for _, name in zip(range(marks), waiting, strict=False)]
        found.append(Message(message.role, (*files, *message.parts), message.model, message.extra))
    return found


FORMAT = EntryFormat(fits, chat)


def _fits_alpaca(data: Fields) -> bool:
    return isinstance(data.get("instruction"), str) and isinstance(data.get("output"), str) and "messages" not in data


def _alpaca(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    messages: list[Message] = []
    for pair in items(data.get("history")):
        said = items(pair)
        messages += [Message(role, (Text(string(text)),)) for role, text in zip(_PAIR, said, strict=False)]
    asked = "\n".join(filter(None, (string(data.get("instruction")), string(data.get("input")))))
    messages += [Message("user", (Text(asked),) if asked else ()),
                 Message("assistant", (Text(data["output"]),) if data["output"] else ())]
    return ForeignChat(
        string(data.get("id")), chain_of(messages), system=string(data.get("system")),
        extra=unread(data, "id", "instruction", "input", "output", "system", "history"), document=entry.member)


_PAIR: tuple[Role, Role] = ("user", "assistant")
ALPACA = EntryFormat(_fits_alpaca, _alpaca)
