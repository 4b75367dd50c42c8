"""PyGPT: its ``db.sqlite``. A row is a question with its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Citation, File, Part, Text

from .databases import opened
from .fields import Fields, imported, items, mapping, model_name, parsed, seconds, string, unread
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .sources import Source
from .values import ForeignChat, ForeignNode

_KNOWN = ("id", "meta_id", "external_id", "input", "output", "input_name", "output_name", "model", "images_json",
          "files_json", "urls_json", "attachments_json", "input_ts", "output_ts", "extra")


def claims(head: SourceHead) -> bool:
    return {"ctx_meta", "ctx_item"} <= set(head.tables)


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    with opened(source.path) as tables:
        groups = {row.get("id"): string(row.get("name")) for row in tables.rows("ctx_group")}
        for meta in tables.rows("ctx_meta"):
            rows = list(tables.rows("ctx_item", "meta_id = ?", meta.get("id")))
            yield _chat(meta, rows, groups.get(meta.get("group_id"), ""), context)


def _chat(meta: Fields, rows: list[Fields], group: str, context: ImportContext) -> ForeignChat:
    nodes: list[ForeignNode] = []
    for row in rows:
        for node in _nodes(row, context):
            nodes.append(node if not nodes else ForeignNode(node.id, nodes[-1].id, node.message, node.created))
    return ForeignChat(
        string(meta.get("uuid")) or f"{string(meta.get('id'))}@{string(meta.get('created_ts'))}", nodes,
        string(meta.get("name")),
        model=model_name("pygpt", meta.get("model") or meta.get("last_model")), folder=(group,) if group else (),
        pinned=meta.get("is_important") == 1, archived=meta.get("is_archived") == 1,
        created=seconds(meta.get("created_ts")), updated=seconds(meta.get("updated_ts")),
        extra=unread(meta, "id", "uuid", "name", "model", "created_ts", "updated_ts", "is_important", "is_archived",
                     "group_id"),
    )


def _nodes(row: Fields, context: ImportContext) -> Iterator[ForeignNode]:
    id = string(row.get("id"))
    given = [*_files(row, "attachments_json", context), *_text(row.get("input"))]
    if given:
        yield ForeignNode(f"{id}.input", None, Message("user", tuple(given)), seconds(row.get("input_ts")))
    came = [*_text(row.get("output")), *_files(row, "images_json", context), *_files(row, "files_json", context),
            *(Citation(string(url)) for url in _list(row.get("urls_json")) if string(url))]
    if came:
        extra = unread(row, *_KNOWN) | ({"extra": value} if (value := parsed(row.get("extra"))) else {})
        message = Message("assistant", tuple(came), model_name("pygpt", row.get("model")), imported(extra))
        yield ForeignNode(f"{id}.output", None, message, seconds(row.get("output_ts")))


def _text(value: object) -> list[Part]:
    return [Text(text)] if (text := string(value)) else []


def _files(row: Fields, name: str, context: ImportContext) -> Iterator[Part]:
    """Returns attached files by name only: a path on the chat's machine is never read, since a file could name any."""
    for item in _list(row.get(name)):
        path = string(item) or string(mapping(item).get("path")) or string(mapping(item).get("name"))
        context.note("PyGPT keeps images and files outside the database; they were imported by name only.")
        yield File(path.replace("\\", "/").rsplit("/", 1)[-1] or "file")


def _list(value: object) -> list[Any]:
    found = parsed(value)
    return list(found.values()) if isinstance(found, dict) else items(found)


FORMAT = FileFormat(claims, read)
