"""Texts that the formats for readers share: speakers, times and names of parts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import TypeAlias, assert_never

from workbench.core.chat.messages import MessageNode, Status
from workbench.core.chat.parts import Audio, Citation, Failure, File, Image, ToolCall, ToolResult, Unknown
from workbench.core.chat.titles import title_from
from workbench.core.json_types import Json
from workbench.core.reply.records import RequestRecord

from .document import ChatDocument

TitledPart: TypeAlias = File | ToolCall | ToolResult
NamedPart: TypeAlias = Image | File | Audio | Citation | Failure | Unknown
_LOOKED_AT = 2000  # characters of a message in which its first words are looked for


def speaker(node: MessageNode) -> str:
    if node.message.role == "user":
        return "You"
    if node.message.role == "assistant":
        return node.message.model.partition("/")[2] or "Assistant"
    return node.message.role.capitalize()


def moment(seconds: float) -> str:
    """Returns local time with its offset, as ISO 8601 to the minute; ``""`` when unknown."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "minutes") if seconds else ""


def heading(node: MessageNode, document: ChatDocument) -> str:
    """Returns a heading such as “guide · 2026-11-21 10:02+01:00 · branch below “Why?” (interrupted)”."""
    parts = [speaker(node), moment(node.created)]
    if node.id not in document.shown:
        above = document.by_id.get(node.parent_id or "")
        words = title_from(above.message.text[:_LOOKED_AT]) if above is not None else ""
        parts.append(f"branch below “{words}”" if words else "branch")
    if node.label:
        parts.append(node.label)
    state = "" if node.status is Status.COMPLETE else f" ({node.status})"
    return " · ".join(part for part in parts if part) + state


def metrics(record: RequestRecord) -> str:
    """Returns what is known of “0.84 s to first token · 92 tok/s · 1204 → 611 tokens · $0.0128 · stop”."""
    usage, parts = record.usage, []
    if record.first_token is not None:
        parts.append(f"{record.first_token:.2f} s to first token")
    if record.tokens_per_second is not None:
        parts.append(f"{record.tokens_per_second:.0f} tok/s")
    if usage.input is not None and usage.output is not None:
        parts.append(f"{usage.input} → {usage.output} tokens")
    if record.cost is not None:
        parts.append(f"${record.cost:.4f}")
    if record.finish_reason:
        parts.append(record.finish_reason)
    return " · ".join(filter(None, (*parts, settings(record.asked))))


def settings(params: Mapping[str, Json]) -> str:
    """Returns parameters as “temperature 0.7 · stop ["END"]”."""
    return " · ".join(f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in params.items())


def titled_part(part: TitledPart) -> tuple[str, str]:
    """Returns the title and the text of a part whose text is shown as it is."""
    match part:
        case File():
            return f"File {part.name}", part.text
        case ToolCall():
            return f"Calls {part.name}", part.arguments
        case ToolResult():
            of = f" of {part.name}" if part.name else ""
            return f"{'Failure' if part.is_error else 'Result'}{of}", part.text
        case _:
            assert_never(part)


def part_line(part: NamedPart) -> str:
    """Returns a line that names a part, where the format has no form for it or its content is left out."""
    match part:
        case Image(blob=blob) if blob is not None:
            return f"Image {blob.name}".rstrip()
        case Image():
            return f"Image at {part.url}" if part.url else "Image"
        case File():
            return f"File {part.name}"
        case Audio():
            return f"Audio: {part.transcript}" if part.transcript else "Audio"
        case Citation():
            return " ".join(filter(None, ("Source:", part.title, part.url)))
        case Failure():
            return f"Error: {part.sentence}"
        case Unknown():
            return f"Part of a kind that this version does not know: {part.data.get('kind')}"
        case _:
            assert_never(part)


def source_link(part: Citation) -> str:
    """Returns a citation as HTML; an address that leads elsewhere than to the web is no link."""
    if not part.url.startswith(("http://", "https://")):
        return escape(f"Source: {part.title} {part.url}".strip())
    return f'Source: <a href="{escape(part.url)}" rel="noopener noreferrer">{escape(part.title or part.url)}</a>'
