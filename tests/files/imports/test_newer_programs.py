"""LobeChat, NextChat, big-AGI, TypingMind, llm, batches and preferences, each with branches, tools, pictures and broken
items as far as it has them."""

from __future__ import annotations

import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.files.imports.conftest import PIXEL, Land, write_json, write_lines
from workbench.core.chat.messages import Status
from workbench.files.imports.context_breaks import context_break

PICTURE = f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"
BREAK = context_break().text
DAY = "2026-01-02T03:04:0"


def test_lobechat(land: Land, tmp_path: Path) -> None:
    def said(id: str, role: str, text: str, second: int, **more: Any) -> dict[str, Any]:
        return {"id": id, "role": role, "content": text, "sessionId": "s1", "topicId": "t1",
                "createdAt": f"{DAY}{second}Z", **more}

    messages = [
        said("2", "assistant", "One", 2, parentId="1", model="gpt-x", provider="openai",
             reasoning={"content": "hm", "duration": 1500}),
        said("1", "user", "Hi", 1),
        said("3", "assistant", "", 3, parentId="1", tools=[{"id": "c", "identifier": "web", "apiName": "search",
                                                            "arguments": "{}"}]),
        said("4", "tool", "found", 4, parentId="3"), said("5", "assistant", "Two", 5, parentId="4", search={
            "citations": [{"url": "https://a.example", "title": "A"}, 1]}),
        said("6", "user", "More", 6), said("7", "assistant", "...", 7, parentId="6", error={"message": "No credit."}),
        {"id": "8", "role": "user", "content": "No topic", "sessionId": "s1", "createdAt": f"{DAY}8Z"}, {"id": "9"}, 3]
    data = {"mode": "postgres", "schemaHash": "x", "data": {
        "sessions": [{"id": "s1", "title": "Cook"}], "topics": [{"id": "t1", "title": "Soup", "favorite": True}],
        "messages": messages,
        "messagePlugins": [{"id": "4", "toolCallId": "c", "identifier": "web", "apiName": "search"}],
        "messagesFiles": [{"messageId": "1", "fileId": "f"}], "files": [{"id": "f", "name": "a.png"}],
        "settings": {"keyVaults": {"openai": {"apiKey": "sk-lobe-0123456789abcdef"}}}}}
    landed = land(write_json(tmp_path / "l.json", data))
    chat = landed["Soup"]
    assert chat.shape == ["Hi", " One", " (tool_call)", "  (tool_result)", "   Two", "    More", "     (error)"]
    assert (chat.folder, chat.chat.pinned, landed["Cook"].line) == ("Cook", True, [("user", "No topic")])
    assert chat.parts("One")[0] == {"kind": "reasoning", "text": "hm", "seconds": 1.5}
    assert [part["kind"] for part in chat.parts("Hi")] == ["file", "text"] and chat.nodes[-1].status is Status.FAILED
    call, result = chat.nodes[2].message.parts[0], chat.nodes[3].message.parts[0]
    assert (call.id, call.name) == (result.call_id, result.name) == ("c", "web/search")  # type: ignore[union-attr]


def test_the_first_form_of_lobechat(land: Land, tmp_path: Path) -> None:
    session = {"meta": {"title": "Cook"}, "config": {"systemRole": "Cook well."}, "chats": {
        "1": {"role": "user", "content": "Hi", "createAt": 1767323045000},
        "2": {"role": "assistant", "content": "Ho", "parentId": "1", "createAt": 1767323046000, "extra": {
            "fromModel": "gpt-x"}}, "3": {"odd": 1}}}
    landed = land(write_json(tmp_path / "l.json", {"exportType": "sessions", "version": 1, "state": {
        "sessions": {"inbox": session}}}))
    assert landed["Cook"].line == [("user", "Hi"), ("assistant", "Ho")] and landed["Cook"].chat.system == "Cook well."
    assert landed["Cook"].said("Ho").message.model.endswith("/gpt-x")


def test_nextchat(land: Land, tmp_path: Path) -> None:
    session = {"id": "n1", "topic": "T", "lastUpdate": 1767323045000, "clearContextIndex": 2, "messages": [
        {"id": "1", "role": "user", "date": "2/1/2026, 3:04:05", "content": [
            {"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": PICTURE}}]},
        {"id": "2", "role": "assistant", "content": "A dot", "model": "gpt-x", "tools": [
            {"id": "c", "function": {"name": "web", "arguments": "{}"}, "content": "found"}, {
                "id": "d", "function": {"name": "web"}, "errorMsg": "offline"}]},
        {"id": "3", "role": "assistant", "content": "No credit", "isError": True},
        {"id": "4", "role": "assistant", "content": "Half", "streaming": True}, 5],
        "mask": {"context": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Example"}],
                 "modelConfig": {"model": "gpt-x", "temperature": 0.5, "max_tokens": "odd"}}}
    landed = land(write_json(tmp_path / "n.json", {
        "chat-next-web-store": {"sessions": [session, {"topic": "Empty", "messages": []}]},
        "access-control": {"openaiApiKey": "sk-next-0123456789abcdef", "accessCode": "hush"}}))
    chat = landed["T"]
    assert [text or None for _, text in chat.line] == ["Example", "Look", "A dot", BREAK, None, "Half"]
    assert chat.chat.system == "Be kind." and chat.chat.params["temperature"] == 0.5
    assert list(chat.blobs.values()) == [PIXEL]
    assert [part["kind"] for part in chat.parts("A dot")] == [
        "text", "tool_call", "tool_result", "tool_call", "tool_result"]
    assert [node.status for node in chat.nodes[-2:]] == [Status.FAILED, Status.INTERRUPTED]
    assert "hush" not in str(chat.chat.extra) and chat.said(BREAK).message.role == "developer"
    session |= {"id": "n2", "topic": "Cleared at its end", "clearContextIndex": 5}
    cleared = land(write_json(tmp_path / "m.json", {"chat-next-web-store": {"sessions": [session]}}))
    assert cleared["Cleared at its end"].line[-1] == ("developer", BREAK)


def test_big_agi(land: Land, tmp_path: Path) -> None:
    def part(kind: str, **fields: Any) -> dict[str, Any]:
        return {"ft": "content", "fId": kind, "part": {"pt": kind, **fields}}

    reply = [part("ma", aType="reasoning", aText="hm"), part("text", text="A dot"), part("ph"),
             part("tool_invocation", id="c", invocation={"type": "function_call", "name": "f", "args": "{}"}),
             part("tool_response", id="c", response={"name": "f", "result": "r"}), part("image_ref", dataRef={
                 "reftype": "url", "url": PICTURE}), part("annotations", annotations=[{"url": "https://a.example"}, 2]),
             part("hologram", x=1), 7]
    chat = {"id": "b1", "userTitle": "T", "created": 1767323045000, "messages": [
        {"id": "0", "role": "system", "fragments": [part("text", text="Be kind.")]},
        {"id": "1", "role": "user", "fragments": [part("text", text="Look"), part("doc", l1Title="a.py", data={
            "idt": "text", "text": "x = 1"}), part("image_ref", dataRef={"reftype": "dblob"}, altText="a cat")]},
        {"id": "2", "role": "assistant", "generator": {"aix": {"vId": "openai", "mId": "openai-gpt-x"}},
         "fragments": reply}, {"id": "3", "role": "assistant", "fragments": [part("error", error="No credit.")]}, 4]}
    landed = land(write_json(tmp_path / "b.json", {
        "conversations": [chat, {"id": "b2", "messages": []}], "models": {"sources": [{"setup": {"oaiKey": "sk-x"}}]},
        "folders": {"folders": [{"id": "f", "title": "Work", "conversationIds": ["b1"]}]}}))
    arrived = landed["T"]
    assert (arrived.folder, arrived.chat.system) == ("Work", "Be kind.")
    assert arrived.shape == ["Look", " A dot", "  (error)"]
    assert [one["kind"] for one in arrived.parts("A dot")] == [
        "reasoning", "text", "tool_call", "tool_result", "image", "citation", "big-agi:hologram"]
    assert [one["kind"] for one in arrived.parts("Look")] == ["text", "file", "file"]
    assert arrived.said("A dot").message.model == "openai/gpt-x" and list(arrived.blobs.values()) == [PIXEL]


def test_typingmind(land: Land, tmp_path: Path) -> None:
    messages = [
        {"uuid": "0", "role": "system", "content": "Be kind."}, {"uuid": "1", "role": "user", "content": [
            {"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": PICTURE}}]},
        {"uuid": "2", "role": "assistant", "content": "One", "model": "a"},
        {"uuid": "3", "role": "assistant", "content": "Two", "model": "b", "tool_calls": [
            {"id": "c", "function": {"name": "web", "arguments": "{}"}}]},
        {"uuid": "4", "role": "tool", "tool_call_id": "c", "content": "found"}, "odd"]
    landed = land(write_json(tmp_path / "t.json", {"data": {"chats": [
        {"chatID": "t1", "chatTitle": "T", "model": "a", "folderID": "f", "messages": messages, "tags": ["x", 1],
         "chatParams": {"temperature": 0.5}}, {"chatID": "t2", "messages": []}],
        "folders": [{"id": "f", "title": "Work"}]}, "settings": {"apiKey": "sk-typing-0123456789abcdef"}}))
    chat = landed["T"]
    assert chat.shape == ["Look", " One", " Two", "  (tool_result)"] and chat.chat.system == "Be kind."
    assert (chat.folder, list(chat.chat.tags), list(chat.blobs.values())) == ("Work", ["x"], [PIXEL])
    assert [part["kind"] for part in chat.parts("Two")] == ["text", "tool_call"]


def test_llm_with_conversations(land: Land, tmp_path: Path) -> None:
    path = tmp_path / "logs.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("""
            create table _llm_migrations(name text);
            create table conversations(id text primary key, name text, model text);
            create table responses(id text primary key, model text, prompt text, system text, options_json text,
                response text, reasoning text, conversation_id text, duration_ms integer, datetime_utc text,
                input_tokens integer, output_tokens integer);
            create table attachments(id text primary key, type text, path text, url text, content blob);
            create table prompt_attachments(response_id text, attachment_id text);
            create table tool_calls(id integer primary key, response_id text, name text, arguments text,
                tool_call_id text);
            create table tool_results(id integer primary key, response_id text, name text, output text,
                tool_call_id text, exception text);
            create table fragments(id integer primary key, content text);
            create table prompt_fragments(response_id text, fragment_id integer);
            insert into conversations values('c1', 'Dots', 'gpt-x');
            insert into responses values('r1', 'gpt-x', 'Look', 'Be kind.', '{"temperature": 0.5}', 'One', 'hm', 'c1',
                5, '2026-01-02T03:04:05', 3, 2);
            insert into responses values('r2', 'gpt-x', '', '', 'broken', 'Two', null, 'c1', null,
                '2026-01-02T03:04:07', null, null);
            insert into responses values('r3', 'gpt-x', 'Alone', '', null, 'Yes', null, null, null,
                '2026-01-02T03:04:09', null, null);
            insert into prompt_attachments values('r1', 'a1'), ('r1', 'gone');
            insert into tool_calls values(1, 'r1', 'web', '{}', 't1');
            insert into tool_results values(1, 'r2', 'web', 'found', 't1', null);
            insert into fragments values(1, 'A long text');
            insert into prompt_fragments values('r1', 1);
        """)
        connection.execute("insert into attachments values('a1', 'image/png', '/home/me/dot.png', null, ?)", (PIXEL,))
    landed = land(path)
    chat = landed["Dots"]
    assert chat.chat.system == "Be kind." and chat.chat.params == {"temperature": 0.5}
    assert chat.blobs == {"dot.png": PIXEL}
    assert sorted(text for _, text in chat.line) == ["", "Look", "One", "Two"] and "/home/me" not in str(chat.nodes)
    assert [part["kind"] for part in chat.parts("Look")] == ["image", "file", "text"]
    assert [part["kind"] for part in chat.parts("One")] == ["reasoning", "text", "tool_call"]
    assert any(chat.line == [("user", "Alone"), ("assistant", "Yes")] for chat in landed.chats.values())
    assert land(path).report.unchanged == 2


def test_llm_with_threads(land: Land, tmp_path: Path) -> None:
    path = tmp_path / "logs.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("""
            create table _llm_migrations(name text);
            create table threads(id text primary key, name text, tip_message_hash text, forked_from text,
                datetime_utc text);
            create table turns(id text primary key, thread_id text, parent_message_hash text, tip_message_hash text,
                model text, options_json text, input_tokens integer, output_tokens integer, datetime_utc text);
            create table messages(hash text primary key, parent_hash text, role text);
            create table parts(message_hash text, position integer, type text, tool_name text, text text, payload text);
            insert into threads values('t1', 'First', 'b', null, '2026-01-02T03:04:05'),
                ('t2', 'Fork', 'c', 't1', null), ('t3', 'Circle', 'x', null, null);
            insert into turns values('u1', 't1', 'a', 'b', 'gpt-x', '{"temperature": 0.5}', 3, 2,
                '2026-01-02T03:04:06');
            insert into messages values('s', null, 'system'), ('a', 's', 'user'), ('b', 'a', 'assistant'),
                ('c', 'a', 'assistant'), ('x', 'y', 'user'), ('y', 'x', 'assistant');
            insert into parts values('s', 0, 'text', null, 'Be kind.', null), ('a', 0, 'text', null, 'Hi', null),
                ('b', 1, 'text', null, 'One', null), ('b', 0, 'reasoning', null, 'hm', null),
                ('b', 2, 'tool_call', 'web', null, '{"tool_call_id": "t", "arguments": {"q": 1}}'),
                ('c', 0, 'text', null, 'Two', null), ('c', 1, 'hologram', null, null, 'broken'),
                ('x', 0, 'text', null, 'X', null), ('y', 0, 'text', null, 'Y', null);
        """)
    landed = land(path)
    assert landed["First"].line == [("user", "Hi"), ("assistant", "One")] and landed["First"].chat.system == "Be kind."
    assert [part["kind"] for part in landed["First"].parts("One")] == ["reasoning", "text", "tool_call"]
    assert landed["Fork"].line[-1] == ("assistant", "Two") and len(landed["Circle"].nodes) == 2
    assert land(path).report.unchanged == 3


def test_batches(land: Land, tmp_path: Path) -> None:
    folder = tmp_path / "batch"
    asked = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": [
        {"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": PICTURE}}]}]

    def request(id: str, **body: Any) -> dict[str, Any]:
        return {"custom_id": id, "method": "POST", "url": "/v1/chat/completions", "body": {"model": "gpt-x", **body}}

    def answer(id: str, *texts: str) -> dict[str, Any]:
        return {"custom_id": id, "response": {"status_code": 200, "body": {"model": "gpt-x", "choices": [
            {"message": {"role": "assistant", "content": text}} for text in texts]}}}

    write_lines(folder / "requests.jsonl", request("1", messages=asked), request("2", messages=asked[1:]),
                request("3", input=[]), {"custom_id": ""})
    write_lines(folder / "answers.jsonl", answer("1", "One", "Two"), {"custom_id": "2", "response": None, "error": {
        "message": "No credit."}}, answer("4", "Alone"))
    landed = land(folder)
    shapes = sorted(chat.shape for chat in landed.chats.values())
    assert ["Alone"] in shapes or landed["4"].shape == ["Alone"]
    assert landed.report.chats == 3 and landed.report.images == 2 and landed.report.skipped == 2
    assert any("without their requests" in note for note in landed.report.notes)


@pytest.mark.parametrize("line", [
    {"input": {"messages": [{"role": "user", "content": "Q"}]},
     "preferred_output": [{"role": "assistant", "content": "A"}],
     "non_preferred_output": [{"role": "assistant", "content": "B"}]},
    {"prompt": [{"role": "user", "content": "Q"}], "chosen": [{"role": "assistant", "content": "A"}],
     "rejected": [{"role": "assistant", "content": "B"}]},
    {"conversations": [{"from": "human", "value": "Q"}], "chosen": {"from": "gpt", "value": "A"},
     "rejected": {"from": "gpt", "value": "B"}},
    {"chosen": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}],
     "rejected": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "B"}]},
])
def test_preferences(line: dict[str, Any], land: Land, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(f'{json.dumps(line)}\n{{"prompt": 1, "chosen": null, "rejected": []}}\n', "utf-8")
    landed = land(path)
    [chat] = landed.chats.values()
    assert sorted(chat.shape) == [" A", " B", "Q"] and chat.line == [("user", "Q"), ("assistant", "A")]
    assert {node.label for node in chat.nodes} == {"", "preferred", "rejected"} and landed.report.skipped == 1
