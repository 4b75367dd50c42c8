"""PyGPT: its ``db.sqlite``. A row is a question with its answer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.messages import Message
from workbench.core.parts import Citation, File, Part, Text

from .fields import Fields, imported, items, mapping, model_name, seconds, string, unread
from .head import Head
from .intake import Intake
from .sources import Source
from .values import ForeignChat, ForeignNode

_KNOWN = ("id", "meta_id", "external_id", "input", "output", "input_name", "output_name", "model", "images_json",
          "files_json", "urls_json", "attachments_json", "input_ts", "output_ts", "extra")


def claims(head: Head) -> bool:
    return head.kind == "sqlite"


def read(source: Source, intake: Intake) -> Iterator[ForeignChat]:
    address = f"{source.path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            connection.execute("PRAGMA trusted_schema = OFF")
            yield from _chats(connection, source, intake)
    except sqlite3.DatabaseError as error:
        raise BadInput(f"{source.name} is a damaged database ({error}): nothing was taken.") from None


def _chats(connection: sqlite3.Connection, source: Source, intake: Intake) -> Iterator[ForeignChat]:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"ctx_meta", "ctx_item"} <= tables:
        raise BadInput(f"{source.name} is a database of another program than PyGPT: nothing was taken.")
    groups: dict[Any, str] = {}
    if "ctx_group" in tables:
        groups = {row["id"]: string(row["name"]) for row in connection.execute("SELECT id, name FROM ctx_group")}
    for row in connection.execute("SELECT * FROM ctx_meta ORDER BY id"):
        meta = dict(row)
        rows = connection.execute("SELECT * FROM ctx_item WHERE meta_id = ? ORDER BY id", (meta.get("id"),))
        yield _chat(meta, [dict(item) for item in rows], groups.get(meta.get("group_id"), ""), intake)


def _chat(meta: Fields, rows: list[Fields], group: str, intake: Intake) -> ForeignChat:
    nodes: list[ForeignNode] = []
    for row in rows:
        for node in _nodes(row, intake):
            nodes.append(node if not nodes else ForeignNode(node.id, nodes[-1].id, node.message, node.created))
    return ForeignChat(
        string(meta.get("uuid")) or string(meta.get("id")), nodes, string(meta.get("name")),
        model=model_name("pygpt", meta.get("model") or meta.get("last_model")), folder=(group,) if group else (),
        pinned=meta.get("is_important") == 1, archived=meta.get("is_archived") == 1,
        created=seconds(meta.get("created_ts")), updated=seconds(meta.get("updated_ts")),
        extra=unread(meta, "id", "uuid", "name", "model", "created_ts", "updated_ts", "is_important", "is_archived",
                     "group_id"),
    )


def _nodes(row: Fields, intake: Intake) -> Iterator[ForeignNode]:
    id = string(row.get("id"))
    given = [*_files(row, "attachments_json", intake), *_text(row.get("input"))]
    if given:
        yield ForeignNode(f"{id}.input", None, Message("user", tuple(given)), seconds(row.get("input_ts")))
    came = [*_text(row.get("output")), *_files(row, "images_json", intake), *_files(row, "files_json", intake),
            *(Citation(string(url)) for url in _list(row.get("urls_json")) if string(url))]
    if came:
        extra = unread(row, *_KNOWN) | ({"extra": value} if (value := _parsed(row.get("extra"))) else {})
        message = Message("assistant", tuple(came), model_name("pygpt", row.get("model")), imported(extra))
        yield ForeignNode(f"{id}.output", None, message, seconds(row.get("output_ts")))


def _text(value: object) -> list[Part]:
    return [Text(text)] if (text := string(value)) else []


def _files(row: Fields, name: str, intake: Intake) -> Iterator[Part]:
    """Paths on the machine that the chat comes from are never read: a file could name any."""
    for item in _list(row.get(name)):
        path = string(item) or string(mapping(item).get("path")) or string(mapping(item).get("name"))
        intake.note("PyGPT keeps images and files outside the database; they came as names.")
        yield File(path.replace("\\", "/").rsplit("/", 1)[-1] or "file")


def _list(value: object) -> list[Any]:
    parsed = _parsed(value)
    return list(parsed.values()) if isinstance(parsed, dict) else items(parsed)


def _parsed(value: object) -> Any:
    try:
        return json.loads(string(value) or "null", parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        return None
