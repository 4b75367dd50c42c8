"""What goes out comes back the same, and no word is lost in any format: properties of generated chats."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.files.conversations import conversations
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import Audio, Citation, File, Part, Reasoning, Text, ToolCall, ToolResult
from workbench.core.ports.exports import ExportOptions
from workbench.core.resources import resource
from workbench.files.exports.document import ChatDocument
from workbench.files.exports.formats import FORMATS
from workbench.files.import_export_service import ImportExportService
from workbench.files.json_schema import validate
from workbench.storage.store import SqliteStore, open_store

Generated = tuple[Chat, list[MessageNode], dict[str, bytes]]
_few = settings(suppress_health_check=list(HealthCheck))


def document(generated: Generated) -> ChatDocument:
    chat, nodes, blobs = generated
    line: list[str] = []
    by_id = {node.id: node for node in nodes}
    at = chat.tip
    while at is not None:
        line.insert(0, at)
        at = by_id[at].parent_id
    return ChatDocument(chat, tuple(nodes), tuple(line), ("Folder", "Inner"), blobs)


def written(format: str, generated: Generated, **options: bool) -> str:
    return "".join(FORMATS[format].load().render([document(generated)], ExportOptions(branches=True, **options)))


async def _through(text: str, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Imported into one store, exported from it, imported into another, exported again."""
    path = folder / "0.json"
    path.write_text(text, "utf-8")
    exports = []
    for number in (1, 2):
        (folder / f"data{number}").mkdir()
        store: SqliteStore = await open_store(folder / f"data{number}")
        exchange = ImportExportService(store)
        report = await exchange.import_files([path], dry_run=False, progress=lambda done, of: None)
        assert (report.chats, report.notes) == (1, ())
        again = await exchange.import_files([path], dry_run=False, progress=lambda done, of: None)
        assert (again.chats, again.updated, again.unchanged) == (0, 0, 1)
        chat_id = json.loads(text)["chats"][0]["id"]
        path = folder / f"{number}.json"
        await exchange.export([chat_id], "json", path, options={"branches": True}, progress=lambda done, of: None)
        exports.append(json.loads(path.read_text("utf-8")))
        await store.close()
    return exports[0], exports[1]


@_few
@given(conversations())
def test_own_json_out_and_in_is_identical(tmp_path: Path, generated: Generated) -> None:
    text = written("json", generated)
    first = json.loads(text)
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        second, third = asyncio.run(_through(text, Path(folder)))
    assert second == third == first


@given(conversations())
def test_every_export_is_valid_by_the_schema(generated: Generated) -> None:
    schema = json.loads(resource("chat-format.schema.json").read_text("utf-8"))
    assert validate(json.loads(written("json", generated)), schema) == ""


@given(conversations())
def test_markdown_and_text_keep_every_word(generated: Generated) -> None:
    for format in ("md", "txt"):
        text = written(format, generated)
        for part in _parts(generated):
            if isinstance(part, Text | File):
                assert part.text in text
            elif isinstance(part, Reasoning):
                assert all(line.rstrip() in text for line in part.text.splitlines())
            elif isinstance(part, ToolCall):
                assert part.arguments in text
            elif isinstance(part, ToolResult):
                assert part.text in text
            elif isinstance(part, Audio):
                assert part.transcript in text
            elif isinstance(part, Citation):
                assert part.url in text and part.title in text


@given(conversations())
def test_json_lines_keep_every_word(generated: Generated) -> None:
    said = [message for line in written("jsonl", generated).splitlines() for message in json.loads(line)["messages"]]
    text = "\n".join(str(value) for message in said for value in _strings(message))
    for part in _parts(generated):
        if isinstance(part, Text | File | Reasoning | ToolResult):
            assert part.text in text
        elif isinstance(part, ToolCall):
            assert part.arguments in text
        elif isinstance(part, Audio):
            assert part.transcript in text
        elif isinstance(part, Citation):
            assert part.url in text and part.title in text


def _parts(generated: Generated) -> list[Part]:
    return [part for node in generated[1] for part in node.message.parts]


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return [value] if isinstance(value, str) else []
