"""The program's own JSON, chat by chat: what ``exports/own_json.py`` wrote is read back unchanged."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Blob, blobs_named_in, blobs_of
from workbench.core.errors import BadInput
from workbench.core.reply.records import RequestRecord
from workbench.files.exports import own_json as exported

from .fields import Fields, items, mapping, mappings, number, string
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .json_text import JsonText
from .sources import Source
from .values import ForeignChat, ForeignNode

_ROLES = ("system", "developer", "user", "assistant", "tool")


def claims(head: SourceHead) -> bool:
    return head.kind == "object" and head.first.get("format") == exported.FORMAT


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    with source.open(source.members[0]) as stream:
        text = JsonText(stream, source.name)
        for name in text.fields():
            if name != "chats":
                value = text.value()
                if name == "version" and (number(value) or 0) > exported.VERSION:
                    raise BadInput(f"{source.name} was written by a newer version of Chat Workbench. Update first.")
                continue
            for item in text.items():
                try:
                    yield _chat(mapping(item), context)
                except (KeyError, TypeError, ValueError, OverflowError):
                    context.skip("A chat in the file is not what this program writes and was not imported.")


def _chat(data: Fields, context: ImportContext) -> ForeignChat:
    nodes = [_node(item) for item in mappings(data["messages"])]
    extra = mapping(data.get("extra"))
    _keep_blobs(mapping(data.get("blobs")), nodes, extra, context)
    return ForeignChat(
        string(data["id"]), nodes, string(data.get("title")), string(data.get("tip")) or None,
        string(data.get("model")),
        string(data.get("system")), mapping(data.get("params")), tuple(map(string, items(data.get("folder")))),
        tuple(map(string, items(data.get("tags")))), bool(data.get("pinned")), bool(data.get("archived")),
        float(data.get("created") or 0), float(data.get("updated") or 0), string(data.get("draft")),
        extra, native=True,
    )


def _node(data: Fields) -> ForeignNode:
    message = Message.from_json(data)
    if message.role not in _ROLES:
        raise ValueError(message.role)
    record = data.get("record")
    return ForeignNode(
        string(data["id"]), string(data.get("parent")) or None, message, float(data.get("created") or 0),
        Status(data["status"]), string(data.get("label")), string(data.get("origin")), int(data.get("position") or 0),
        RequestRecord.from_json(record) if isinstance(record, dict) else None,
    )


def _keep_blobs(packed: Fields, nodes: list[ForeignNode], extra: Fields, context: ImportContext) -> None:
    """Unpacks every blob that a message or the chat names, once; one whose bytes do not match its name is damaged."""
    wanted = {sha256: Blob(sha256, 0, "") for sha256 in blobs_named_in(dict(extra)) if sha256 in packed}
    parts = (part for node in nodes for part in node.message.parts)
    wanted.update((blob.sha256, blob) for blob in blobs_of(parts, originals=True))
    for sha256, blob in wanted.items():
        if sha256 not in packed:
            context.note("Attachments that were left out of the export were imported by name only.")
            continue
        try:
            data = base64.b64decode(packed[sha256], validate=True)
        except (binascii.Error, TypeError, ValueError):
            data = b""
        if hashlib.sha256(data).hexdigest() != sha256:
            context.note("An attachment in the file is damaged and was imported by name only.")
            continue
        context.keep(blob, data)


FORMAT = FileFormat(claims, read)
