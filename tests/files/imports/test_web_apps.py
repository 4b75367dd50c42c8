"""Open WebUI, LibreChat and ChatbotUI: trees in three forms."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from tests.files.imports.conftest import PIXEL, Land, write_json
from workbench.core.chat.messages import Status

PICTURE = "data:image/png;base64," + base64.b64encode(PIXEL).decode()


def test_open_webui(land: Land, tmp_path: Path) -> None:
    thinking = ('<details type="reasoning" done="true" duration="12">\n<summary>Thought for 12 seconds</summary>\n'
                "&gt; One &lt; two.\n&gt; So yes.\n</details>\nYes.")
    calling = ('<details type="tool_calls" done="true" id="c1" name="search" arguments="{&quot;q&quot;: 1}" '
               'result="&quot;found&quot;">\n<summary>Tool Executed</summary>\n</details>\nFound it.')
    history: dict[str, Any] = {"currentId": "d", "messages": {
        "a": {"id": "a", "parentId": None, "childrenIds": ["c", "b"], "role": "user", "content": "Is it?",
              "timestamp": 1700000000, "models": ["m1", "m2"], "context": "kept apart",
              "files": [{"type": "image", "url": PICTURE, "name": "dot.png"}, {"type": "file", "name": "a.txt",
                        "id": "f", "file": {"data": {"content": "inside"}}}]},
        "b": {"id": "b", "parentId": "a", "childrenIds": ["d"], "role": "assistant", "content": thinking, "model": "m1",
              "modelIdx": 0, "timestamp": 1700000001, "usage": {"total_tokens": 9}, "done": True},
        "c": {"id": "c", "parentId": "a", "childrenIds": [], "role": "assistant", "content": calling, "model": "m2",
              "sources": [{"source": {"name": "S", "url": "https://s.example"}}], "done": False},
        "d": {"id": "d", "parentId": "b", "childrenIds": [], "role": "user",
              "content": "A <details><summary>my own</summary>text</details> stays"},
        "e": {"id": "e", "parentId": "d", "childrenIds": [], "role": "assistant", "content": "", "model": "m1",
              "output": [{"type": "reasoning", "content": [{"type": "output_text", "text": "Hm."}]},
                         {"type": "function_call", "call_id": "k", "name": "f", "arguments": "{}"},
                         {"type": "function_call_output", "call_id": "k",
                          "output": [{"type": "input_text", "text": "r"}]},
                         {"type": "message", "content": [{"type": "output_text", "text": "From output"}]}],
              "error": {"content": "Broke."}}}}
    standard = {"id": "w-1", "user_id": "u", "title": "Standard", "pinned": True, "archived": False, "folder_id": None,
                "created_at": 1700000000, "updated_at": 1700000009, "meta": {"tags": ["one", {"name": "two"}]},
                "chat": {"title": "Standard", "models": ["m1"], "params": {"temperature": 0.5, "system": "Be kind.",
                                                                           "api_key": "sk-no"}, "history": history}}
    legacy = {"id": "w-2", "title": "Legacy", "timestamp": 1700000000000, "models": ["m"], "messages": [
        {"role": "user", "content": "Old"}, {"role": "assistant", "content": "Older"}]}
    landed = land(write_json(tmp_path / "chats.json", [standard, {"chat": legacy}, {"id": "odd"}]))
    report = landed.report
    assert (report.format, report.chats, report.images, report.skipped) == ("Open WebUI", 2, 1, 1)
    chat = landed["Standard"]
    assert chat.shape == ["Is it?", " Found it.", " Yes.",
                          "  A <details><summary>my own</summary>text</details> stays",
                          "   From output"]
    assert chat.line[-1][1].startswith("A") and chat.chat.tags == ("one", "two") and chat.chat.pinned
    assert chat.chat.system == "Be kind." and chat.chat.params == {"temperature": 0.5}
    assert "sk-no" not in str(chat.chat)
    assert chat.parts("Yes.")[0] == {"kind": "reasoning", "text": "One < two.\nSo yes.", "seconds": 12.0}
    call, result, _, cited = chat.parts("Found it.")
    assert (call["arguments"], result["text"], cited["url"]) == ('{"q": 1}', '"found"', "https://s.example")
    assert chat.said("Found it.").status is Status.INTERRUPTED and chat.said("Yes.").message.model == "open-webui/m1"
    assert [part["kind"] for part in chat.parts("Is it?")] == ["image", "file", "text"]
    assert chat.said("Is it?").message.extra == {"imported": {"context": "kept apart"}}
    assert [part["kind"] for part in chat.parts("From output")] == [
        "reasoning", "tool_call", "tool_result", "text", "error"]
    assert landed["Legacy"].line == [("user", "Old"), ("assistant", "Older")]


def libre(id: str, parent: str, text: str, asked: bool = False, **more: Any) -> dict[str, Any]:
    return {"messageId": id, "parentMessageId": parent, "conversationId": "l", "text": text, "isCreatedByUser": asked,
            "sender": "User" if asked else "GPT", "createdAt": "2026-01-01T00:00:00.000Z", **more}


ZERO = "00000000-0000-0000-0000-000000000000"


def test_one_chat_of_qwen_is_the_same_alone_and_in_a_list(land: Land, tmp_path: Path) -> None:
    answer = {"id": "2", "parentId": "1", "childrenIds": [], "role": "assistant", "content": "", "model": "qwen",
              "content_list": [{"phase": "think", "content": "Hm"}, {"phase": "answer", "content": "Yes"}]}
    one = {"id": "q", "title": "T", "chat": {"history": {"currentId": "2", "messages": {
        "1": {"id": "1", "parentId": None, "childrenIds": ["2"], "role": "user", "content": "Well?"}, "2": answer}}}}
    landed = land(write_json(tmp_path / "one.json", {"success": True, "data": one}))
    assert landed.report.format == "Qwen" and landed["T"].line == [("user", "Well?"), ("assistant", "Yes")]
    assert land(write_json(tmp_path / "all.json", {"success": True, "data": [one]})).report.unchanged == 1


def test_librechat_as_list_with_branches(land: Land, tmp_path: Path) -> None:
    data = {"conversationId": "l-1", "endpoint": "openAI", "title": "Libre", "exportAt": "2026-01-02T00:00:00Z",
            "branches": True, "recursive": False,
            "options": {"model": "gpt-4o", "promptPrefix": "Short.", "top_p": 0.9},
            "messages": [
                libre("a", ZERO, "Hi", True), libre("b", "a", "One", model="gpt-4o", endpoint="openAI"),
                libre("c", "a", "ignored", model="o3", endpoint="openAI", content=[
                    {"type": "think", "think": "Hmm"}, {"type": "text", "text": {"value": "Two"}},
                    {"type": "tool_call", "tool_call": {"id": "t", "name": "f", "args": {"a": 1}, "output": "r"}},
                    {"type": "image_file", "image_file": {"filename": "i.png", "filepath": "/images/i.png"}},
                    {"type": "error", "error": "late"}, {"type": "hologram", "hologram": 1}], unfinished=True),
                libre("d", "b", "It failed", error=True, feedback={"rating": "thumbsUp"})]}
    landed = land(write_json(tmp_path / "l.json", data))
    chat = landed["Libre"]
    assert landed.report.format == "LibreChat" and chat.shape == ["Hi", " One", "  (error)", " Two"]
    assert (chat.chat.system, chat.chat.params, chat.chat.model) == ("Short.", {"top_p": 0.9}, "openai/gpt-4o")
    assert [part["kind"] for part in chat.parts("Two")] == [
        "reasoning", "text", "tool_call", "tool_result", "file", "error", "librechat:hologram"]
    assert chat.said("Two").status is Status.INTERRUPTED and chat.said("Two").message.model == "openai/o3"
    failed = chat.nodes[2]
    assert failed.status is Status.FAILED and failed.message.extra == {"imported": {"feedback": {"rating": "thumbsUp"}}}


def test_librechat_as_tree_and_as_line(land: Land, tmp_path: Path) -> None:
    tree = {"conversationId": "l-2", "title": "Tree", "recursive": True, "branches": True, "messagesTree": [
        {**libre("a", ZERO, "Hi", True), "children": [
            {**libre("b", "a", "One"), "children": []}, {**libre("c", "a", "Two"), "children": [
                {**libre("d", "c", "Three", True), "children": []}]}]}]}
    line = {"conversationId": "l-3", "title": "Line", "branches": False, "recursive": False, "messages": [
        libre("a", ZERO, "Hi", True), libre("x", "gone", "There"), libre("y", "x", "Bye", True)]}
    landed = land(write_json(tmp_path / "t.json", tree), write_json(tmp_path / "l.json", line))
    assert landed["Tree"].shape == ["Hi", " One", " Two", "  Three"]
    assert landed["Line"].shape == ["Hi", " There", "  Bye"]
    assert landed.report.format == "LibreChat" and landed.report.chats == 2


def test_tools_of_librechat(land: Land, tmp_path: Path) -> None:
    calls = [
        {"id": "a", "name": "web", "args": {"q": "x"}, "type": "tool_call",
         "output": [{"type": "text", "text": "found"}]},
        {"id": "b", "type": "function", "function": {"name": "add", "arguments": "{}", "output": "4"}},
        {"id": "c", "type": "code_interpreter", "code_interpreter": {"input": "1+1", "outputs": [
            {"type": "logs", "logs": "2"}, {"type": "image"}]}}, {"id": "d", "type": "retrieval"}, 7]
    reply = {"messageId": "m2", "parentMessageId": "m1", "sender": "GPT", "content": [
        *({"type": "tool_call", "tool_call": call} for call in calls), {"type": "agent_update", "agent_update": {}},
        {"type": "text", "text": "Done."}], "attachments": [{"type": "web_search", "toolCallId": "a", "web_search": {
            "organic": [{"link": "https://a.example", "title": "A"}, {"x": 1}]}}]}
    asked = {"messageId": "m1", "isCreatedByUser": True, "text": "Go"}
    landed = land(write_json(tmp_path / "l.json", {
        "conversationId": "c", "title": "T", "messages": [asked, reply], "branches": True}))
    parts = landed["T"].parts("Done.")
    assert [(part["kind"], part.get("name", "")) for part in parts[:7]] == [
        ("tool_call", "web"), ("tool_result", "web"), ("tool_call", "add"), ("tool_result", "add"),
        ("tool_call", "code_interpreter"), ("tool_result", "code_interpreter"), ("tool_call", "retrieval")]
    assert parts[4]["arguments"] == "1+1" and parts[5]["text"] == "2\n[image]" and "found" in parts[1]["text"]
    assert parts[-1] == {"kind": "citation", "url": "https://a.example", "title": "A"}


def test_chatbotui(land: Land, tmp_path: Path) -> None:
    data = {"version": 4, "history": [
        {"id": 7, "name": "Bot", "messages": [{"role": "user", "content": "Q"},
                                              {"role": "assistant", "content": "A", "seen": 1}],
         "model": {"id": "gpt-4", "name": "GPT-4"}, "prompt": "Be a bot.", "temperature": 0.3, "folderId": "f"}],
        "folders": [{"id": "f", "name": "Work", "type": "chat"}], "prompts": [{"id": "p", "name": "P"}]}
    landed = land(write_json(tmp_path / "h.json", data))
    chat = landed["Bot"]
    assert landed.report.format == "ChatbotUI" and chat.folder == "Work" and chat.chat.system == "Be a bot."
    assert chat.line == [("user", "Q"), ("assistant", "A")] and chat.chat.params == {"temperature": 0.3}
    assert chat.said("A").message.model == "openai/gpt-4" and "Prompt templates" in landed.report.notes[0]
    assert chat.said("A").message.extra == {"imported": {"seen": 1}}
