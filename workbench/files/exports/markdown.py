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
from workbench.core.text.file_names import file_name
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
    """Returns Markdown with what it leaves open closed: code, a comment or an HTML element that a reply was cut off in
    would swallow the rest of the file."""
    mark, tags = _left_open(text)
    if mark and not mark.startswith("</") and _ends_in_container(text):
        mark = ""
    return "\n".join([text, *filter(None, [mark]), *(f"</{tag}>" for tag in reversed(tags))])


def _left_open(text: str) -> tuple[str, list[str]]:
    """Returns what ends the code or the HTML block that is open, ``""`` if none is, and the elements that are open."""
    mark, end = "", _FENCE_END
    tags: list[str] = []
    for line in text.splitlines():
        if mark:
            found = end.search(line)
            if found and (end is not _FENCE_END or found[1].startswith(mark)):
                mark = ""
        elif start := _FENCE_START.match(line):
            mark, end = start[1], _FENCE_END
        elif block := _html_block(line):
            mark, end = block
            mark = "" if end.search(line, line.index("<") + 1) else mark
        elif "<" in line and (tags or not line.startswith(("    ", "\t"))):  # else it is code
            _follow(line, tags)
    return mark, tags


def _html_block(line: str) -> tuple[str, re.Pattern[str]] | None:
    """Returns what ends the HTML block that begins on a line and goes on over blank lines (CommonMark 0.31, 4.6)."""
    for start, end, mark in _HTML_BLOCKS:
        if found := start.match(line):
            return mark or f"</{found[1]}>", end
    return None


def _follow(line: str, tags: list[str]) -> None:
    """Opens and closes elements as a line does, code in it left out."""
    for found in _TAG.finditer(_CODE_SPAN.sub("", line)):
        tag = found["tag"].lower()
        if not found["end"]:
            tags.append(tag)
        elif tag in tags:
            del tags[len(tags) - 1 - tags[::-1].index(tag):]


def _ends_in_container(text: str) -> bool:
    """Returns whether text ends within a list or a quote, which the next heading ends with all that is in it."""
    stage = BlockStage()
    for line in text.splitlines():
        stage.feed(line)
    return stage.tip is not None and bool(stage.tip.chain)


_FENCE_START = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_FENCE_END = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*$")
_HTML_BLOCKS = tuple((re.compile(rf" {{0,3}}{start}", re.IGNORECASE), re.compile(end, re.IGNORECASE), mark)
                     for start, end, mark in (
    (r"<(script|pre|style|textarea)(?=[\s>]|$)", r"</(?:script|pre|style|textarea)>", ""),
    ("<!--", "-->", "-->"), (r"<\?", r"\?>", "?>"), (r"<!\[CDATA\[", r"\]\]>", "]]>"), ("<![a-z]", ">", ">")))
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_TAG = re.compile(
    r"(?<!\\)<(?P<end>/)?(?P<tag>script|pre|style|textarea|title|iframe|noembed|noframes|noscript|xmp|template|select"
    r"|address|article|aside|blockquote|center|details|dialog|div|dl|fieldset|figure|footer|form|header|main|menu|nav|ol"
    r"|section|summary|svg|table|caption|thead|tbody|tfoot|tr|th|td|ul|video|audio|object|button)"
    r"(?=[\s>])[^<>]*(?<!/)>", re.IGNORECASE)
"""Elements that hold whatever follows until they are closed."""


def _alt(blob: Blob) -> str:
    return re.sub(r"[\[\]\\\n]", " ", blob.name)


def image_target(blob: Blob, data: bytes, options: ExportOptions) -> str:
    if options.images_inside:
        return f"data:{blob.mime};base64,{base64.b64encode(data).decode('ascii')}"
    return f"{IMAGES}/{image_name(blob)}"


def image_name(blob: Blob) -> str:
    """Returns a name made from the content, so that names never clash or lead out of the folder."""
    kind = blob.mime.partition("/")[2].replace("jpeg", "jpg")
    return f"{file_name(blob.sha256[:16], 'image')}.{kind if kind.isascii() and kind.isalnum() else 'bin'}"


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
