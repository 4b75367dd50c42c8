"""Blocks: the pieces of a message's content as OpenAI's and Anthropic's interfaces have them, and files that keep
them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from workbench.core.chat.parts import Citation, Failure, File, Part, Reasoning, Text, ToolCall, ToolResult

from .fields import Fields, as_text, items, mapping, mappings, parsed, seconds, string
from .import_context import ImportContext


def parts_of(content: object, context: ImportContext, app: str) -> Iterator[Part]:
    """Yields the parts of content, which is a text, a block, or a list of both. ``app`` names blocks that are not
    known."""
    for piece in content if isinstance(content, list) else [content]:
        if isinstance(piece, str):
            if piece:
                yield Text(piece)
        elif isinstance(piece, dict) and piece:
            yield from _block(piece, context, app)


def _block(data: Fields, context: ImportContext, app: str) -> Iterator[Part]:
    match string(data.get("type")):
        case "text" | "input_text" | "output_text" | "summary_text":
            yield from _text(data)
        case "thinking" | "reasoning" | "think" | "reasoning_text":
            if thought := thought_of(data):
                yield Reasoning(thought, _spent(data))
        case "refusal":
            yield Failure(string(data.get("refusal")) or "The model refused.", "refusal")
        case "image_url" | "input_image" | "image" | "document" | "input_audio" | "file" | "input_file":
            yield media(data, context)
        case "tool_use" | "server_tool_use" | "mcp_tool_use":
            yield ToolCall(string(data.get("id")), string(data.get("name")), as_text(data.get("input")))
        case kind if kind == "tool_result" or kind.endswith("_tool_result"):
            yield from result_parts(data, context)
        case "tool_call":
            yield call_in(data.get("value") if "value" in data else data.get("tool_call", data))
        case "token_budget" | "flag" | "redacted_thinking":
            pass
        case kind:
            yield context.unknown(app, kind, data)


def _text(data: Fields) -> Iterator[Part]:
    text = data.get("text", data.get("value"))
    if said := string(mapping(text).get("value")) or string(text):
        yield Text(said)
    for cited in (*mappings(data.get("citations")), *mappings(data.get("annotations"))):
        about = mapping(cited.get("url_citation")) or mapping(cited.get("details")) or cited
        if url := string(about.get("url")) or string(cited.get("url")):
            yield Citation(url, string(about.get("title")) or string(cited.get("title")))


def thought_of(data: Fields) -> str:
    """Returns the text of reasoning, wherever the block has it."""
    for name in ("thinking", "reasoning", "think", "text", "value", "content", "summary"):
        found = data.get(name)
        if text := string(mapping(found).get("value")) or string(found):
            return text
        texts = [string(mapping(piece).get("text")) or string(piece) for piece in items(found)]
        if any(texts):
            return "\n\n".join(filter(None, texts))
    return ""


def _spent(data: Fields) -> float | None:
    begun, ended = seconds(data.get("start_timestamp")), seconds(data.get("stop_timestamp"))
    return ended - begun if begun and ended >= begun else None


def media(data: Fields, context: ImportContext) -> Part:
    """Returns the image, sound or file of a block."""
    kind = string(data.get("type"))
    source = mapping(data.get("source"))
    name = string(data.get("title")) or string(data.get("filename")) or string(data.get("file_name"))
    if source.get("type") == "text":
        return File(name or "document", string(source.get("data")))
    if source.get("data"):
        return inside(string(source.get("data")), string(source.get("media_type")), name, context)
    if kind == "input_audio":
        audio = mapping(data.get("input_audio"))
        return inside(string(audio.get("data")), f"audio/{string(audio.get('format')) or 'wav'}", "sound", context)
    if kind in ("file", "input_file", "document"):
        file = mapping(data.get("file")) or data
        name = string(file.get("filename")) or string(file.get("name")) or name or string(file.get("file_id"))
        address = string(file.get("file_data"))
        if address.startswith("data:"):
            return context.image_at(address, name)
        return File(name or "file")
    picture = data.get("image_url", data.get("image"))
    address = string(mapping(picture).get("url")) or string(picture) or string(source.get("url"))
    return context.image_at(address or string(data.get("file_id")) or name)


def inside(data: str, mime: str, name: str, context: ImportContext) -> Part:
    """Returns the attachment whose bytes are given in base 64."""
    try:
        found = base64.b64decode(data, validate=False)
    except (binascii.Error, ValueError):
        found = b""
    if not found:
        context.note("An attachment in the file is damaged and was imported by name only.")
        return File(name or mime or "attachment")
    return context.attachment(found, name or mime.partition("/")[0] or "attachment", mime)


def result_parts(data: Fields, context: ImportContext) -> Iterator[Part]:
    """Yields the result of a tool, with its pictures and sources behind it."""
    content = data.get("content", data.get("output"))
    texts: list[str] = []
    beside: list[Part] = []
    for piece in content if isinstance(content, list) else [content]:
        block = mapping(piece)
        match string(block.get("type")):
            case "image" | "image_url" | "input_image":
                beside.append(media(block, context))
            case "knowledge" | "web_search_result" if block.get("url"):
                texts.append("\n".join(filter(None, (string(block.get("title")), string(block.get("text"))))))
                beside.append(Citation(string(block.get("url")), string(block.get("title"))))
            case _:
                texts.append(string(block.get("text")) or as_text(piece))
    id = string(data.get("tool_use_id")) or string(data.get("call_id")) or string(data.get("tool_call_id"))
    yield ToolResult(id, "\n".join(filter(None, texts)), string(data.get("name")), data.get("is_error") is True)
    yield from beside


def call_in(value: object, id: str = "") -> ToolCall:
    """Returns the call that a JSON text or an object ``{name, arguments}`` describes."""
    data = mapping(value) or mapping(parsed(value))
    function = mapping(data.get("function")) or data
    arguments = function.get("arguments", function.get("parameters", function.get("args")))
    return ToolCall(string(data.get("id")) or id, string(function.get("name")),
                    as_text(arguments) if data else as_text(value))
