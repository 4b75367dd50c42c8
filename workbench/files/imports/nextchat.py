"""NextChat (ChatGPT-Next-Web): the file of its local export. Keys and settings in it are not looked at."""

from __future__ import annotations

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Failure, Text, ToolCall, ToolResult

from .context_breaks import context_break
from .entries import Entry
from .fields import Fields, as_text, imported, mapping, mappings, model_name, parameters, seconds, string, unread, whole
from .formats import EntryFormat
from .import_context import ImportContext
from .openai_messages import message_of
from .values import ForeignChat, ForeignNode


def fits(data: Fields) -> bool:
    return "topic" in data and ("mask" in data or "lastUpdate" in data) and any(
        "role" in item and "content" in item for item in mappings(data.get("messages")))


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    mask = mapping(data.get("mask"))
    settings = mapping(mask.get("modelConfig"))
    model = model_name("openai", settings.get("model"))
    before = list(mappings(mask.get("context")))
    system = ""
    if before and before[0].get("role") == "system":
        system = string(before.pop(0).get("content"))
    nodes: list[ForeignNode] = []
    cleared = whole(data.get("clearContextIndex"))
    for place, item in enumerate(mappings(data.get("messages"))):
        if place == 0:
            for number, given in enumerate(before):
                nodes.append(_node(given, f"context/{number}", nodes, model, context))
        if cleared and place == cleared:
            nodes.append(_break(nodes))
        nodes.append(_node(item, string(item.get("id")) or f"{place}", nodes, model, context))
    if nodes and cleared and cleared >= len(list(mappings(data.get("messages")))):
        nodes.append(_break(nodes))
    updated = seconds(data.get("lastUpdate"))
    return ForeignChat(
        string(data.get("id")), nodes, string(data.get("topic")), model=model, system=system,
        params=parameters(settings), updated=updated,
        extra=unread(data, "id", "topic", "messages", "mask", "lastUpdate", "clearContextIndex", "lastSummarizeIndex",
                     "stat"))


def _break(before: list[ForeignNode]) -> ForeignNode:
    return ForeignNode("cleared", before[-1].id if before else None, context_break())


def _node(data: Fields, id: str, before: list[ForeignNode], model: str, context: ImportContext) -> ForeignNode:
    message = message_of({name: data.get(name) for name in ("role", "content")}, context, "", "nextchat")
    parts = list(message.parts)
    failed = data.get("isError") is True
    if failed:
        parts = [Failure(part.text) if isinstance(part, Text) else part for part in parts]
    for tool in mappings(data.get("tools")):
        function = mapping(tool.get("function"))
        call, name = string(tool.get("id")), string(function.get("name"))
        parts.append(ToolCall(call, name, as_text(function.get("arguments"))))
        if tool.get("content") is not None or tool.get("errorMsg"):
            parts.append(ToolResult(call, string(tool.get("content")) or string(tool.get("errorMsg")), name,
                                    bool(tool.get("errorMsg"))))
    own = model_name("openai", data.get("model")) or model
    extra = imported(unread(data, "id", "role", "content", "model", "tools", "isError", "streaming"))
    status = Status.FAILED if failed else Status.INTERRUPTED if data.get("streaming") is True else Status.COMPLETE
    return ForeignNode(id, before[-1].id if before else None, Message(
        message.role, tuple(parts), own if message.role == "assistant" else "", extra), status=status)


FORMAT = EntryFormat(fits, chat, ("chat-next-web-store", "sessions"))
