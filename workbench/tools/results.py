"""Results of MCP calls, and lists of MCP tools, as values of the program."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.core.json_types import JsonObject
from workbench.core.tools.tool import Outcome, Tool, cut

if TYPE_CHECKING:
    import mcp_types

MOST_TOOLS = 500
MOST_SCHEMA = 200_000
"""Characters of a tool's definition."""
MOST_MEDIA = 20
MOST_MEDIA_BYTES = 20 * 2**20


def tools_of(source: str, found: Sequence[mcp_types.Tool]) -> tuple[list[Tool], list[str]]:
    """Returns a server's tools, and sentences on those that cannot be used."""
    tools: dict[str, Tool] = {}
    notes = []
    for one in found[:MOST_TOOLS]:
        hints = one.annotations.model_dump(exclude_none=True, by_alias=True) if one.annotations else {}
        tool = Tool(source, one.name, one.description or "", dict(one.input_schema), one.title or "", hints)
        if one.name in tools:
            notes.append(f"{source} names the tool {one.name} twice: the first is used.")
        elif len(tool.description) + len(json.dumps(tool.schema)) > MOST_SCHEMA:
            notes.append(f"The definition of {source}/{one.name} is too long to be sent, so that it is left out.")
        else:
            tools[one.name] = tool
    if len(found) > MOST_TOOLS:
        notes.append(f"{source} has {len(found)} tools; the first {MOST_TOOLS} are used.")
    return list(tools.values()), notes


def outcome_of(result: mcp_types.CallToolResult) -> Outcome:
    """Returns a result as the model is told it: its texts, or its structured content where it has no text."""
    texts: list[str] = []
    media: list[tuple[bytes, str]] = []
    for block in result.content:
        match block.type:
            case "text":
                texts.append(block.text)
            case "image" | "audio":
                texts.append(_keep(media, block.data, block.mime_type))
            case "resource_link":
                texts.append(f"[A link, not opened: {block.name}, {block.uri}]")
            case "resource":
                text = getattr(block.resource, "text", None)
                texts.append(text if isinstance(text, str) else _keep(
                    media, getattr(block.resource, "blob", ""), block.resource.mime_type or ""))
            case _:
                texts.append(f"[Something of the kind {block.type}, which this program does not know]")
    structured: JsonObject | None = result.structured_content
    if not any(text.strip() for text in texts) and structured is not None:
        texts = [json.dumps(structured, ensure_ascii=False)]
    return Outcome(cut("\n\n".join(texts)), "error" if result.is_error else "ok", tuple(media))


def _keep(media: list[tuple[bytes, str]], data: str, mime: str) -> str:
    """Adds a picture or a sound to ``media``, and returns what stands for it in the text."""
    try:
        found = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return "[A file that was not encoded as it should be]"
    size = sum(len(kept) for kept, _ in media) + len(found)
    if len(media) >= MOST_MEDIA or size > MOST_MEDIA_BYTES:
        return f"[A file of {len(found)} bytes was left out: the result holds too many of them]"
    if mime.startswith(("image/", "audio/")):
        media.append((found, mime))
        return f"[{mime}, {len(found)} bytes]"
    return f"[A file of the kind {mime or 'unknown'}, {len(found)} bytes, which is not shown]"
