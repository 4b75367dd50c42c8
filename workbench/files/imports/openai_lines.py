"""OpenAI messages: JSON lines as fine-tuning and evaluation tools write them and as this program exports them, and
objects or bare lists of messages. A chat has no id in them, unless its line has one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import cast

from workbench.core.json_types import Json

from .entries import Entry
from .fields import Fields, items, mapping, mappings, model_name, parameters, seconds, string, unread
from .format_sniffer import SourceHead
from .formats import EntryFormat, FileFormat
from .import_context import ImportContext
from .json_text import JsonText
from .message_chain import chain_of
from .openai_messages import is_message, messages_of, split_system
from .sources import Source
from .values import ForeignChat

_LISTS = ("messages", "contents", "history", "input", "items")
_ELSEWHERE = frozenset(("conversationId", "fragments", "mapping", "chatId", "rejected_response", "chosen", "rejected"))


def fits(data: Fields) -> bool:
    return _ELSEWHERE.isdisjoint(data) and bool(_list(data))


def _list(data: Fields) -> list[object]:
    for name in _LISTS:
        found = items(data.get(name))
        if found and is_message(mapping(found[0])) and all(map(_may_be_message, found[1:3])):
            return found
    return []


def _may_be_message(value: object) -> bool:
    data = mapping(value)
    return not data or is_message(data) or (isinstance(data.get("role"), str) and "content" in data)


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    model = model_name("openai", data.get("model")) if isinstance(data.get("model"), str) else ""
    system, messages = split_system(messages_of(_list(data), context, model))
    instructions = data.get("system", data.get("instructions", data.get("system_instruction")))
    return ForeignChat(
        string(data.get("id")), chain_of(messages), string(data.get("title")),
        system=system or string(instructions), params=parameters(data), model=model,
        created=seconds(data.get("created", data.get("created_at"))),
        extra=unread(data, "id", "title", *_LISTS, "model", "system", "instructions", "created", "created_at"),
        document=entry.member)


FORMAT = EntryFormat(fits, chat)


def _claims_bare(head: SourceHead) -> bool:
    return head.kind == "array" and len(head.samples) > 0 and all(
        is_message(sample) and "chatId" not in sample for sample in head.samples)


def _read_bare(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    for member in source.chosen:
        name = PurePosixPath(member)
        with source.open(member) as stream:
            found = cast(list[Json], list(JsonText(stream, name.name).items()))
        system, messages = split_system(messages_of(found, context))
        yield ForeignChat("", chain_of(messages), "", system=system, document=member)
        if others := sum(1 for _ in mappings(found)) - sum(is_message(item) for item in mappings(found)):
            context.note(f"{others:,} entries among the messages are no messages; they were imported as far as they "
                         "say anything.")


BARE = FileFormat(_claims_bare, _read_bare)
