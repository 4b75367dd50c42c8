"""Cherry Studio, Chatbox, LM Studio, Jan, Witsy, SillyTavern and PyGPT: programs that keep chats at home."""

from __future__ import annotations

import base64
import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.files.imports.conftest import PIXEL, Land, write_json, write_lines, write_zip
from workbench.core.chat.messages import Status
from workbench.core.errors import BadInput
from workbench.files.imports.context_breaks import context_break

PICTURE = base64.b64encode(PIXEL).decode()


def cherry(version: int = 5) -> dict[str, Any]:
    state = {"assistants": json.dumps({"assistants": [
        {"id": "as", "name": "Cook", "prompt": "Cook well.", "settings": {"temperature": 0.7},
         "model": {"id": "gpt-4o", "provider": "openai"},
         "topics": [{"id": "t1", "name": "Soup", "pinned": True, "createdAt": "2026-01-01T00:00:00Z",
                     "isNameManuallyEdited": True}]}]}),
        "llm": json.dumps({"providers": [{"id": "openai", "apiKey": "sk-cherry-secret"}]})}

    def said(id: str, role: str, *blocks: str, **more: Any) -> dict[str, Any]:
        return {"id": id, "role": role, "blocks": list(blocks), "createdAt": "2026-01-01T00:00:01Z", "topicId": "t1",
                "status": "success", "type": "text", **more}
    messages = [
        said("u1", "user", "b1", "b2"),
        said("a1", "assistant", "b3", askId="u1", model={"id": "gpt-4o", "provider": "openai"}, foldSelected=False),
        said("a2", "assistant", "b4", "b5", "b6", "b7", askId="u1", model={"id": "o3", "provider": "openai"},
             foldSelected=True, usage={"total_tokens": 7}),
        said("clear", "user", type="clear"),
        said("u2", "user", "b8"), said("a3", "assistant", "b9", askId="u2", status="error"),
    ]
    blocks = [
        {"id": "b1", "type": "main_text", "content": "Soup?"},
        {"id": "b2", "type": "image", "file": {"id": "f1", "ext": ".png", "origin_name": "soup.png"}},
        {"id": "b3", "type": "main_text", "content": "Leek."},
        {"id": "b4", "type": "thinking", "content": "Hm.", "thinking_millsec": 1500},
        {"id": "b5", "type": "main_text", "content": "Tomato."},
        {"id": "b6", "type": "tool", "toolId": "x", "toolName": "find", "arguments": {"q": 1}, "content": "r"},
        {"id": "b7", "type": "hologram"},
        {"id": "b8", "type": "main_text", "content": "More?"},
        {"id": "b9", "type": "error", "error": {"message": "No soup.", "code": 3}},
    ]
    old = {"id": "t2", "messages": [{"id": "o1", "role": "user", "content": "Old one"},
                                    {"id": "o2", "role": "assistant", "content": "Yes", "reasoning_content": "Mm",
                                     "askId": "o1", "modelId": "m"}]}
    return {"time": 1, "version": version, "localStorage": {"persist:cherry-studio": json.dumps(state)},
            "indexedDB": {"topics": [{"id": "t1", "messages": messages}, old], "message_blocks": blocks,
                          "files": [], "settings": []}}


def test_cherry_studio(land: Land, tmp_path: Path) -> None:
    landed = land(write_zip(tmp_path / "c.zip", {"data.json": cherry(), "Data/Files/f1.png": PIXEL}))
    chat = landed["Soup"]
    assert landed.report.format == "Cherry Studio" and (landed.report.chats, landed.report.branches) == (2, 3)
    assert chat.shape == [
        "Soup?", " Leek.", " Tomato.", f"  {context_break().text}", "   More?", "    (error)"]
    assert chat.folder == "Cook" and chat.chat.system == "Cook well." and chat.chat.params == {"temperature": 0.7}
    assert chat.blobs == {"soup.png": PIXEL} and chat.chat.pinned
    assert chat.chat.extra["imported"] == {"isNameManuallyEdited": True}
    assert [part["kind"] for part in chat.parts("Tomato")] == [
        "reasoning", "text", "tool_call", "tool_result", "cherry:hologram"]
    assert chat.parts("Tomato")[0]["seconds"] == 1.5 and chat.said("Tomato").message.model == "openai/o3"
    assert chat.nodes[-1].status is Status.FAILED
    assert landed["Old one"].line == [("user", "Old one"), ("assistant", "Yes")]
    assert "sk-cherry-secret" not in str(landed)


def test_cherry_studio_gzip_and_direct_backup(land: Land, tmp_path: Path) -> None:
    path = tmp_path / "old.bak"
    path.write_bytes(gzip.compress(json.dumps(cherry(4)).encode()))
    assert "Soup" in land(path).chats
    direct = write_zip(tmp_path / "d.zip", {"metadata.json": {"version": 6}, "IndexedDB/x.log": b"", "Data/y": b""})
    with pytest.raises(BadInput, match="direct backup"):
        land(direct)


def test_cherry_studio_database(land: Land, tmp_path: Path) -> None:
    path = tmp_path / "cherry.db"
    parts = [{"type": "step-start"}, {"type": "reasoning", "text": "Hm"}, {"type": "text", "text": "Second"},
             {"type": "tool-find", "toolCallId": "t", "input": {"q": 1}, "output": "r"}, {"type": "hologram"},
             {"type": "file", "mediaType": "image/png", "url": f"data:image/png;base64,{PICTURE}"},
             {"type": "source-url", "url": "https://s.example", "title": "S"}]
    rows = [("r", None, "root", [], None, "success"),
            ("u", "r", "user", [{"type": "text", "text": "Go"}], None, "success"),
            ("a", "u", "assistant", [{"type": "text", "text": "First"}], {"id": "m", "provider": "openai"}, "success"),
            ("b", "u", "assistant", parts, {"id": "n", "provider": "openai"}, "paused")]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("""
            CREATE TABLE user_provider(id TEXT, api_keys TEXT);
            INSERT INTO user_provider VALUES('openai', '[{"key": "sk-cherry-secret"}]');
            CREATE TABLE assistant(id TEXT, name TEXT, prompt TEXT);
            INSERT INTO assistant VALUES('as', 'Cook', 'Cook well.');
            CREATE TABLE topic(id TEXT, name TEXT, assistant_id TEXT, active_node_id TEXT, created_at INTEGER);
            INSERT INTO topic VALUES('t', 'Tree', 'as', 'a', 1700000000000);
            CREATE TABLE message(id TEXT, parent_id TEXT, topic_id TEXT, role TEXT, data TEXT, model_snapshot TEXT,
              status TEXT, created_at INTEGER, stats TEXT);
        """)
        for id, above, role, said, model, status in rows:
            connection.execute("INSERT INTO message VALUES(?, ?, 't', ?, ?, ?, ?, 1700000001000, NULL)", (
                id, above, role, json.dumps({"parts": said}), json.dumps(model), status))
    landed = land(path)
    chat = landed["Tree"]
    assert landed.report.format == "Cherry Studio" and chat.shape == ["Go", " First", " Second"]
    assert chat.line[-1] == ("assistant", "First") and chat.folder == "Cook" and chat.chat.system == "Cook well."
    assert [part["kind"] for part in chat.parts("Second")] == [
        "reasoning", "text", "tool_call", "tool_result", "cherry:hologram", "image", "citation"]
    assert chat.said("Second").status is Status.STOPPED and chat.said("Second").message.model == "openai/n"
    assert "sk-cherry-secret" not in str(landed)


def test_chatbox(land: Land, tmp_path: Path) -> None:
    def said(id: str, role: str, text: str, **more: Any) -> dict[str, Any]:
        return {"id": id, "role": role, "timestamp": 1700000000000, "contentParts": [{"type": "text", "text": text}],
                **more}
    session = {
        "id": "s1", "type": "chat", "name": "Forks", "starred": True,
        "settings": {"provider": "openai", "modelId": "gpt-4o", "temperature": 0.2},
        "messages": [said("sys", "system", "Be quick."), said("a", "user", "Start"), said("b", "assistant", "Middle"),
                     said("c", "user", "Shown tail")],
        "messageForksHash": {
            "b": {"position": 1, "lists": [{"id": "l0", "messages": [said("d", "user", "First tail"),
                                                                      said("e", "assistant", "Its end")]},
                                           {"id": "l1", "messages": []}]},
            "d": {"position": 0, "lists": [{"id": "l2", "messages": []},
                                           {"id": "l3", "messages": [said("f", "assistant", "Its other end")]}]}},
        "threads": [{"id": "t", "name": "Before", "createdAt": 1690000000000,
                     "messages": [said("x", "user", "Earlier")]}]}
    session["messages"][2]["contentParts"] = [  # type: ignore[index]
        {"type": "reasoning", "text": "Hm", "startTime": 1, "duration": 2000}, {"type": "text", "text": "Middle"},
        {"type": "tool-call", "toolCallId": "t", "toolName": "f", "args": {"a": 1}, "result": {"b": 2},
         "state": "result"},
        {"type": "image", "storageKey": "picture:1"}]
    dump = {"settings": {"providers": {"openai": {"apiKey": "sk-chatbox-secret"}}}, "configVersion": 9,
            "chat-sessions-list": [{"id": "s1", "name": "Forks"}], "session:s1": session,
            "chat-sessions": [{"id": "s0", "name": "Legacy", "messages": [
                {"id": "q", "role": "user", "content": "Old form"},
                {"id": "r", "role": "assistant", "content": "Yes", "error": "Later it broke."}]}]}
    landed = land(write_json(tmp_path / "chatbox.json", dump))
    chat = landed["Forks"]
    assert landed.report.format == "Chatbox" and set(landed.chats) == {"Forks", "Before", "Legacy"}
    assert chat.shape == ["Start", " Middle", "  First tail", "   Its end", "   Its other end", "  Shown tail"]
    assert chat.line[-1] == ("user", "Shown tail") and chat.chat.system == "Be quick."
    assert [part["kind"] for part in chat.parts("Middle")] == [
        "reasoning", "text", "tool_call", "tool_result", "file"]
    assert landed["Legacy"].nodes[-1].status is Status.FAILED
    assert "sk-chatbox-secret" not in str(landed)


def test_lm_studio_folder(land: Land, tmp_path: Path) -> None:
    answer = {"type": "multiStep", "role": "assistant", "senderInfo": {"senderName": "qwen"}, "steps": [
        {"type": "contentBlock", "content": [{"type": "text", "text": "Hm."}], "style": {"type": "thinking"},
         "prefix": "<think>"},
        {"type": "contentBlock", "content": [{"type": "text", "text": "Second"}], "genInfo": {
            "indexedModelIdentifier": "qwen/qwen3", "stats": {"tokensPerSecond": 9}}}, {"type": "debugInfoBlock"}]}
    data = {"name": "Local", "pinned": False, "createdAt": 1700000000000, "systemPrompt": "Be local.",
            "perChatPredictionConfig": {"fields": [
                {"key": "llm.prediction.temperature", "value": 0.1},
                {"key": "llm.prediction.topPSampling", "value": {"checked": True, "value": 0.9}}]},
            "lastUsedModel": {"identifier": "qwen"}, "messages": [
                {"versions": [{"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Go"}]}],
                 "currentlySelected": 0},
                {"versions": [{"type": "multiStep", "role": "assistant", "steps": [
                    {"type": "contentBlock", "content": [{"type": "text", "text": "First"}]}]}, answer],
                 "currentlySelected": 1},
                {"versions": [{"role": "user", "content": [{"type": "text", "text": "More"},
                                                           {"type": "file", "fileIdentifier": "f"}]}],
                 "currentlySelected": 0}]}
    write_json(tmp_path / "conversations" / "Work" / "1.conversation.json", data)
    (tmp_path / "conversations" / "link.conversation.json").symlink_to("/etc/hostname")
    landed = land(tmp_path / "conversations")
    chat = landed["Local"]
    assert landed.report.format == "LM Studio" and chat.shape == ["Go", " First", " Second", "  More"]
    assert chat.folder == "Work" and chat.chat.params == {"temperature": 0.1, "top_p": 0.9}
    assert chat.parts("Second")[0] == {"kind": "reasoning", "text": "Hm."}
    assert chat.said("Second").message.model == "lmstudio/qwen/qwen3"
    assert chat.said("Second").message.extra == {"imported": {"stats": {"tokensPerSecond": 9}}}
    again = land(tmp_path / "conversations" / "Work" / "1.conversation.json")
    assert again.report.unchanged == 1


def test_sillytavern(land: Land, tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "Adventure.jsonl",
        {"user_name": "Ada", "character_name": "Dragon", "create_date": "2026-01-02@03h04m05s",
         "chat_metadata": {"note": "x"}},
        {"name": "Ada", "is_user": True, "send_date": "January 2, 2026 3:04pm", "mes": "Roar?"},
        {"name": "Dragon", "is_user": False, "send_date": 1700000000000, "mes": "Loud, edited.", "swipe_id": 1,
         "swipes": ["Quiet.", "Loud."], "swipe_info": [{"send_date": 1690000000000, "extra": {"model": "m0"}}, {}],
         "extra": {"api": "openai", "model": "gpt-4o", "reasoning": "Fire", "reasoning_duration": 2000}},
        {"broken": True}, {"name": "Ada", "is_user": True, "mes": "Run!"})
    landed = land(path)
    chat = landed["Adventure"]
    assert landed.report.format == "SillyTavern" and landed.report.skipped == 1
    assert chat.shape == ["Roar?", " Quiet.", " Loud, edited.", "  Run!"] and chat.folder == "Dragon"
    assert chat.parts("Loud")[0] == {"kind": "reasoning", "text": "Fire", "seconds": 2.0}
    assert chat.said("Loud").message.model == "openai/gpt-4o" and chat.said("Quiet").created == 1690000000.0
    assert chat.said("Roar").created == 1767366240.0


def test_jan(land: Land, tmp_path: Path) -> None:
    threads = tmp_path / "threads"
    write_json(threads / "t1" / "thread.json", {
        "id": "t1", "title": "Jan chat", "created": 1700000000, "updated": 1700000009000, "metadata": {"k": 1},
        "assistants": [{"id": "a", "instructions": "Help.", "model": {
            "id": "llama3", "engine": "llamacpp", "parameters": {"temperature": 0.4}}}]})
    write_lines(
        threads / "t1" / "messages.jsonl",
        {"id": "m1", "role": "user", "content": [{"type": "text", "text": {"value": "See", "annotations": []}},
         {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}}], "created_at": 1700000001},
        {"id": "m2", "role": "assistant", "content": [{"type": "text", "text": {"value": "Seen"}}, {"type": "odd"}],
         "status": "stopped", "created_at": 1700000002000})
    write_json(threads / "t2" / "thread.json", {"id": "t2", "title": "Nothing"})
    landed = land(threads)
    chat = landed["Jan chat"]
    assert landed.report.format == "Jan" and (landed.report.images, landed.report.skipped) == (1, 1)
    assert chat.line == [("user", "See"), ("assistant", "Seen")] and chat.chat.system == "Help."
    assert chat.said("Seen").status is Status.STOPPED and chat.said("Seen").message.model == "llamacpp/llama3"
    assert chat.said("Seen").created == 1700000002.0 and chat.chat.extra["imported"] == {"metadata": {"k": 1}}
    with pytest.raises(BadInput, match="two files"):
        land(threads / "t1" / "thread.json")


def test_witsy(land: Land, tmp_path: Path) -> None:
    history = {"version": 2, "folders": [{"id": "f", "name": "Trips", "chats": ["w1"]}], "quickPrompts": [], "chats": [
        {"uuid": "w1", "title": "Rome", "createdAt": 1700000000000, "lastModified": 1700000001000, "engine": "openai",
         "model": "gpt-4o", "modelOpts": {"temperature": 0.6}, "messages": [
             {"uuid": "s", "role": "system", "type": "text", "content": "Guide."},
             {"uuid": "u", "role": "user", "type": "text", "content": "Where?", "createdAt": 1700000000500,
              "attachments": [{"mimeType": "image/png", "title": "map", "content": PICTURE, "url": ""},
                              {"mimeType": "image/png", "url": "file://images/near.png"},
                              {"mimeType": "text/plain", "title": "n.txt", "content": "note"}]},
             {"uuid": "a", "role": "assistant", "type": "text", "content": "There.", "reasoning": "Hm",
              "toolCalls": [{"id": "t", "function": "find", "args": {"q": 1}, "result": "r"}], "model": "o3",
              "engine": "openai", "expert": {"id": "e"}}]}]}
    landed = land(write_zip(tmp_path / "w.zip", {"history.json": history, "images/near.png": PIXEL}))
    chat = landed["Rome"]
    assert landed.report.format == "Witsy" and landed.report.images == 2
    assert chat.folder == "Trips" and chat.chat.system == "Guide." and chat.chat.params == {"temperature": 0.6}
    assert [part["kind"] for part in chat.parts("Where?")] == ["image", "image", "file", "text"]
    assert [part["kind"] for part in chat.parts("There.")] == ["reasoning", "tool_call", "tool_result", "text"]
    assert chat.said("There.").message.model == "openai/o3"
    assert chat.said("There.").message.extra == {"imported": {"expert": {"id": "e"}}}


def test_pygpt(land: Land, tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("""
            CREATE TABLE ctx_group(id INTEGER, uuid TEXT, name TEXT);
            CREATE TABLE ctx_meta(id INTEGER, uuid TEXT, name TEXT, created_ts INTEGER, updated_ts INTEGER, mode TEXT,
              model TEXT, label INTEGER, is_important INTEGER, group_id INTEGER);
            CREATE TABLE ctx_item(id INTEGER, meta_id INTEGER, input TEXT, output TEXT, model TEXT, images_json TEXT,
              urls_json TEXT, attachments_json TEXT, extra TEXT, input_ts INTEGER, output_ts INTEGER,
              total_tokens INTEGER);
            INSERT INTO ctx_group VALUES(1, 'g', 'Group');
            INSERT INTO ctx_meta VALUES(1, 'p-1', 'Py', 1700000000, 1700000009, 'chat', 'gpt-4o', 0, 1, 1);
            INSERT INTO ctx_item VALUES(1, 1, 'Ask', 'Answer', 'gpt-4o', '["/etc/passwd"]', '["https://u.example"]',
              '{"a": {"name": "n.txt"}}', '{"k": [1]}', 1700000001, 1700000002, 9);
            INSERT INTO ctx_item VALUES(2, 1, 'Again', NULL, 'gpt-4o', 'broken', NULL, NULL, NULL, 1700000003, NULL, 0);
        """)
    landed = land(path)
    chat = landed["Py"]
    assert landed.report.format == "PyGPT" and chat.folder == "Group" and chat.chat.pinned
    assert chat.line == [("user", "Ask"), ("assistant", "Answer"), ("user", "Again")]
    assert chat.parts("Answer") == [{"kind": "text", "text": "Answer"}, {"kind": "file", "name": "passwd"},
                                    {"kind": "citation", "url": "https://u.example"}]
    assert chat.said("Answer").message.extra == {"imported": {"total_tokens": 9, "extra": {"k": [1]}}}
    assert chat.said("Answer").message.model == "pygpt/gpt-4o"
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE x(y)")
    with pytest.raises(BadInput, match="no format"):
        land(other)
