"""big-AGI: a chat, or all of “Backup chats”. The keys in it are not looked at."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Citation, Failure, File, Part, Reasoning, Role, Text, ToolCall, ToolResult

from .entries import Entry
from .fields import Fields, as_text, imported, items, mapping, mappings, model_name, seconds, string, unread
from .formats import EntryFormat
from .import_context import ImportContext
from .values import ForeignChat, ForeignNode

_KNOWN = ("id", "role", "fragments", "text", "created", "updated", "generator", "originLLM", "sender", "typing",
          "tokenCount", "pendingIncomplete", "avatar")


def fits(data: Fields) -> bool:
    said = list(mappings(data.get("messages")))
    modern = any("pt" in mapping(fragment.get("part")) for item in said for fragment in mappings(item.get("fragments")))
    older = any("text" in item and "role" in item and "created" in item for item in said) and (
        "systemPurposeId" in data or any("originLLM" in item or "purposeId" in item for item in said))
    return "mapping" not in data and (modern or older)


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    nodes: list[ForeignNode] = []
    system = ""
    for item in mappings(data.get("messages")):
        message = _message(item, context)
        if message.role == "system" and not nodes:
            system = "\n\n".join(filter(None, (system, message.text)))
            continue
        nodes.append(ForeignNode(string(item.get("id")) or f"{len(nodes)}", nodes[-1].id if nodes else None, message,
                                 seconds(item.get("created"))))
    folders = mapping(entry.around.get("folders")).get("folders")
    folder = next((string(one.get("title")) for one in mappings(folders)
                   if data.get("id") in items(one.get("conversationIds"))), "")
    return ForeignChat(
        string(data.get("id")), nodes, string(data.get("userTitle")) or string(data.get("autoTitle")), system=system,
        folder=(folder,) if folder else (), archived=data.get("isArchived") is True,
        created=seconds(data.get("created")), updated=seconds(data.get("updated")),
        extra=unread(data, "id", "messages", "userTitle", "autoTitle", "created", "updated", "models", "folders",
                     "tokenCount", "isArchived"))


def _message(data: Fields, context: ImportContext) -> Message:
    role: Role = context.role(data.get("role"))
    parts = [part for fragment in mappings(data.get("fragments")) for part in _part(mapping(fragment.get("part")),
                                                                                   context)]
    if not parts and (text := string(data.get("text"))):
        parts = [Text(text)]
    generator = mapping(data.get("generator"))
    about = mapping(generator.get("aix"))
    vendor = string(about.get("vId"))
    name = string(about.get("mId")).removeprefix(f"{vendor}-") or string(generator.get("name")) or string(
        data.get("originLLM"))
    extra = unread(data, *_KNOWN) | unread({"metrics": generator.get("metrics"),
                                            "stopped": generator.get("tokenStopReason")})
    return Message(role, tuple(parts), model_name(vendor or "big-agi", name) if role == "assistant" else "",
                   imported(extra))


def _part(data: Fields, context: ImportContext) -> Iterator[Part]:
    match string(data.get("pt")):
        case "text":
            if text := string(data.get("text")):
                yield Text(text)
        case "ma":
            if text := string(data.get("aText")):
                yield Reasoning(text)
        case "image_ref":
            address = string(mapping(data.get("dataRef")).get("url"))
            yield context.image_at(address) if address else _named(string(data.get("altText")) or "image", context)
        case "reference":
            asset = mapping(data.get("zRefSummary"))
            yield _named(string(asset.get("text")) or string(data.get("zType")) or "image", context)
        case "doc":
            about = mapping(data.get("meta"))
            name = string(about.get("srcFileName")) or string(data.get("l1Title")) or "document"
            yield File(name, string(mapping(data.get("data")).get("text")))
        case "tool_invocation":
            call = mapping(data.get("invocation"))
            yield ToolCall(string(data.get("id")), string(call.get("name")) or string(call.get("type")),
                           as_text(call.get("args", call.get("code"))))
        case "tool_response":
            answer = mapping(data.get("response"))
            yield ToolResult(string(data.get("id")), as_text(answer.get("result")), string(answer.get("name")),
                             bool(data.get("error")))
        case "error":
            yield Failure(string(data.get("error")) or "The reply failed.")
        case "annotations":
            for cited in mappings(data.get("annotations")):
                if url := string(cited.get("url")):
                    yield Citation(url, string(cited.get("title")))
        case "ph" | "_pt_sentinel":
            pass
        case kind:
            yield context.unknown("big-agi", kind, data)


def _named(name: str, context: ImportContext) -> Part:
    context.note("Images and files that the file only names, without their bytes, were imported by name only.")
    return File(name)


FORMAT = EntryFormat(fits, chat, ("conversations",))
