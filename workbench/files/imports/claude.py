"""Claude: the ZIP of “Export data”, or its ``conversations.json``. Pictures are not in it, only their names; projects
with their documents, and what Claude remembers, are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import File, Part, Role, Text

from .blocks import parts_of
from .claude_artifacts import Artifacts, text_parts
from .entries import Entry
from .fields import Fields, as_text, imported, items, mapping, mappings, model_name, parameters, seconds, string, unread
from .formats import EntryFormat
from .import_context import ImportContext
from .json_text import load
from .sources import Source
from .values import ForeignChat, ForeignNode

_ROOT = "00000000-0000-4000-8000-000000000000"
_KNOWN = ("uuid", "parent_message_uuid", "sender", "role", "text", "content", "created_at", "updated_at", "attachments",
          "files", "files_v2", "model", "index", "truncated")


def fits(data: Fields) -> bool:
    return any(("sender" in item or "role" in item) and ("text" in item or "content" in item)
               for item in mappings(data.get("chat_messages")))


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    nodes: list[ForeignNode] = []
    artifacts = Artifacts()
    known = {string(item.get("uuid")) for item in mappings(data.get("chat_messages"))}
    for item in mappings(data.get("chat_messages")):
        above = nodes[-1].id if nodes else None
        if "parent_message_uuid" in item:
            named = string(item.get("parent_message_uuid"))
            above = named if named in known else None
            if above is None and nodes and named != _ROOT:
                context.note("A message whose parent was missing is at the beginning of its chat.")
        id = string(item.get("uuid")) or f"{len(nodes)}"
        role: Role = "assistant" if (item.get("sender") or item.get("role")) == "assistant" else "user"
        model = model_name("anthropic", item.get("model") or data.get("model")) if role == "assistant" else ""
        message = Message(role, tuple(_parts(item, artifacts, context)), model, imported(unread(item, *_KNOWN)))
        nodes.append(ForeignNode(id, above, message, seconds(item.get("created_at"))))
    project = mapping(data.get("project")) or _projects(entry.source, context).get(string(data.get("project_uuid")), {})
    name = string(project.get("name"))
    return ForeignChat(
        string(data.get("uuid")), nodes, string(data.get("name")),
        string(data.get("current_leaf_message_uuid")) or None,
        model_name("anthropic", data.get("model")), params=parameters(mapping(data.get("settings"))),
        folder=(name,) if name else (), pinned=data.get("is_starred") is True,
        created=seconds(data.get("created_at")), updated=seconds(data.get("updated_at")),
        extra=unread(data, "uuid", "name", "chat_messages", "created_at", "updated_at", "model", "account",
                     "current_leaf_message_uuid", "is_starred", "project"),
    )


def _parts(data: Fields, artifacts: Artifacts, context: ImportContext) -> Iterator[Part]:
    for attached in mappings(data.get("attachments")):
        yield File(string(attached.get("file_name")) or "attachment", string(attached.get("extracted_content")))
    for named in mappings(data.get("files")) if data.get("files") else mappings(data.get("files_v2")):
        context.note("Claude's export names pictures and files without their bytes; they were imported by name only.")
        yield File(string(named.get("file_name")) or string(named.get("file_uuid")) or "file")
    blocks = list(mappings(data.get("content")))
    for block in blocks:
        for part in parts_of(block, context, "claude"):
            if isinstance(part, Text):
                yield from text_parts(part.text)
            else:
                yield part
        if block.get("type") == "tool_use":
            yield from artifacts.after(block)
    if not blocks and (text := string(data.get("text")) or string(data.get("content"))):
        yield from text_parts(text)


def _projects(source: Source, context: ImportContext) -> dict[str, Fields]:
    """Returns the projects of an export by their ids: they become folders."""
    return context.once((source.path, "claude projects"), lambda: {
        string(item.get("uuid")): item for item in _beside(source, "projects")})


def _beside(source: Source, name: str) -> Iterator[Fields]:
    """Yields the objects of ``name.json``, or of the files in the folder ``name``."""
    if len(source.members) > 1:
        for member in source.members:
            path = PurePosixPath(member)
            if path.name == f"{name}.json" or (path.parent.name == name and path.suffix == ".json"):
                found = load(source, member)
                yield from mappings(found if isinstance(found, list) else [found])


def beside(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    """Yields a chat with the documents of each project, and one with what Claude remembers."""
    for project in _projects(source, context).values():
        docs = [File(string(doc.get("filename")) or string(doc.get("file_name")) or "document",
                     string(doc.get("content"))) for doc in mappings(project.get("docs"))]
        prompt = string(project.get("prompt_template"))
        if docs or prompt:
            name = string(project.get("name")) or "project"
            message = Message("user", (*docs, *([Text(prompt)] if prompt else [])))
            yield ForeignChat(
                f"project/{string(project.get('uuid'))}", [ForeignNode("documents", None, message)],
                f"Documents of {name}", folder=(name,), archived=True, created=seconds(project.get("created_at")),
                extra=unread(project, "uuid", "name", "docs", "prompt_template", "created_at", "creator"))
            context.note("Documents and instructions of projects are in a chat of their own, in the archive.")
    memories = list(_memories(source))
    if memories:
        yield ForeignChat("memory", [ForeignNode(f"{place}", f"{place - 1}" if place else None, Message(
            "user", (Text(text),))) for place, text in enumerate(memories)], "Memory (Claude)", archived=True)
        context.note("What Claude remembers is in a chat of its own, in the archive.")
    if any(PurePosixPath(member).parent.name == "design_chats" for member in source.members):
        context.note("The design chats of the export were not imported.")


def _memories(source: Source) -> Iterator[str]:
    for found in _beside(source, "memories"):
        if text := string(found.get("conversations_memory")):
            yield text
        for text in mapping(found.get("project_memories")).values():
            if isinstance(text, str) and text:
                yield text
        for file in items(found.get("memory_files")):
            about = mapping(file)
            text = string(about.get("content")) or string(about.get("text")) or string(file)
            if text or about:
                yield text or as_text(about)


FORMAT = EntryFormat(fits, chat, beside=beside)
