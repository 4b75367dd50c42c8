"""TypingMind: the JSON of its export. The settings around the chats are not looked at."""

from __future__ import annotations

from .entries import Entry
from .fields import Fields, mapping, mappings, model_name, parameters, seconds, string, unread
from .formats import EntryFormat
from .import_context import ImportContext
from .openai_messages import message_of, split_system
from .values import ForeignChat, ForeignNode


def fits(data: Fields) -> bool:
    return ("chatTitle" in data or "chatID" in data) and any(
        "role" in item and "content" in item for item in mappings(data.get("messages")))


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    model = model_name("typingmind", data.get("model"))
    said = list(mappings(data.get("messages")))
    system = ""
    if said and said[0].get("role") == "system":
        system, _ = split_system([message_of(item, context) for item in said[:2]])
        said = said[1:] if system else said
    nodes: list[ForeignNode] = []
    for place, item in enumerate(said):
        above = nodes[-1] if nodes else None
        before = said[place - 1] if place else {}
        if above is not None and item.get("role") == before.get("role") == "assistant" and item.get(
                "model") and item.get("model") != before.get("model"):
            parent = above.parent  # one of several models that answered the same question
        else:
            parent = above.id if above else None
        message = message_of({**item, "model": None, "usage": None}, context, model, "typingmind")
        named = string(item.get("model"))
        if message.role == "assistant" and named:
            message = type(message)(message.role, message.parts, model_name("typingmind", named), message.extra)
        nodes.append(ForeignNode(string(item.get("uuid")) or f"{place}", parent, message,
                                 seconds(item.get("createdAt"))))
    folders = {string(one.get("id")): string(one.get("title")) or string(one.get("name"))
               for one in mappings(mapping(entry.around.get("data")).get("folders"))}
    folder = folders.get(string(data.get("folderID")), "")
    settings = mapping(data.get("chatParams"))
    return ForeignChat(
        string(data.get("chatID")) or string(data.get("id")), nodes, string(data.get("chatTitle")), model=model,
        system=system or string(settings.get("systemMessage")), params=parameters(settings),
        folder=(folder,) if folder else (), tags=tuple(string(tag) for tag in data.get("tags") or ()
                                                      if isinstance(tag, str)),
        created=seconds(data.get("createdAt")), updated=seconds(data.get("updatedAt")),
        extra=unread(data, "chatID", "id", "chatTitle", "messages", "model", "modelInfo", "folderID", "createdAt",
                     "updatedAt", "chatParams", "tags", "preview", "linkedPlugins"))


FORMAT = EntryFormat(fits, chat, ("data", "chats"))
