"""LM Studio: ``*.conversation.json``, one or a folder of them. Versions of a message are siblings; what follows
hangs below the chosen one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import File, Part, Reasoning, Text, ToolCall, ToolResult, Unknown
from workbench.core.json_types import Json

from .fields import (
    Fields,
    as_json,
    as_text,
    imported,
    mapping,
    mappings,
    model_name,
    seconds,
    string,
    unread,
    whole,
)
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .json_text import load
from .sources import Source
from .values import ForeignChat, ForeignNode

_ENDING = ".conversation.json"
_PARAMETERS = {
    "llm.prediction.temperature": "temperature", "llm.prediction.topPSampling": "top_p",
    "llm.prediction.topKSampling": "top_k", "llm.prediction.minPSampling": "min_p",
    "llm.prediction.maxPredictedTokens": "max_tokens", "llm.prediction.repeatPenalty": "repetition_penalty",
    "llm.prediction.stopStrings": "stop",
}


def claims(head: SourceHead) -> bool:
    if any(member.endswith(_ENDING) for member in head.members):
        return True
    return head.kind == "object" and any(
        isinstance(item.get("versions"), list) for item in mappings(head.first.get("messages")))


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    for member in source.members:
        if len(source.members) == 1 or member.endswith(_ENDING):
            yield _chat(mapping(load(source, member)), PurePosixPath(member), context)


def _chat(data: Fields, path: PurePosixPath, context: ImportContext) -> ForeignChat:
    nodes: list[ForeignNode] = []
    above: str | None = None
    for place, item in enumerate(mappings(data.get("messages"))):
        versions = list(mappings(item.get("versions")))
        chosen = min(whole(item.get("currentlySelected")) or 0, max(len(versions) - 1, 0))
        for number, version in enumerate(versions):
            nodes.append(ForeignNode(f"{place}.{number}", above, _message(version, context)))
        above = f"{place}.{chosen}" if versions else above
    used = mapping(data.get("lastUsedModel"))
    return ForeignChat(
        f"{string(data.get('createdAt')) or path.name.removesuffix(_ENDING)}", nodes, string(data.get("name")), above,
        model_name("lmstudio", used.get("indexedModelIdentifier") or used.get("identifier")),
        string(data.get("systemPrompt")), _parameters(mapping(data.get("perChatPredictionConfig"))),
        folder=path.parts[:-1], pinned=data.get("pinned") is True, created=seconds(data.get("createdAt")),
        updated=max(seconds(data.get("userLastMessagedAt")), seconds(data.get("assistantLastMessagedAt"))),
        draft=string(data.get("clientInput")),
        extra=unread(data, "name", "pinned", "createdAt", "messages", "systemPrompt", "perChatPredictionConfig",
                     "lastUsedModel", "userLastMessagedAt", "assistantLastMessagedAt", "clientInput"),
    )


def _parameters(config: Fields) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for item in mappings(config.get("fields")):
        value = item.get("value")
        if isinstance(value, dict):  # {checked, value}
            value = value.get("value") if value.get("checked") is not False else None
        if (name := _PARAMETERS.get(string(item.get("key")))) and value not in (None, [], ""):
            found[name] = value
    return found


def _message(version: Fields, context: ImportContext) -> Message:
    role = context.role(version.get("role"))
    parts = [part for block in mappings(version.get("content")) for part in _block(block, context)]
    model = ""
    extra = unread(version, "type", "role", "content", "steps", "senderInfo")
    for step in mappings(version.get("steps")):
        if step.get("type") != "contentBlock":
            continue
        pieces = [part for block in mappings(step.get("content")) for part in _block(block, context)]
        style = mapping(step.get("style"))
        if style.get("type") == "thinking":
            thought = "".join(part.text for part in pieces if isinstance(part, Text)).strip()
            pieces = [Reasoning(thought), *(part for part in pieces if not isinstance(part, Text))]
        parts += pieces
        about = mapping(step.get("genInfo"))
        model = model_name("lmstudio", about.get("indexedModelIdentifier") or about.get("identifier")) or model
        if about.get("stats"):
            extra["stats"] = as_json(about["stats"])
    if role == "assistant" and not model:
        model = model_name("lmstudio", mapping(version.get("senderInfo")).get("senderName"))
    return Message(role, tuple(parts), model if role == "assistant" else "", imported(extra))


def _block(block: Fields, context: ImportContext) -> Iterator[Part]:
    match string(block.get("type")):
        case "text":
            if text := string(block.get("text")):
                yield Text(text)
        case "file":
            context.note("LM Studio keeps files outside the conversation; they were imported by name only.")
            yield File(string(block.get("fileIdentifier")) or "file")
        case "toolCallRequest":
            asked = block.get("parameters", block.get("arguments"))
            yield ToolCall(string(block.get("callId")) or string(block.get("toolCallRequestId")),
                           string(block.get("name")),
                           as_text(asked))
        case "toolCallResult":
            content = block.get("content")
            yield ToolResult(string(block.get("toolCallId")) or string(block.get("callId")),
                             as_text(content))
        case kind:
            context.note(f"Content of the kind “{kind[:60]}” is not known; it was kept as it is.")
            yield Unknown({"kind": f"lmstudio:{kind}", "content": as_json(block)})


FORMAT = FileFormat(claims, read, whole=True)
