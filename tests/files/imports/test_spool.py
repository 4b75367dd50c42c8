"""What lies in the spool comes back as it was, and large exports are read without being held."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.files.imports.conftest import write_json
from workbench.core.errors import BadInput
from workbench.files.imports import cherry, lobechat
from workbench.files.imports.import_context import ImportContext
from workbench.files.imports.json_text import JsonText
from workbench.files.imports.sources import FileSource
from workbench.files.imports.spool import Spool, objects

TEXT = "word " * 400


def test_objects_come_back_by_key_in_their_order() -> None:
    with Spool() as spool:
        for number in range(3):
            spool.put(("a", "b"), {"number": number, "text": "\ud83d\u0000 学"})
        spool.put(("a", "b/c"), {"number": 9})
        assert [item["number"] for item in spool.of(("a", "b"))] == [0, 1, 2]
        assert spool.last(("a", "b")) == {"number": 2, "text": "\ud83d\u0000 学"} and spool.last(("a",)) == {}


def test_nothing_stays_on_the_disk_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(BadInput), Spool() as spool:
        spool.put(("a",), {})
        assert list(tmp_path.glob("workbench-import-*"))
        raise BadInput("damaged")
    assert not list(tmp_path.glob("workbench-import-*"))


@pytest.mark.parametrize(("text", "found"), [
    ('[{"a": 1}, 2, null, {"b": 2}]', [{"a": 1}, {"b": 2}]),
    ('{"x": {"a": 1}, "y": 2, "z": {"id": "own"}}', [{"id": "x", "a": 1}, {"id": "own"}]),
    ("null", []), ('"[{"', []), ("{}", []), ("[]", [])])
def test_objects_of_lists_and_by_their_ids(text: str, found: list[Any]) -> None:
    assert list(objects(JsonText(io.BytesIO(text.encode()), "x.json"))) == found


def lobechat_of(messages: int) -> Any:
    return {"schemaHash": "x", "data": {
        "messages": [{"id": str(number), "role": "tool" if number % 2 else "user", "content": TEXT,
                      "topicId": str(number % 200)} for number in range(messages)],
        "messagePlugins": [{"id": str(number), "toolCallId": "c", "apiName": "search", "state": TEXT}
                           for number in range(1, messages, 2)],
        "topics": [{"id": str(number), "title": f"Topic {number}"} for number in range(200)]}}


def cherry_of(messages: int) -> Any:
    return {"localStorage": {}, "indexedDB": {
        "topics": [{"id": str(topic), "messages": [
            {"id": str(number), "role": "user", "blocks": [str(number)]} for number in range(topic, messages, 200)]}
            for topic in range(200)],
        "message_blocks": [{"id": str(number), "type": "main_text", "content": TEXT} for number in range(messages)]}}


@pytest.mark.parametrize(("made", "read"), [(lobechat_of, lobechat.read), (cherry_of, cherry.read)])
def test_a_large_export_is_not_held(
    tmp_path: Path, made: Callable[[int], Any], read: Callable[..., Any],
) -> None:
    path = write_json(tmp_path / "export.json", made(6000))
    tracemalloc.start()
    try:
        chats = 0
        for chat in read(FileSource(path, lambda size: None), ImportContext(lambda blob, data: None)):
            assert len(chat.nodes) == 30
            chats += 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert chats == 200 and peak < path.stat().st_size / 3
