"""HuggingChat and chat-ui: the ZIP of its export, or its ``conversations.json``."""

from __future__ import annotations

from pathlib import PurePosixPath

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import File, Part, Reasoning, Text

from .entries import Entry
from .fields import Fields, imported, items, mapping, mappings, model_name, seconds, string, unread
from .formats import EntryFormat
from .import_context import MOST_ATTACHMENT, ImportContext
from .values import ForeignChat, ForeignNode

_SPEAKERS = ("user", "assistant", "system")


def fits(data: Fields) -> bool:
    return any(item.get("from") in _SPEAKERS and "content" in item for item in mappings(data.get("messages")))


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    model = model_name("huggingchat", data.get("model"))
    said = list(mappings(data.get("messages")))
    system = string(data.get("preprompt"))
    stands: dict[str, str | None] = {}
    nodes: list[ForeignNode] = []
    files_left = True  # the export names all files of the chat in each of its messages
    for place, item in enumerate(said):
        id = string(item.get("id")) or f"{place}"
        ancestors = [string(one) for one in items(item.get("ancestors"))]
        above = stands.get(ancestors[-1]) if ancestors else (
            None if "ancestors" in item else nodes[-1].id if nodes else None)
        if item.get("from") == "system":
            system, stands[id] = string(item.get("content")) or system, above
            continue
        stands[id] = id
        files = _files(entry, item, string(_id(data)), context) if files_left and item.get("from") == "user" else []
        files_left = files_left and not files
        nodes.append(_node(item, id, above, files, model))
    return ForeignChat(
        _id(data), nodes, string(data.get("title")), nodes[-1].id if nodes else None, model, system,
        created=seconds(data.get("createdAt")), updated=seconds(data.get("updatedAt")),
        extra=unread(data, "_id", "id", "title", "model", "preprompt", "messages", "createdAt", "updatedAt",
                     "sessionId", "userId", "userAgent", "rootMessageId"))


def _id(data: Fields) -> str:
    found = data.get("_id", data.get("id"))
    return string(mapping(found).get("$oid")) or string(found)


def _files(entry: Entry, item: Fields, chat_id: str, context: ImportContext) -> list[Part]:
    found: list[Part] = []
    for file in items(item.get("files")):
        name = string(mapping(file).get("name")) or string(file) or "file"
        values = {string(mapping(file).get("value")), string(file), name} - {""}
        member = next((path for path in entry.source.members if PurePosixPath(path).name.startswith("file-") and any(
            value in path for value in values)), "") or next((
                path for path in entry.source.members if chat_id and f"file-{chat_id}" in path), "")
        if member and entry.source.size(member) <= MOST_ATTACHMENT:
            with entry.source.open(member) as stream:
                found.append(context.attachment(stream.read(), name, string(mapping(file).get("mime"))))
        else:
            context.note("Images and files that are not in the export were imported by name only.")
            found.append(File(name))
    return found


def _node(item: Fields, id: str, above: str | None, files: list[Part], model: str) -> ForeignNode:
    parts = list(files)
    text = string(item.get("content"))
    if thought := string(item.get("reasoning")):
        parts.append(Reasoning(thought))
    if text:
        parts.append(Text(text))
    routed = mapping(item.get("routerMetadata"))
    own = model_name("huggingchat", routed.get("model")) or model
    asked = item.get("from") == "user"
    extra = imported(unread(item, "id", "from", "content", "reasoning", "files", "ancestors", "children", "createdAt",
                            "updatedAt", "interrupted", "routerMetadata", "updates"))
    status = Status.INTERRUPTED if item.get("interrupted") is True else Status.COMPLETE
    return ForeignNode(id, above, Message("user" if asked else "assistant", tuple(parts), "" if asked else own, extra),
                       seconds(item.get("createdAt")), status)


FORMAT = EntryFormat(fits, chat)
