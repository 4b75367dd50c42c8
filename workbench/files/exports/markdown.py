"""Markdown export with front matter; images beside the file or inside it.

A message's Markdown is in the file as the model wrote it: readers of the format expect that, and nothing is lost.
Only what it leaves open is closed.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import Blob, File, Image, Reasoning, Text, ToolCall, ToolResult
from workbench.core.ports.exports import ExportOptions
from workbench.files.staging import IMAGES
from workbench.rendering.blockstage import BlockStage

from .document import ChatDocument
from .reading import heading, metrics, moment, part_line, titled_part


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    for document in documents:
        yield _front_matter(document)
        yield f"# {document.chat.title}\n\n"
        if document.chat.system:
            yield f"## System prompt\n\n{whole(document.chat.system)}\n\n"
        for node in document.nodes:
            yield f"## {heading(node, document)}\n\n"
            yield from _node(node, document, options)


def _front_matter(document: ChatDocument) -> str:
    """Returns YAML whose values are JSON, which is YAML too."""
    chat = document.chat
    values = {
        "title": chat.title, "id": chat.id, "model": chat.model, "created": moment(chat.created),
        "updated": moment(chat.updated), "folder": "/".join(document.folder), "tags": list(chat.tags),
        "parameters": dict(chat.params),
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items() if value]
    return "\n".join(["---", *lines, "---", "", ""])


def _node(node: MessageNode, document: ChatDocument, options: ExportOptions) -> Iterator[str]:
    for part in node.message.parts:
        match part:
            case Text():
                yield f"{whole(part.text)}\n\n"
            case Reasoning():
                quoted = "\n".join(f"> {line}".rstrip() for line in part.text.splitlines())
                yield f"> **Reasoning**\n>\n{quoted}\n\n"
            case Image(blob=blob) if blob is not None and blob.sha256 in document.blobs:
                yield f"![{_alt(blob)}]({image_target(blob, document.blobs[blob.sha256], options)})\n\n"
            case File() if not options.attachments:
                yield f"*{part_line(part)}*\n\n"
            case File() | ToolCall() | ToolResult():
                title, text = titled_part(part)
                mark = fence(text)
                yield f"**{title}**\n\n{mark}\n{text}\n{mark}\n\n"
            case _:
                yield f"*{part_line(part)}*\n\n"
    if node.record is not None and (line := metrics(node.record)):
        yield f"<sub>{line}</sub>\n\n"


def whole(text: str) -> str:
    """Returns Markdown with what it leaves open closed: a fence or a comment that a reply was cut off in would swallow
    the rest of the file."""
    closing = ""  # what ends the code or the comment that is open
    for line in text.splitlines():
        if closing == "-->":
            closing = "" if "-->" in line else closing
        elif closing:
            mark = _FENCE_END.match(line)
            closing = "" if mark and mark[1].startswith(closing) else closing
        elif start := _FENCE_START.match(line):
            closing = start[1]
        elif (comment := line.lstrip(" ")).startswith("<!--") and "-->" not in comment:
            closing = "-->"
    if not closing or _ends_in_container(text):
        return text
    return f"{text}\n{closing}"


def _ends_in_container(text: str) -> bool:
    """Returns whether text ends within a list or a quote, which the next heading ends with all that is in it."""
    stage = BlockStage()
    for line in text.splitlines():
        stage.feed(line)
    return stage.tip is not None and bool(stage.tip.chain)


_FENCE_START = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_FENCE_END = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*$")


def _alt(blob: Blob) -> str:
    return re.sub(r"[\[\]\\\n]", " ", blob.name)


def image_target(blob: Blob, data: bytes, options: ExportOptions) -> str:
    if options.images_inside:
        return f"data:{blob.mime};base64,{base64.b64encode(data).decode('ascii')}"
    return f"{IMAGES}/{image_name(blob)}"


def image_name(blob: Blob) -> str:
    """Returns a name made from the content, so that names never clash or lead out of the folder."""
    return f"{blob.sha256[:16]}.{blob.mime.partition('/')[2].replace('jpeg', 'jpg') or 'bin'}"


def write_images(folder: Path, document: ChatDocument) -> None:
    """Writes the images that the Markdown of a chat refers to."""
    for node in document.nodes:
        for part in node.message.parts:
            if isinstance(part, Image) and part.blob is not None and part.blob.sha256 in document.blobs:
                (folder / IMAGES).mkdir(exist_ok=True)
                (folder / IMAGES / image_name(part.blob)).write_bytes(document.blobs[part.blob.sha256])


def fence(text: str) -> str:
    """Returns a code fence longer than any run of back-ticks in the text."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(3, longest + 1)
