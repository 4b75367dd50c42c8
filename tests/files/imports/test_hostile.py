"""Files that were made to harm, or broke on their way: refused with a sentence or mended, and nothing changes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.files.imports.conftest import Land, arrived, write_json, write_lines, write_zip
from workbench.core.errors import BadInput
from workbench.files.import_export_service import ImportExportService
from workbench.files.imports import sources
from workbench.storage.store import open_store

CHAT = {"uuid": "u", "name": "N", "chat_messages": [{"uuid": "m", "sender": "human", "text": "Hello"}]}
GOOD = json.dumps([CHAT]).encode()


def zip_with(path: Path, name: str, data: bytes = GOOD, attributes: int = 0, flags: int = 0) -> Path:
    info = zipfile.ZipInfo(name)
    info.external_attr = attributes << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", GOOD)
        archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    if flags:
        raw = bytearray(path.read_bytes())
        at = raw.rfind(b"PK\x01\x02")
        raw[at + 8] |= flags
        path.write_bytes(raw)
    return path


def nested(depth: int) -> bytes:
    return b'[{"uuid": "u", "chat_messages": ' + b"[" * depth + b"]" * depth + b"}]"


def huge_directory(path: Path) -> Path:
    path.write_bytes(b"PK\x03\x04" + b"x" * 40 + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, 900_000_000, 4, 0))
    return path


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "zip slip": (lambda p: zip_with(p, "../../outside.json"), "leads out of its folder"),
    "zip slip, Windows": (lambda p: zip_with(p, "a\\..\\..\\outside.json"), "leads out of its folder"),
    "absolute name": (lambda p: zip_with(p, "/etc/outside.json"), "leads out of its folder"),
    "drive letter": (lambda p: zip_with(p, "C:outside.json"), "leads out of its folder"),
    "symbolic link": (lambda p: zip_with(p, "link.json", b"/etc/passwd", 0o120777), "holds the link"),
    "password": (lambda p: zip_with(p, "x.json", flags=1), "protected by a password"),
    "bomb": (lambda p: zip_with(p, "bomb.json", b" " * 50_000_000), "times its size"),
    "huge directory": (huge_directory, "millions of files"),
    "cut ZIP": (lambda p: cut(zip_with(p, "x.json")), "damaged ZIP"),
    "deep JSON": (lambda p: written(p, nested(100_000)), "nested too deeply"),
    "huge number": (lambda p: written(p, b'[{"uuid": ' + b"9" * 5000 + b', "chat_messages": []}]'), "of digits"),
    "truncated": (lambda p: written(p, GOOD[:-20]), "ends too early"),
    "truncated between chats": (lambda p: written(p, GOOD[:-1] + b","), "ends too early"),
    "not UTF-8": (lambda p: written(p, GOOD.replace(b"Hello", b"Gr\xfc\xdfe")), "not in UTF-8"),
    "damaged": (lambda p: written(p, GOOD[:-1] + b", {'single': 'quotes are not JSON'}]"), "damaged JSON"),
    "empty": (lambda p: written(p, b""), "is empty"),
    "binary": (lambda p: written(p, bytes(range(256)) * 10), "no format"),
    "other JSON": (lambda p: written(p, b'{"hello": "world"}'), "no format"),
    "a line without end": (lambda p: written(p, b"# " + b"n" * 5_000_000), "no format"),
    "a quoted line without end": (lambda p: written(p, b'"' + b"n" * 5_000_000), "no format"),
    "a table without end": (lambda p: written(
        p, b'Conversation,Time,Author,Message\r\nA,2026-01-01T00:00:00,AI,"' + b"n" * 50_000_001), "damaged table"),
    "web page": (lambda p: written(p, b"<!doctype html><p>Sign in</p>"), "no format"),
    "other database": (lambda p: written(p, b"SQLite format 3\0" + b"x" * 200), "damaged database"),
}


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def cut(path: Path) -> Path:
    return written(path, path.read_bytes()[:-30])


@pytest.mark.parametrize("name", HOSTILE)
def test_refused_and_nothing_changes(name: str, land: Land, tmp_path: Path, isolated: Path) -> None:
    make, sentence = HOSTILE[name]
    good = write_json(tmp_path / "good.json", [{**CHAT, "uuid": "good", "name": "Good"}])
    files = set(tmp_path.rglob("*"))
    with pytest.raises(BadInput, match=sentence):
        land(good, make(tmp_path / "hostile"))
    assert land(good, dry=True).chats == {}
    assert {path for path in tmp_path.rglob("*") if isolated not in path.parents} <= files | {
        tmp_path / "hostile", isolated}


def test_a_gzip_bomb(land: Land, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    monkeypatch.setattr(sources, "_SMALL", 1000)
    path = written(tmp_path / "b.bak", gzip.compress(b'{"localStorage": "' + b"x" * 3_000_000 + b'"}'))
    with pytest.raises(BadInput, match="far more than a conversation"):
        land(path)


def test_too_many_members(land: Land, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_MEMBERS", 3)
    with pytest.raises(BadInput, match="more than 3 files"):
        land(write_zip(tmp_path / "z.zip", {f"{n}.json": [] for n in range(5)}))


@pytest.mark.parametrize("data", [
    b"\xef\xbb\xbf" + GOOD, GOOD.decode().encode("utf-16"), GOOD.replace(b'"N"', b'NaN'),
    GOOD.replace(b'"N"', b'1e999'), GOOD.replace(b"Hello", b"Hello\\ud800"), GOOD.replace(b"Hello", b"Hello\x01\tx"),
    GOOD.replace(b'"name"', b'"name": "first", "name"'),
], ids=["BOM", "UTF-16", "NaN", "infinity", "half a surrogate pair", "control characters", "the same field twice"])
def test_mended(data: bytes, land: Land, tmp_path: Path) -> None:
    landed = land(written(tmp_path / "x.json", data))
    [chat] = landed.chats.values()
    assert chat.line[0][1].startswith("Hello")


def test_the_same_ids_circles_and_no_ids(land: Land, tmp_path: Path) -> None:
    said = [{"uuid": "a", "sender": "human", "text": "One", "parent_message_uuid": "b"},
            {"uuid": "b", "sender": "assistant", "text": "Two", "parent_message_uuid": "a"},
            {"uuid": "b", "sender": "assistant", "text": "Twin", "parent_message_uuid": "a"},
            {"uuid": "b", "sender": "assistant", "text": "Two", "parent_message_uuid": "a"},
            {"sender": "human", "text": "Nameless", "parent_message_uuid": "gone"}, None, 3, {"uuid": []}]
    landed = land(write_json(tmp_path / "x.json", [{"uuid": "u", "name": "N", "chat_messages": said}]))
    assert sorted(line.strip() for line in landed["N"].shape if line.strip(" ()")) == ["Nameless", "One", "Twin", "Two"]
    notes = " ".join(landed.report.notes)
    assert "below themselves" in notes and "the same name" in notes and "twice was imported once" in notes


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [[]], {"a": {"b": []}}, True, 1e308, 10**400, "\0"])
def test_any_value_in_any_field(value: Any, land: Land, tmp_path: Path) -> None:
    """No field of the wrong type does more than be passed over."""
    def every(names: str) -> dict[str, Any]:
        return dict.fromkeys(names.split(), value)

    message = every("sender text content created_at attachments files")
    node = {"parent": value, "children": value,
            "message": every("author content create_time metadata status recipient weight")}
    paths = [
        write_json(tmp_path / "claude.json", [{"uuid": value, "chat_messages": [message], "created_at": value},
                                              {"uuid": "x", "chat_messages": value}]),
        write_json(tmp_path / "chatgpt.json", [{"mapping": {"n": node}, "title": value, "create_time": value},
                                               {"mapping": {"n": {"message": {"author": {"role": value}, "content": {
                                                   "content_type": value, "parts": value}}}}}]),
        write_json(tmp_path / "webui.json", [{"chat": {"history": {"messages": {"m":
            every("role content parentId childrenIds files output sources")}},
            "params": value, "tags": value}, "meta": value}]),
        write_json(tmp_path / "libre.json", {"conversationId": value, "messages": [
            every("messageId parentMessageId text content files children")]}),
        write_json(tmp_path / "chatbox.json", {"session:1": {"id": value, "messages": [
            every("id role contentParts files timestamp")], "messageForksHash": value,
            "threads": value, "settings": value}}),
        write_json(tmp_path / "cherry.json", {"localStorage": value, "indexedDB": {"topics": [{
            "id": value, "messages": [{"id": value, "role": value, "blocks": value, "askId": value}]}],
            "message_blocks": value}}),
        write_json(tmp_path / "1.conversation.json", {"messages": [{"versions": [{
            "role": value, "content": value, "steps": value}], "currentlySelected": value}], "createdAt": value}),
        write_json(tmp_path / "witsy.json", {"folders": value, "chats": [{"uuid": value, "messages": [
            every("role content attachments toolCalls type")]}]}),
        write_lines(tmp_path / "tavern.jsonl", {"chat_metadata": value},
                    every("mes swipes swipe_id swipe_info extra send_date")),
        write_lines(tmp_path / "openai.jsonl", {"messages": [{"role": "user"}, every("role content tool_calls")]}),
        write_json(tmp_path / "share.json", [{"conversations": [{"from": value, "value": value}]}]),
        write_json(tmp_path / "own.json", {"format": "chat-workbench", "version": 1, "chats": [
            {"id": "x", "messages": [{"id": "y", "role": "user", "parts": value, "status": value}], "tip": value,
             "extra": value, "params": value},
            *({"id": name, "messages": [], name: value} for name in (
                "title", "tip", "model", "system", "params", "folder", "tags", "created", "updated", "draft", "blobs")),
            {"id": "z", "messages": [{"id": "y", "role": "user", "parts": [], "status": "complete", name: value}
                                     for name in ("parent", "created", "label", "origin", "position", "record")]}]}),
    ]
    for path in paths:
        with contextlib.suppress(BadInput):  # a file in which nothing is left may be refused
            assert land(path).report.messages >= 0


@pytest.mark.parametrize(("params", "left"), [
    ({"temperature": "0.7", "top_p": 0.9}, "temperature"), ({"top_p": 0.9, "seed": 10**400}, "seed"),
    ({"top_p": 0.9, "max_tokens": None}, "max_tokens"), ({"top_p": 0.9, "n": True}, "n"),
    ({"top_p": 0.9, "stop": [[]]}, "stop"), ({"top_p": 0.9, "reasoning_effort": ["low"]}, "reasoning_effort"),
    ({"top_p": 0.9, "response_format": 7}, "response_format"), ({"top_p": 0.9, "logit_bias": {"a": {}}}, "logit_bias"),
    ({"top_p": 0.9, "temperature": 9}, "temperature"),
])
def test_parameters_that_cannot_be_sent_stay_out(
    params: dict[str, Any], left: str, land: Land, tmp_path: Path
) -> None:
    """The other settings come, fields that are no parameter of ours too; the dry run says the same."""
    said = {"role": "user", "parts": [{"kind": "text", "text": "Hello"}], "status": "complete"}
    chats = [{"id": f"x{number}", "title": f"T{number}", "messages": [{**said, "id": f"y{number}"}],
              "created": 5.0, "params": {**params, "my_field": {"a": 1}}} for number in range(2)]
    path = write_json(tmp_path / "own.json", {"format": "chat-workbench", "version": 1, "chats": chats})
    dry, landed = land(path, dry=True), land(path)
    assert landed["T1"].chat.params == {"top_p": 0.9, "my_field": {"a": 1}} and landed.report.chats == 2
    assert dry.report.notes == landed.report.notes == (
        f"A value of {left} that cannot be sent was left out. (2 times)",)
    assert land(path).report.notes == ()


def test_foreign_settings_that_cannot_be_sent_stay_out(land: Land, tmp_path: Path) -> None:
    path = write_json(tmp_path / "webui.json", [{"title": "W", "chat": {
        "params": {"temperature": 7, "top_p": 0.5, "max_tokens": -1},
        "history": {"messages": {"m": {"role": "user", "content": "Hello"}}}}}])
    landed = land(path)
    assert landed["W"].chat.params == {"top_p": 0.5}
    assert sorted(landed.report.notes) == [f"A value of {name} that cannot be sent was left out."
                                           for name in ("max_tokens", "temperature")]


def test_stopping_leaves_nothing(run: Run, isolated: Path, tmp_path: Path) -> None:
    chats = [{**CHAT, "uuid": f"u{n}", "chat_messages": [
        {"uuid": f"m{m}", "sender": "human", "text": "word " * 2000} for m in range(20)]} for n in range(40)]
    path = write_json(tmp_path / "many.json", chats)
    isolated.mkdir()

    async def work() -> None:
        store = await open_store(isolated)
        begun = asyncio.Event()
        task = asyncio.ensure_future(ImportExportService(store).import_files(
            [path], dry_run=False, progress=lambda done, of: begun.set()))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await arrived(store) == {} and await store.folders() == []
        await store.close()

    run(work())


def test_keys_in_a_file_are_left_in_it(land: Land, tmp_path: Path) -> None:
    data = [{**CHAT, "apiKey": "sk-one", "settings": {"providers": [{"api_key": "sk-two", "x-api-key": "sk-three"}],
             "headers": {"Authorization": "sk-four"}, "keep": 1}}]
    landed = land(write_json(tmp_path / "x.json", data))
    assert landed["N"].chat.extra["imported"] == {"settings": {"providers": [{}], "keep": 1}}


def test_columns_that_a_database_computes_are_not_read(land: Land, tmp_path: Path) -> None:
    path = tmp_path / "cherry.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        bomb = "g text generated always as (hex(zeroblob(480000000))) virtual"
        connection.execute(f'create table topic (id text, name text, "odd ""name" text, {bomb})')
        connection.execute("create table message (id text, topic_id text, role text, data text)")
        connection.execute("create virtual table assistant using fts5(id, name)")
        connection.execute("insert into topic(id, name) values ('t', 'Soup')")
        connection.execute("insert into message values ('m', 't', 'user', ?)", (
            json.dumps({"parts": [{"type": "text", "text": "Hello"}]}),))
    assert land(path)["Soup"].line == [("user", "Hello")]
