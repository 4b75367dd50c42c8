"""ShareGPT: ``{id, conversations: [{from, value}]}``, as an array or one a line; data sets use it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Role, Text

from .fields import Fields, imported, mapping, mappings, string, unread
from .format_sniffer import SourceHead
from .import_context import ImportContext
from .json_text import JsonText
from .message_chain import chain_of
from .sources import Source
from .values import ForeignChat

_ROLES: dict[str, Role] = {
    "human": "user", "user": "user", "gpt": "assistant", "chatgpt": "assistant", "assistant": "assistant",
    "bing": "assistant", "bard": "assistant", "model": "assistant", "system": "system", "tool": "tool",
    "observation": "tool", "function_call": "assistant", "function_response": "tool",
}


def claims(head: SourceHead) -> bool:
    return head.any_has("conversations")


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    for member in source.members:
        with source.open(member) as stream:
            text = JsonText(stream, source.name)
            for place, item in enumerate(text.items() if text.peek() == "[" else text.lines()):
                data = mapping(item)
                if data.get("conversations"):
                    yield _chat(data, place, context)
                else:
                    context.skip("An entry without messages was not imported.")


def _chat(data: Fields, place: int, context: ImportContext) -> ForeignChat:
    turns = list(mappings(data.get("conversations")))
    system = string(data.get("system"))
    if turns and _ROLES.get(string(turns[0].get("from"))) == "system":
        system = string(turns.pop(0).get("value"))
    messages = [_message(turn, context) for turn in turns]
    first = string(turns[0].get("value")) if turns else system
    name = hashlib.sha256(f"{place}:{first}".encode("utf-8", "replace")).hexdigest()[:24]
    return ForeignChat(string(data.get("id")) or name, chain_of(messages), string(data.get("title")), system=system,
                       extra=unread(data, "id", "title", "conversations", "system"))


def _message(turn: Fields, context: ImportContext) -> Message:
    role = context.role(string(turn.get("from") or turn.get("role")).lower(), "user", **_ROLES)
    text = string(turn.get("value")) or string(turn.get("content"))
    extra = imported(unread(turn, "from", "role", "value", "content"))
    return Message(role, (Text(text),), "", extra)
