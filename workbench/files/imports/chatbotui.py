"""ChatbotUI (and forks of its first version): one object with the whole history."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Text

from .fields import Fields, imported, mapping, mappings, model_name, parameters, string, unread
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .json_text import load
from .message_chain import chain_of
from .openai_messages import is_message
from .sources import Source
from .values import ForeignChat


def claims(head: SourceHead) -> bool:
    return ("version" in head.first or "prompts" in head.first) and any(
        is_message(item) for chat in mappings(head.first.get("history")) for item in mappings(chat.get("messages")))


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    for member in source.chosen:
        yield from _chats(mapping(load(source, member)), context)


def _chats(data: Fields, context: ImportContext) -> Iterator[ForeignChat]:
    folders = {string(item.get("id")): string(item.get("name")) for item in mappings(data.get("folders"))}
    if data.get("prompts"):
        context.note("Prompt templates in the file were not imported.")
    for chat in mappings(data.get("history")):
        yield _chat(chat, folders)


def _chat(data: Fields, folders: dict[str, str]) -> ForeignChat:
    model = model_name("openai", mapping(data.get("model")).get("id"))
    folder = folders.get(string(data.get("folderId")), "")
    messages = [
        Message("assistant" if item.get("role") == "assistant" else "user", (Text(string(item.get("content"))),),
                model if item.get("role") == "assistant" else "", imported(unread(item, "role", "content")))
        for item in mappings(data.get("messages"))
    ]
    return ForeignChat(
        string(data.get("id")), chain_of(messages), string(data.get("name")), model=model,
        system=string(data.get("prompt")), params=parameters(data), folder=(folder,) if folder else (),
        extra=unread(data, "id", "name", "messages", "model", "prompt", "temperature", "folderId"),
        document="" if len(string(data.get("id"))) > 7 else "ChatbotUI",  # old versions count from 1
    )


FORMAT = FileFormat(claims, read)
