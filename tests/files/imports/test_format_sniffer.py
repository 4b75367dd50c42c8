"""The format sniffer: what the beginning of a source shows, without reading the rest."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from workbench.core.errors import BadInput
from workbench.files.imports import json_sample
from workbench.files.imports.format_sniffer import SourceHead, sniff
from workbench.files.imports.sources import open_source


def head_of(path: Path, content: bytes | None = None) -> SourceHead:
    if content is not None:
        path.write_bytes(content)
    return sniff(open_source(path, lambda count: None))


@pytest.mark.parametrize(("content", "kind", "first"), [
    (b'[{"a": 1}, {"b": 2}]', "array", {"a": 1}), (b'[1, 2, {"a": 1}]', "array", {"a": 1}), (b"[]", "array", {}),
    (b'{"a": 1}', "object", {"a": 1}), (b'\xef\xbb\xbf {"a": 1}\n{"b": 2}', "lines", {"a": 1}),
    ('{"a": "é"}'.encode("utf-16"), "object", {"a": "é"}), (b"hello", "text", {}), (b"\x00\x01", "none", {}),
])
def test_kinds(tmp_path: Path, content: bytes, kind: str, first: dict[str, object]) -> None:
    head = head_of(tmp_path / "x.json", content)
    assert (head.kind, head.first) == (kind, first)


def test_a_long_object_shows_its_shape_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long texts are cut, of a list the first items are shown, and fields behind them are seen too."""
    chats = [{"id": number, "messages": [{"text": "x" * 9000}]} for number in range(50)]
    content = json.dumps({"small": 1, "chats": chats, "later": 2}).encode()
    first = head_of(tmp_path / "x.json", content).first
    assert (first["small"], first["later"], len(first["chats"])) == (1, 2, 3)
    assert len(first["chats"][2]["messages"][0]["text"]) < 9000
    monkeypatch.setattr(json_sample, "MOST_READ", 300_000)
    first = head_of(tmp_path / "x.json", content).first
    assert len(first["chats"]) == 3 and first.get("later") is None


def test_a_database_shows_its_tables(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute("CREATE TABLE topic (id)")
    connection.commit()
    connection.close()
    head = head_of(tmp_path / "x.db")
    assert head.kind == "sqlite" and head.tables == {"topic": {"id"}}


def test_of_many_members_the_telling_one_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("users.json", "[]")
        archive.writestr("export/conversations.json", '[{"mapping": {}}]')
    head = head_of(tmp_path / "x.zip")
    assert head.any_has("mapping") and head.has_member("users.json") and not head.has_member("chat.html")


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="ends too early"):
        head_of(tmp_path / "x.json", b'[{"a": 1')


def test_a_text_that_begins_with_a_bracket_is_no_damaged_json(tmp_path: Path) -> None:
    head = head_of(tmp_path / "Chat.txt", b"[02.01.26, 03:04:05] Ann: Hello\n")
    assert (head.kind, head.beginning[:9]) == ("text", "[02.01.26") and not head.samples
    assert head_of(tmp_path / "log.txt", b'[{"a": 1}]').kind == "array"
