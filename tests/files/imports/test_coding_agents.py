"""Claude Code, Codex, Gemini CLI, Aider and Hermes: sessions with tools, pictures, what was taken back, and broken
lines."""

from __future__ import annotations

import base64
import sqlite3
from pathlib import Path
from typing import Any

from tests.files.imports.conftest import PIXEL, Land, write_json, write_lines
from workbench.core.chat.messages import Status

PICTURE = base64.b64encode(PIXEL).decode()


def line(kind: str, uuid: str, above: str | None, content: Any, **more: Any) -> dict[str, Any]:
    message = {"role": kind, "content": content, **more.pop("message", {})}
    return {"type": kind, "uuid": uuid, "parentUuid": above, "sessionId": "s1", "cwd": "/home/me/project",
            "timestamp": f"2026-01-02T03:04:{len(uuid):02}Z", "message": message, **more}


def test_claude_code(land: Land, tmp_path: Path) -> None:
    called = {"id": "m1", "model": "claude-x"}
    path = write_lines(
        tmp_path / "s1.jsonl",
        {"type": "file-history-snapshot", "messageId": "x"}, {"type": "ai-title", "aiTitle": "List files"},
        line("user", "u1", None, "<command-name>/x</command-name>Look"),
        line("assistant", "a1", "u1", [{"type": "thinking", "thinking": "Hm", "signature": "s"}], message=called),
        line("assistant", "a2", "a1", [{"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "ls"}}],
             message=called),
        line("assistant", "a3", "a2", [{"type": "tool_use", "id": "t2", "name": "Read", "input": {}}],
             message={**called, "usage": {"output_tokens": 7}}),
        {"type": "progress", "uuid": "p1", "parentUuid": "a3", "sessionId": "s1"},
        line("user", "r1", "a2", [{"type": "tool_result", "tool_use_id": "t1", "content": "a.txt"}]),
        line("user", "r2", "p1", [{"type": "tool_result", "tool_use_id": "t2", "is_error": True, "content": [
            {"type": "text", "text": "no"}, {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                                                                         "data": PICTURE}}]},
                                  {"type": "text", "text": "Stop that"}]),
        line("assistant", "b1", "r2", [{"type": "text", "text": "Done"}], message={"id": "m2", "model": "claude-x"}),
        {"type": "system", "subtype": "compact_boundary", "uuid": "c", "parentUuid": None, "logicalParentUuid": "b1"},
        line("user", "s", "c", "The summary", isCompactSummary=True),
        line("assistant", "e1", "s", [{"type": "text", "text": "Overloaded"}], message={"model": "<synthetic>"}),
        line("user", "side", None, "Search", isSidechain=True, agentId="agent-7"))
    with path.open("a") as file:
        file.write('{"type": "user", "cut off')
    landed = land(path)
    assert landed.report.format == "Claude Code" and landed.report.chats == 2 and landed.report.skipped == 1
    chat = landed["List files"]
    assert chat.folder == "project" and chat.chat.extra["source"] == "claude-code:s1"
    kinds = [(node.message.role, chat.kinds(node)) for node in chat.nodes]
    assert kinds[:5] == [("user", "text"), ("assistant", "reasoning,tool_call,tool_call"),
                         ("tool", "tool_result,tool_result"), ("user", "image,text"), ("assistant", "text")]
    assert len(chat.line) == len(chat.nodes) == 7, "nothing of it is a branch"
    assert chat.nodes[1].message.extra == {"imported": {"usage": {"output_tokens": 7}}}
    assert chat.nodes[-1].status is Status.FAILED
    assert landed["Search"].chat.archived and landed["Search"].chat.tags == ("sub-agent",)
    with path.open("w") as file:
        file.write("")
    write_lines(path, line("user", "u1", None, "<command-name>/x</command-name>Look"), line(
        "user", "n1", "u1", "Grown"))
    assert land(path).report.messages == 1


def test_codex(land: Land, tmp_path: Path) -> None:
    def item(**payload: Any) -> dict[str, Any]:
        return {"timestamp": "2026-01-02T03:04:05Z", "type": "response_item", "payload": payload}

    def event(**payload: Any) -> dict[str, Any]:
        return {"timestamp": "2026-01-02T03:04:06Z", "type": "event_msg", "payload": payload}

    def said(role: str, text: str) -> dict[str, Any]:
        return item(type="message", role=role, content=[{"type": "input_text" if role == "user" else "output_text",
                                                         "text": text}])

    landed = land(write_lines(
        tmp_path / "rollout-1.jsonl",
        {"type": "session_meta", "payload": {"id": "c1", "cwd": "C:\\me\\thing", "instructions": "Be brief"}},
        {"type": "session_meta", "payload": {"id": "parent"}},
        {"type": "turn_context", "payload": {"model": "gpt-x", "effort": "high"}},
        said("user", "<environment_context>cwd</environment_context>"), said("user", "Fix it"),
        event(type="user_message", message="Fix it"),
        item(type="reasoning", summary=[{"type": "summary_text", "text": "Think"}], encrypted_content="A"),
        item(type="function_call", name="shell", arguments='{"c":1}', call_id="k"),
        item(type="function_call_output", call_id="k", output='{"output": "ok"}'),
        item(type="custom_tool_call", name="patch", input="*** raw", call_id="p"),
        item(type="custom_tool_call_output", call_id="p", output="patched"),
        said("assistant", "Fixed"),
        event(type="token_count", info={"last_token_usage": {"output_tokens": 5}}),
        said("user", "No, wait"), said("assistant", "Waiting"), event(type="thread_rolled_back", num_turns=1),
        item(type="message", role="user", content=[{"type": "input_text", "text": "Better"}, {
            "type": "input_image", "image_url": f"data:image/png;base64,{PICTURE}"}]),
        event(type="thread_name_updated", thread_name="The fix"), {"broken": True}))
    chat = landed["The fix"]
    assert chat.chat.extra["source"] == "codex:c1" and chat.folder == "thing" and chat.chat.system == "Be brief"
    assert [node.message.role for node in chat.nodes][:7] == [
        "developer", "user", "assistant", "tool", "assistant", "tool", "assistant"]
    texts = [text for _, text in chat.line]
    assert texts[-1] == "Better" and "No, wait" not in texts and chat.said("No, wait").parent_id == chat.said(
        "Better").parent_id == chat.said("Fixed").id
    assert chat.nodes[2].message.to_json()["parts"][0] == {"kind": "reasoning", "text": "Think"}  # type: ignore[index]
    assert chat.said("Fixed").message.extra == {"imported": {"usage": {"output_tokens": 5}}}
    assert list(chat.blobs.values()) == [PIXEL] and landed.report.images == 1


def test_the_first_form_of_codex(land: Land, tmp_path: Path) -> None:
    landed = land(write_lines(
        tmp_path / "rollout-0.jsonl", {"id": "c0", "timestamp": "2025-05-01T00:00:00Z", "instructions": None},
        {"record_type": "state"}, {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Q"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "A"}]}))
    assert landed.report.format == "Codex" and landed["Q"].line == [("user", "Q"), ("assistant", "A")]


def test_gemini_cli_log(land: Land, tmp_path: Path) -> None:
    landed = land(write_lines(
        tmp_path / "session-1.jsonl", {"sessionId": "g", "projectHash": "h", "kind": "main"},
        {"id": "1", "type": "user", "content": [{"text": "Draw"}, {"inlineData": {"mimeType": "image/png",
                                                                                   "data": PICTURE}}]},
        {"id": "2", "type": "gemini", "content": ""},
        {"id": "2", "type": "gemini", "content": "Drawn", "model": "gemini-x", "thoughts": [
            {"subject": "S", "description": "D"}], "toolCalls": [{"id": "t", "name": "f", "args": {"a": 1}, "result": [
                {"functionResponse": {"id": "t", "name": "f", "response": {"output": "r"}}}], "status": "success"}]},
        {"$rewindTo": "2"}, {"id": "3", "type": "gemini", "content": "Drawn again", "model": "gemini-x"},
        {"$set": {"summary": "Drawing"}}, {"id": "4", "type": "error", "content": "Quota"}))
    chat = landed["Drawing"]
    assert chat.shape == ["Draw", " Drawn", " Drawn again", "  (error)"]
    assert [part["kind"] for part in chat.parts("Drawn")][:3] == ["reasoning", "text", "tool_call"]
    assert chat.line[1] == ("assistant", "Drawn again") and list(chat.blobs.values()) == [PIXEL]


def test_aider(land: Land, tmp_path: Path) -> None:
    path = tmp_path / ".aider.chat.history.md"
    path.write_text("left over\n\n# aider chat started at 2026-01-02 03:04:05\n\n> Main model: gpt-x  \n\n"
                    "#### one  \n#### two  \n\nAnswer\n#### no heading of mine\n\n> Applied  \n\n"
                    "# aider chat started at 2026-01-03 03:04:05\n\n#### again\n\nYes\n", "utf-8")
    landed = land(path)
    assert landed.report.chats == 3 and landed["one"].line[1:3] == [
        ("user", "one\ntwo"), ("assistant", "Answer\n#### no heading of mine")]
    with path.open("a") as file:
        file.write("\n#### more\n\nGrown\n")
    again = land(path)
    assert (again.report.updated, again.report.unchanged, again.report.messages) == (1, 2, 2)


def test_hermes(land: Land, tmp_path: Path) -> None:
    landed = land(write_json(tmp_path / "h.json", {
        "producer": "hermes/2", "session_id": "h", "title": "H", "messages": [
        {"message_id": "a", "role": "user", "text": "Q"},
        {"message_id": "b", "role": "assistant", "text": "Old", "state": "rewound"},
        {"message_id": "c", "role": "assistant", "text": "New", "reasoning": "R", "tool_calls": [
            {"action_id": "t", "tool_name": "f", "arguments_json": "{}"}], "tool_results": [
            {"action_id": "t", "is_error": True, "output_preview": "bad"}]}]}))
    assert landed["H"].shape == ["Q", " Old", " New"] and landed["H"].line[-1][1] == "New"
    database = sqlite3.connect(tmp_path / "hermes.db")
    database.executescript(
        "CREATE TABLE sessions(id, started_at, title); CREATE TABLE messages(session_id, role, content, tool_calls,"
        " active, compacted); INSERT INTO sessions VALUES('s', 1700000000, 'Base');"
        "INSERT INTO messages VALUES('s', 'user', 'Q', NULL, 1, 0), ('s', 'assistant', 'A', NULL, 1, 0)")
    database.commit()
    database.close()
    assert land(tmp_path / "hermes.db")["Base"].line == [("user", "Q"), ("assistant", "A")]
