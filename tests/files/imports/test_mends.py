"""What is mended in a file is told, one sentence for each kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.files.imports.conftest import Land, write_json, write_lines, write_zip

ASKED: dict[str, Any] = {"role": "user", "content": "Ask"}
LOST = {"role": "tool", "tool_call_id": "nowhere", "content": "found"}


def claude(*said: object, name: str = "T") -> dict[str, Any]:
    return {"uuid": "6f1d1c8e-8f0b-4d0e-9d8a-0b0c0d0e0f10", "name": name, "chat_messages": list(said)}


@pytest.mark.parametrize(("entry", "note"), [
    ({"messages": [{"role": "user", "content": "cut \ud83d"}]},
     "A text with halves of characters, as programs leave them where they cut, was mended."),
    (claude({"uuid": "1", "sender": "human", "text": "Hi"}, name="Plan \ud83d"),
     "A text with halves of characters, as programs leave them where they cut, was mended."),
    ({"messages": [ASKED, LOST]}, "A tool's result whose call is not in the chat was kept as it is."),
    ({"messages": [ASKED, 5, None]}, "2 damaged items among the messages of a chat were left out."),
    (claude({"uuid": "1", "sender": "human", "text": "Hi"}, "?"),
     "One damaged item among the messages of a chat was left out."),
])
def test_a_mend_is_told(land: Land, tmp_path: Path, entry: dict[str, Any], note: str) -> None:
    landed = land(write_lines(tmp_path / "c.jsonl", entry))
    assert landed.report.chats == 1 and landed.report.notes == (note,)
    assert land(tmp_path / "c.jsonl").report.unchanged == 1


def test_a_byte_order_mark_is_told(land: Land, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps([claude({"uuid": "1", "sender": "human", "text": "Hi"})]).encode())
    assert land(path).report.notes == ("The byte order mark at the beginning of a file was passed over.",)


def test_what_macos_adds_is_told(land: Land, tmp_path: Path) -> None:
    said = [claude({"uuid": "1", "sender": "human", "text": "Hi"})]
    path = write_zip(tmp_path / "c.zip", {"conversations.json": said, "__MACOSX/._conversations.json": b"\0\5\x16"})
    assert land(path).report.notes == ("One file that a system keeps beside others was passed over.",)


def test_nothing_is_told_of_a_whole_file(land: Land, tmp_path: Path) -> None:
    whole = [claude({"uuid": "1", "sender": "human", "text": "😀"})]
    assert land(write_json(tmp_path / "c.json", whole)).report.notes == ()
