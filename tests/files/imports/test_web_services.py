"""Exports of web services, each with branches, tools, pictures and broken items as far as it has them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from tests.files.imports.conftest import PIXEL, Land, write_json, write_zip
from workbench.core.chat.messages import Status

PICTURE = base64.b64encode(PIXEL).decode()
DAY = "2026-01-02T03:04:0"


def test_deepseek(land: Land, tmp_path: Path) -> None:
    def node(id: str, above: str, below: list[str], *fragments: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"id": id, "parent": above, "children": below, "message": {
            "model": "deepseek-x", "inserted_at": f"{DAY}{id}+00:00", "files": [], "fragments": list(fragments),
            **more}}

    mapping = {
        "root": {"id": "root", "parent": None, "children": ["1"], "message": None},
        "1": node("1", "root", ["2", "3"], {"type": "REQUEST", "content": "Why?"}, files=[{"file_name": "a.pdf"}]),
        "2": node("2", "1", [], {"type": "THINK", "content": "hm"}, {"type": "RESPONSE", "content": "Because."}),
        "3": node("3", "1", ["4"],
                  {"type": "SEARCH", "results": [{"url": "https://a.example", "title": "A"}, {"x": 1}]},
                  {"type": "TOOL_CALL", "id": "t", "name": "open", "arguments": {"url": "a"}},
                  {"type": "TOOL_RESULT", "id": "t", "content": "text"}, {"type": "RESPONSE", "content": "So."},
                  {"type": "TIP", "content": "odd"}),
        "4": node("4", "3", [], {"type": "REQUEST", "content": "Thanks."}), "5": 7,
    }
    damaged = {"id": "d2", "title": "Lost", "mapping": {"a": {
        "id": "a", "parent": "gone", "children": ["a"], "message": {
            "inserted_at": None, "fragments": [{"type": "REQUEST", "content": "Alone"}, "odd"]}}}}
    landed = land(write_zip(tmp_path / "d.zip", {"user.json": {"email": "a@b.example"}, "conversations.json": [
        {"id": "d1", "title": "T", "inserted_at": f"{DAY}1+08:00", "mapping": mapping}, damaged, {"mapping": {}}]}))
    chat = landed["T"]
    assert chat.shape == ["Why?", " Because.", " So.", "  Thanks."]
    assert chat.line[-1] == ("user", "Thanks.") and landed["Lost"].line == [("user", "Alone")]
    assert [part["kind"] for part in chat.parts("So.")] == [
        "citation", "tool_call", "tool_result", "text", "deepseek:TIP"]
    assert chat.parts("Because.")[0] == {"kind": "reasoning", "text": "hm"}
    assert chat.parts("Why?")[0]["name"] == "a.pdf" and chat.said("So.").message.model == "deepseek/deepseek-x"
    assert any("TIP" in note for note in landed.report.notes)


def test_grok(land: Land, tmp_path: Path) -> None:
    def said(id: str, sender: str, text: str, above: str = "", **more: Any) -> dict[str, Any]:
        return {"response": {
            "_id": id, "sender": sender, "message": text, "parent_response_id": above, "model": "grok-x",
            "create_time": {"$date": {"$numberLong": "1767323045000"}}, **more}}

    tree = {"conversation": {"id": "g1", "title": "Tree", "starred": True, "create_time": f"{DAY}5Z"}, "responses": [
        said("1", "human", "Hi", file_attachments=["pic-1"]), said("2", "ASSISTANT", "One", "1", thinking_trace="hm"),
        said("3", "assistant", 'Two <grok:render type="x">card</grok:render>', "1", steps=[
            {"text": ["Looking"], "tool_calls": [{"id": "c", "name": "web", "arguments": {"q": "x"}}]}],
            web_search_results=[{"url": "https://a.example", "title": "A"}, {"url": "https://a.example"}]),
        said("4", "human", "More", "3"), 5]}
    flat = {"conversation": {"title": "Flat", "create_time": f"{DAY}5Z"}, "responses": [
        {"sender": "human", "message": "Q"}, {"sender": "grok", "message": "A"}, {"sender": "human"}]}
    landed = land(write_json(tmp_path / "prod-grok-backend.json", {
        "conversations": [tree, flat, {"conversation": {}, "responses": []}], "projects": [], "tasks": []}))
    assert landed["Tree"].shape == ["Hi", " One", " Two", "  More"] and landed["Tree"].chat.pinned
    assert [part["kind"] for part in landed["Tree"].parts("Two")] == ["reasoning", "tool_call", "text", "citation"]
    assert [part["kind"] for part in landed["Tree"].parts("Hi")] == ["file", "text"]
    assert landed["Flat"].line == [("user", "Q"), ("assistant", "A")]
    assert land(tmp_path / "prod-grok-backend.json").report.unchanged == 2


def test_gemini_takeout(land: Land, tmp_path: Path) -> None:
    def entry(time: str, title: str, *answers: str, **more: Any) -> dict[str, Any]:
        return {"header": "Gemini Apps", "title": title, "time": f"2026-01-02T{time}Z", "products": ["Gemini Apps"],
                "safeHtmlItem": [{"html": html} for html in answers], "locationInfos": [{"name": "Home"}], **more}

    activity = [
        entry("09:00:00", "Prompted Later?", "<p>Yes.</p>", subtitles=[{"name": "Chess coach"}]),
        entry("03:10:00", "Prompted And this?", "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"),
        entry("03:04:05", "Prompted What is it?", "<p>A <b>dot</b>.</p>", "<p>A point.</p>", imageFile="dot.png"),
        entry("03:04:01", "Gave feedback", ""), {**entry("03:00:00", "Searched for x", "y"), "header": "Search",
                                                 "products": ["Search"]}, {"header": "Gemini Apps"}]
    landed = land(write_zip(tmp_path / "takeout.zip", {
        "Takeout/My Activity/Gemini Apps/MyActivity.json": activity, "Takeout/My Activity/Gemini Apps/dot.png": PIXEL}))
    chat = next(chat for chat in landed.chats.values() if chat.blobs)
    assert chat.shape[:3] == ["What is it?", " A **dot**.", "  And this?"] and chat.shape[-1] == " A point."
    assert list(chat.blobs.values()) == [PIXEL] and "| a |" in chat.shape[3]
    assert len(landed.chats) == 2 and "Home" not in str(chat.chat.extra)
    other = next(other for other in landed.chats.values() if other is not chat)
    assert "Chess coach" in other.chat.tags and other.line == [("user", "Later?"), ("assistant", "Yes.")]
    assert landed.report.skipped >= 2


def test_gemini_takeout_as_a_page(land: Land, tmp_path: Path) -> None:
    cell = ('<div class="outer-cell"><div class="header-cell"><p>Gemini Apps</p></div>'
            '<div class="content-cell">{}<br>{}<br>{}</div></div>')
    page = "<html><head><title>My Activity</title></head><body>" + "".join([
        cell.format("Prompted&nbsp;And <i>now</i>?", "Jan 2, 2026, 3:10:00\u202fAM UTC", "<ul><li>one</li></ul>"),
        cell.format("Prompted&nbsp;Why?", "Jan 2, 2026, 3:04:05\u202fAM UTC",
                    "<p>Because <b>so</b>.</p><script>x()</script>"),
        '<div class="outer-cell"><div class="content-cell"></div></div>', "<div class='outer-cell'></body></html>"])
    path = tmp_path / "MyActivity.html"
    path.write_text(page, "utf-8")
    landed = land(path)
    [chat] = landed.chats.values()
    assert [text for role, text in chat.line if role == "user"] == ["Why?", "And *now*?"]
    assert "**so**" in chat.line[1][1] and "x()" not in chat.line[1][1] and "one" in chat.line[3][1]
    assert land(path).report.unchanged == 1


def test_google_ai_studio(land: Land, tmp_path: Path) -> None:
    chunks = [
        {"role": "user", "text": "Look", "inlineImage": {"mimeType": "image/png", "data": PICTURE}},
        {"role": "user", "driveDocument": {"id": "x1"}}, {"role": "model", "text": "hm", "isThought": True},
        {"role": "model", "text": "A dot", "parts": [{"text": "A dot"}], "grounding": {"groundingSources": [
            {"uri": "https://a.example", "title": "A"}]}},
        {"role": "model", "executableCode": {"language": "python", "code": "1+1"}},
        {"role": "model", "codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "2"}},
        {"role": "model", "errorMessage": "Blocked"}, {"role": "user", "inlineImage": {"data": "%%"}}, 3]
    path = write_json(tmp_path / "My prompt", {
        "runSettings": {"model": "models/gemini-x", "temperature": 0.5, "topP": "odd"}, "systemInstruction": {
            "parts": [{"text": "Be brief"}]}, "chunkedPrompt": {"chunks": chunks, "pendingInputs": [{"text": "Next"}]}})
    landed = land(path)
    chat = landed["My prompt"]
    assert (chat.chat.system, chat.chat.draft, chat.chat.params["temperature"]) == ("Be brief", "Next", 0.5)
    assert list(chat.blobs.values()) == [PIXEL]
    assert [part["kind"] for part in chat.parts("A dot")] == ["reasoning", "text", "citation"]
    assert any(node.status is Status.FAILED for node in chat.nodes)
    assert "An attachment in the file is damaged and was imported by name only." in landed.report.notes


def test_qwen(land: Land, tmp_path: Path) -> None:
    def said(id: str, above: str | None, below: list[str], **more: Any) -> dict[str, Any]:
        return {"id": id, "parentId": above, "childrenIds": below, "role": "assistant", "content": "",
                "model": "qwen-x", **more}

    messages = {
        "1": said("1", None, ["2", "3"], role="user", content="Draw", files=[
            {"type": "image", "url": f"data:image/png;base64,{PICTURE}", "name": "dot.png"}]),
        "2": said("2", "1", [], content="Old"),
        "3": said("3", "1", [], content_list=[
            {"phase": "thinking_summary", "content": "", "extra": {"summary_thought": {"content": ["a", "b"]}}},
            {"phase": "web_search", "content": "", "extra": {"search_result": [{"url": "https://a.example"}, 4]}},
            {"phase": "tool_code", "content": "ran"}, {"phase": "answer", "content": "New"}, "odd"])}
    landed = land(write_json(tmp_path / "q.json", {"success": True, "data": [
        {"id": "q1", "title": "T", "chat": {"history": {"currentId": "3", "messages": messages}}}, {"id": "q2"},
        None]}))
    assert landed["T"].shape == ["Draw", " Old", " New"] and landed["T"].line[-1][1] == "New"
    assert [part["kind"] for part in landed["T"].parts("New")] == ["reasoning", "citation", "tool_result", "text"]
    assert landed["T"].blobs == {"dot.png": PIXEL}


def test_huggingchat(land: Land, tmp_path: Path) -> None:
    def said(id: str, speaker: str, text: str, *ancestors: str, **more: Any) -> dict[str, Any]:
        return {"id": id, "from": speaker, "content": text, "ancestors": list(ancestors), "files": ["dot.png"], **more}

    chat = {"_id": {"$oid": "h1"}, "title": "T", "model": "org/model", "sessionId": "secret-session", "messages": [
        said("s", "system", "Be kind."), said("1", "user", "Hi", "s"), said("2", "assistant", "One", "s", "1"),
        said("3", "assistant", "<think>hm</think>Two", "s", "1", interrupted=True),
        said("4", "user", "More", "s", "1", "3"), 9]}
    landed = land(write_zip(tmp_path / "h.zip", {
        "conversations.json": [chat, {"_id": "h2", "messages": []}], "assistants.json": [], "file-h1-dot.png": PIXEL}))
    arrived = landed["T"]
    assert arrived.shape == ["Hi", " One", " Two", "  More"] and arrived.chat.system == "Be kind."
    assert list(arrived.blobs.values()) == [PIXEL], "attached once, although each message names it"
    assert arrived.parts("Two") == [{"kind": "reasoning", "text": "hm"}, {"kind": "text", "text": "Two"}]
    assert arrived.said("Two").status is Status.INTERRUPTED and "secret-session" not in str(arrived.chat.extra)


def test_le_chat(land: Land, tmp_path: Path) -> None:
    def said(id: str, role: str, text: str, second: int, **more: Any) -> dict[str, Any]:
        return {"id": id, "chatId": "l1", "version": 0, "role": role, "content": text, "contentChunks": None,
                "createdAt": f"{DAY}{second}Z", "files": [], **more}

    messages = [
        said("3", "assistant", "Two", 6, version=1, contentChunks=[
            {"type": "tool_call", "id": "t", "name": "web", "publicArguments": {"q": "x"}, "publicResult": "found"},
            {"type": "text", "text": "Two"}, {"type": "image_url", "imageUrl": f"data:image/png;base64,{PICTURE}"},
            {"type": "custom_element", "x": 1}]),
        said("1", "user", "Hi", 1, files=[{"type": "image", "name": "dot.png"}, {"name": "gone.pdf"}]),
        said("2", "assistant", "One", 5), said("4", "user", "More", 9)]
    landed = land(write_zip(tmp_path / "l.zip", {"chat-l1.json": messages, "chat-l1-files/dot.png": PIXEL}))
    [chat] = landed.chats.values()
    assert chat.shape == ["Hi", " One", " Two", "  More"]
    assert [part["kind"] for part in chat.parts("Two")] == [
        "tool_call", "tool_result", "text", "image", "lechat:custom_element"]
    assert [part["kind"] for part in chat.parts("Hi")] == ["image", "file", "text"]


def test_microsoft_copilot(land: Land, tmp_path: Path) -> None:
    path = tmp_path / "copilot-activity-history.csv"
    path.write_bytes(b"\xef\xbb\xbf" + (
        b'Conversation,Time,Author,Message\r\n"B",2026-01-03T00:00:02,AI,"=1+1, or\r\n""two"""\r\n'
        b'"B",2026-01-03T00:00:02,Human,"Sum?"\r\nbroken\r\n"A",2026-01-02T00:00:00,Human,Hello\r\n'))
    landed = land(path)
    assert landed["B"].line == [("user", "Sum?"), ("assistant", '=1+1, or\r\n"two"')]
    assert landed["A"].line == [("user", "Hello")] and landed.report.skipped == 1


def test_perplexity(land: Land, tmp_path: Path) -> None:
    sources = [{"url": "https://a.example", "title": "A"}, {"title": "no address"}, 3]
    turns = [{"uuid": "a", "query": "Who?", "answer": "Ada [1].", "sources": sources},
             {"uuid": "b", "query": "When?", "answer": ""}, "odd"]
    landed = land(write_json(tmp_path / "p.json", {"metadata": {"thread_id": "p1", "thread_title": "T"},
                                                   "conversations": turns}))
    assert landed["T"].line == [("user", "Who?"), ("assistant", "Ada [1]."), ("user", "When?")]
    assert [part["kind"] for part in landed["T"].parts("Ada")] == ["text", "citation"]
