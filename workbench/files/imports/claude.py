"""Claude: the ZIP of “Export data”, or its ``conversations.json``. Pictures are not in it, only their names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Citation, File, Part, Reasoning, Role, Text, ToolCall, ToolResult, Unknown

from .fields import Fields, as_text, imported, mapping, mappings, model_name, seconds, string, unread, without_secrets
from .format_sniffer import SourceHead
from .import_context import ImportContext
from .json_text import JsonText
from .sources import Source
from .values import ForeignChat, ForeignNode


def claims(head: SourceHead) -> bool:
    return head.any_has("chat_messages")


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    members = [name for name in source.members if PurePosixPath(name).name.startswith("conversations")]
    projects = _projects(source)
    for member in members or source.members[:1]:
        with source.open(member) as stream:
            text = JsonText(stream, source.name)
            for item in text.items() if text.peek() == "[" else text.lines():
                data = mapping(item)
                if "chat_messages" in data:
                    yield _chat(data, projects, context)
                else:
                    context.skip("An entry without messages was not imported.")


def _projects(source: Source) -> dict[str, str]:
    """Returns the names of projects by their ids: they become folders."""
    member = next((name for name in source.members if PurePosixPath(name).name == "projects.json"), None)
    if member is None or len(source.members) == 1:
        return {}
    with source.open(member) as stream:
        text = JsonText(stream, source.name)
        found = list(text.items()) if text.peek() == "[" else []
    return {string(item.get("uuid")): string(item.get("name")) for item in mappings(found)}


def _chat(data: Fields, projects: dict[str, str], context: ImportContext) -> ForeignChat:
    nodes: list[ForeignNode] = []
    known = {string(item.get("uuid")) for item in mappings(data.get("chat_messages"))}
    for item in mappings(data.get("chat_messages")):
        above = nodes[-1].id if nodes else None
        if "parent_message_uuid" in item:
            named = string(item.get("parent_message_uuid"))
            above = named if named in known else None
        id = string(item.get("uuid")) or f"{len(nodes)}"
        role: Role = "assistant" if item.get("sender") == "assistant" else "user"
        parts = tuple(_parts(item, context))
        model = model_name("anthropic", item.get("model") or data.get("model")) if role == "assistant" else ""
        extra = imported(unread(item, "uuid", "parent_message_uuid", "sender", "text", "content", "created_at",
                                "updated_at", "attachments", "files", "model"))
        nodes.append(ForeignNode(id, above, Message(role, parts, model, extra), seconds(item.get("created_at"))))
    project = projects.get(string(data.get("project_uuid")), "")
    return ForeignChat(
        string(data.get("uuid")), nodes, string(data.get("name")),
        string(data.get("current_leaf_message_uuid")) or None,
        model_name("anthropic", data.get("model")), folder=(project,) if project else (),
        created=seconds(data.get("created_at")), updated=seconds(data.get("updated_at")),
        extra=unread(data, "uuid", "name", "chat_messages", "created_at", "updated_at", "model",
                     "current_leaf_message_uuid"),
    )


def _parts(data: Fields, context: ImportContext) -> Iterator[Part]:
    for attached in mappings(data.get("attachments")):
        yield File(string(attached.get("file_name")) or "attachment", string(attached.get("extracted_content")))
    for named in mappings(data.get("files")):
        context.note("Claude's export names pictures and files without their bytes; they were imported by name only.")
        yield File(string(named.get("file_name")) or string(named.get("file_uuid")) or "file")
    blocks = list(mappings(data.get("content")))
    for block in blocks:
        yield from _block(block, context)
    if not blocks and (text := string(data.get("text"))):
        yield Text(text)


def _block(block: Fields, context: ImportContext) -> Iterator[Part]:
    match string(block.get("type")):
        case "text":
            if text := string(block.get("text")):
                yield Text(text)
            for cited in mappings(block.get("citations")):
                url = string(cited.get("url")) or string(mapping(cited.get("details")).get("url"))
                if url:
                    yield Citation(url, string(cited.get("title")))
        case "thinking":
            begun, ended = seconds(block.get("start_timestamp")), seconds(block.get("stop_timestamp"))
            yield Reasoning(string(block.get("thinking")), ended - begun if begun and ended >= begun else None)
        case "tool_use":
            asked = block.get("input")
            yield ToolCall(string(block.get("id")), string(block.get("name")),
                           as_text(asked))
        case "tool_result":
            yield ToolResult(string(block.get("tool_use_id")), _result_text(block.get("content")),
                             string(block.get("name")), block.get("is_error") is True)
        case "token_budget":
            pass
        case kind:
            context.note(f"Content of the kind “{kind[:60]}” is not known; it was kept as it is.")
            yield Unknown({"kind": f"claude:{kind}", "content": without_secrets(block)})


def _result_text(content: object) -> str:
    if isinstance(content, str):
        return content
    texts = [string(item.get("text")) or json.dumps(item, ensure_ascii=False) for item in mappings(content)]
    return "\n".join(texts)
