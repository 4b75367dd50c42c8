"""Claude's export: blocks of content, attachments by their text, branches where the export has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.files.imports.conftest import Land, write_json, write_zip

ROOT = "00000000-0000-4000-8000-000000000000"


def said(uuid: str, sender: str, *content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"uuid": uuid, "sender": sender, "text": "the old form", "content": list(content),
            "created_at": "2026-03-01T10:00:00.250000Z", "updated_at": "2026-03-01T10:00:00Z", "attachments": [],
            "files": [], **more}


def test_everything_that_is_in_it(land: Land, tmp_path: Path) -> None:
    chat = {"uuid": "u-1", "name": "Maps", "created_at": "2026-03-01T09:00:00Z", "updated_at": "2026-03-02T09:00:00Z",
            "account": {"uuid": "a"}, "project_uuid": "p-1", "chat_messages": [
                said("m1", "human", {"type": "text", "text": "Read this"}, parent_message_uuid=ROOT,
                     attachments=[{"file_name": "a.txt", "extracted_content": "north"}],
                     files=[{"file_name": "map.png"}]),
                said("m2", "assistant", {"type": "thinking", "thinking": "A map.",
                                         "start_timestamp": "2026-03-01T10:00:00Z",
                                         "stop_timestamp": "2026-03-01T10:00:04Z"},
                     {"type": "tool_use", "id": "t1", "name": "look", "input": {"x": 1}},
                     {"type": "tool_result", "tool_use_id": "t1", "name": "look",
                      "content": [{"type": "text", "text": "seen"}], "is_error": False},
                     {"type": "text", "text": "North is up.",
                      "citations": [{"url": "https://n.example", "title": "N"}]},
                     {"type": "hologram", "beam": 2}, parent_message_uuid="m1"),
                said("m3", "assistant", {"type": "text", "text": "Another answer"}, parent_message_uuid="m1"),
            ]}
    linear = {"uuid": "u-2", "name": "", "created_at": "2026-03-03T09:00:00Z", "chat_messages": [
        said("n1", "human", {"type": "text", "text": "Hello there"}),
        {"uuid": "n2", "sender": "assistant", "text": "Hi"}]}
    empty = {"uuid": "u-3", "name": "Empty", "chat_messages": []}
    landed = land(write_zip(tmp_path / "claude.zip", {
        "conversations.json": [chat, linear, empty, {"uuid": "odd"}], "users.json": [],
        "projects.json": [{"uuid": "p-1", "name": "Geography"}]}))
    report = landed.report
    assert (report.format, report.chats, report.messages, report.branches, report.skipped) == ("Claude", 2, 5, 3, 2)
    assert "hologram" in " ".join(report.notes) and "without their bytes" in " ".join(report.notes)
    maps = landed["Maps"]
    assert maps.folder == "Geography" and maps.chat.updated > maps.chat.created > 1.7e9
    assert maps.shape == ["Read this", " North is up.", " Another answer"]
    assert [part["kind"] for part in maps.parts("Read this")] == ["file", "file", "text"]
    assert maps.parts("Read this")[0]["text"] == "north"
    thought, call, result, text, cited, odd = maps.parts("North is up")
    assert thought == {"kind": "reasoning", "text": "A map.", "seconds": 4.0}
    assert (call["name"], call["arguments"], result["text"], result["call_id"]) == ("look", '{"x": 1}', "seen", "t1")
    assert text["text"] == "North is up." and cited["url"] == "https://n.example" and odd["kind"] == "claude:hologram"
    assert landed["Hello there"].line == [("user", "Hello there"), ("assistant", "Hi")]
    assert maps.said("Read").created == 1772359200.25


def test_a_folder_of_the_same_name_is_used_again(land: Land, tmp_path: Path) -> None:
    for number in (1, 2):
        landed = land(write_zip(tmp_path / f"{number}.zip", {
            "conversations.json": [{"uuid": f"u-{number}", "name": f"Chat {number}", "project_uuid": "p",
                                    "chat_messages": [said("m", "human", {"type": "text", "text": "x"})]}],
            "projects.json": [{"uuid": "p", "name": "Same"}]}))
    assert landed["Chat 1"].chat.folder_id == landed["Chat 2"].chat.folder_id is not None


def test_a_bare_file(land: Land, tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.json", [{"uuid": "u", "name": "N", "chat_messages": [
        said("m", "human", {"type": "text", "text": "x"})]}])
    assert land(path).report.format == "Claude"
