"""What newer exports hold comes whole: citations, canvas, artifacts, documents, memory; and no keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.files.imports.conftest import Land, write_json, write_lines, write_zip


def said(role: str, text: str, parent: str | None, children: list[str], **more: Any) -> dict[str, Any]:
    return {"parent": parent, "children": children, "message": {
        "author": {"role": role}, "content": {"content_type": "text", "parts": [text]}, "metadata": {}, **more}}


def test_chatgpt_citations_canvas_and_memory(land: Land, tmp_path: Path) -> None:
    mark = "\ue200cite\ue202turn0search1\ue201"
    entity = '\ue200entity\ue202["city","Paris","France"]\ue201'
    reference = {"matched_text": mark, "start_idx": 5, "end_idx": 5 + len(mark), "type": "grouped_webpages", "items": [
        {"title": "News", "url": "https://a.example/", "supporting_websites": [{"url": "https://b.example/"}]}]}
    mapping = {
        "q": said("user", "Who?", None, ["m"]),
        "m": {"parent": "q", "children": ["a"], "message": {"author": {"role": "assistant"}, "content": {
            "content_type": "model_editable_context", "model_set_context": "Likes tea"}}},
        "a": said("assistant", f"Team {mark}{entity} \ue200cite\ue202lost\ue201end", "m", ["c"],
                  metadata={"content_references": [reference]}),
        "c": said("assistant", '{"name": "Plan", "content": "# Plan"}', "a", ["w"],
                  recipient="canmore.create_textdoc"),
        "w": {"parent": "c", "children": [], "message": {"author": {"role": "assistant"}, "content": {
            "content_type": "super_widget", "x": 1}}},
        "lost": said("user", "Lost joint", None, [], metadata={"parent_id": "a"})}
    landed = land(write_json(tmp_path / "c.json", [{"title": "T", "id": "k", "current_node": "w", "mapping": mapping}]))
    chat = landed["T"]
    text, one, two = chat.parts("Team")
    assert text["text"] == "Team Paris end" and [one["url"], two["url"]] == ["https://a.example/", "https://b.example/"]
    assert "Likes tea" in str(chat.chat.extra) and "Likes tea" not in str(chat.shape)
    assert [part.kind for node in chat.nodes for part in node.message.parts].count("file") == 1
    assert chat.said("Lost joint").parent_id == chat.said("Team").id
    assert any("parent was missing" in note for note in landed.report.notes)


def test_claude_artifacts_documents_and_memory(land: Land, tmp_path: Path) -> None:
    def use(**asked: str) -> dict[str, Any]:
        return {"type": "tool_use", "id": "t", "name": "artifacts", "input": {"id": "p", **asked}}

    chat = {"uuid": "a", "name": "Art", "project_uuid": "pr", "chat_messages": [
        {"uuid": "1", "sender": "human", "text": "Make"},
        {"uuid": "2", "sender": "assistant", "text": "", "content": [
            use(command="create", type="text/html", title="Page", content="<p>Hi</p>"),
            use(command="update", old_str="Hi", new_str="Ho"), {"type": "text", "text": "Done"},
            {"type": "text", "text":
             'x <antArtifact identifier="o" type="text/markdown" title="Old">O</antArtifact>'}]}]}
    landed = land(write_zip(tmp_path / "claude.zip", {
        "conversations.json": [chat], "users.json": [{"email_address": "me@a.example"}],
        "projects.json": [{"uuid": "pr", "name": "Work", "prompt_template": "Be kind", "docs": [
            {"filename": "d.txt", "content": "inside"}]}],
        "memories.json": [{"conversations_memory": "Likes tea"}]}))
    files = [part for node in landed["Art"].nodes for part in node.message.to_json()["parts"]  # type: ignore[union-attr]
             if part["kind"] == "file"]  # type: ignore[index,call-overload]
    assert [(file["name"], file["text"]) for file in files] == [  # type: ignore[index,call-overload]
        ("Page.html", "<p>Hi</p>"), ("Page.html", "<p>Ho</p>"), ("Old.md", "O")]
    assert landed["Art"].folder == "Work" and landed["Documents of Work"].chat.archived
    assert landed["Memory (Claude)"].line == [("user", "Likes tea")]
    assert "me@a.example" not in str(landed.chats)


def test_keys_of_big_agi_and_of_lines_stay_out(land: Land, tmp_path: Path) -> None:
    key = "sk-proj-" + "a1B2" * 8
    big = {"conversations": [{"id": "b1", "userTitle": "BA", "messages": [
        {"id": "1", "role": "user", "fragments": [{"ft": "content", "part": {"pt": "text", "text": "hi"}}]}]}],
        "models": {"sources": [{"id": "openai", "setup": {"oaiKey": key}}]}}
    path = write_lines(tmp_path / "l.jsonl", {"messages": [{"role": "user", "content": "one"}], "metadata": {
        "openaiKey": key, "key": "k", "note": key, "fine": 1}})
    landed = land(write_json(tmp_path / "b.json", big), path)
    assert set(landed.chats) == {"BA", "one"} and key not in str(landed.chats)
    assert landed["one"].chat.extra["imported"] == {"metadata": {"fine": 1}}
    assert "3 fields that may hold keys or personal data were left out." in landed.report.notes


def test_two_data_sets_that_begin_alike_never_mix(land: Land, tmp_path: Path) -> None:
    def chat(*texts: str) -> dict[str, Any]:
        return {"messages": [{"role": "assistant" if place % 2 else "user", "content": text}
                             for place, text in enumerate(texts)]}

    one = write_lines(tmp_path / "a.jsonl", chat("Hello", "Answer A"))
    two = write_lines(tmp_path / "b.jsonl", chat("Hello", "Answer B"))
    assert (land(one).report.chats, land(two).report.chats) == (1, 1)
    share = [{"id": "identity_0", "conversations": [{"from": "human", "value": text}, {"from": "gpt", "value": "x"}]}
             for text in ("First", "Second")]
    paths = write_json(tmp_path / "s1.json", share[:1]), write_json(tmp_path / "s2.json", share[1:])
    assert land(*paths).report.chats == 2
    write_lines(one, chat("Hello", "Answer A", "More", "Grown"), chat("Hello", "Answer C"))
    grown = land(one).report
    assert (grown.chats, grown.updated, grown.messages) == (1, 1, 4)
    renamed = tmp_path / "copy of a.jsonl"
    renamed.write_bytes(two.read_bytes())
    assert land(renamed).report.unchanged == 1


def test_a_data_set_that_asks_one_question_many_times_grows(
    land: Land, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More chats begin alike than are compared; and one that had only its question gets its answer."""
    monkeypatch.setattr("workbench.storage.bulk_import._MOST_ALIKE", 100)

    def line(number: int, *more: str) -> dict[str, Any]:
        texts = ("The same question", f"Answer {number}", *more)
        return {"messages": [{"role": "assistant" if place % 2 else "user", "content": text}
                             for place, text in enumerate(texts)]}

    alone = {"messages": [{"role": "user", "content": "Only asked"}]}
    path = write_lines(tmp_path / "set.jsonl", alone, *map(line, range(120)))
    assert land(path).report.chats == 121
    alone["messages"].append({"role": "assistant", "content": "Answered"})
    write_lines(path, alone, *(line(number, "And then?", f"More {number}") for number in range(120)))
    report = land(path).report
    assert (report.chats, report.updated, report.messages) == (0, 121, 241)
