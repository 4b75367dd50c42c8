"""ChatGPT's exports, old and new: every branch, picture, thought and oddity arrives where it belongs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.files.imports.conftest import PIXEL, Land, write_json, write_zip
from workbench.core.chat.messages import Status


def message(role: str, *parts: Any, kind: str = "text", **more: Any) -> dict[str, Any]:
    content = more.pop("content", None) or {"content_type": kind, "parts": list(parts)}
    return {"id": "m", "author": {"role": role, "name": more.pop("name", None)}, "content": content, "weight": 1.0,
            "status": "finished_successfully", "recipient": "all", "metadata": {}, **more}


def node(parent: str | None, children: list[str], said: dict[str, Any] | None) -> dict[str, Any]:
    return {"parent": parent, "children": children, "message": said}


def weather() -> dict[str, Any]:
    """A tree with a hidden system message, two answers (the older one first), thoughts, a tool and a picture."""
    mapping = {
        "client-created-root": node(None, ["sys"], None),
        "sys": node("client-created-root", ["ask"], message("system", "", weight=0)),
        "ask": node("sys", ["old", "think"], message(
            "user", {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-Abc123",
                     "width": 1, "height": 1}, "What is this?", kind="multimodal_text", create_time=1700000000.5,
            metadata={"attachments": [{"id": "file-Abc123", "name": "dot.png"},
                                      {"id": "file-Gone9", "name": "lost.pdf", "mimeType": "application/pdf"}]})),
        "old": node("ask", [], message("assistant", "A dot?", create_time=1700000001,
                                       metadata={"model_slug": "gpt-4", "finish_details": {"type": "interrupted"}})),
        "think": node("ask", ["recap"], message("assistant", content={
            "content_type": "thoughts", "thoughts": [{"summary": "Looking", "content": "It is small."}]})),
        "recap": node("think", ["call"], message("assistant", content={
            "content_type": "reasoning_recap", "content": "Thought for 3s"})),
        "call": node("recap", ["result"], message("assistant", recipient="python", content={
            "content_type": "code", "language": "python", "text": "print(1)"})),
        "result": node("call", ["new"], message("tool", name="python", content={
            "content_type": "execution_output", "text": "1"})),
        "new": node("result", [], message(
            "assistant", "It is one pixel.", create_time=None, metadata={
                "model_slug": "o3", "secret_new_field": {"a": 1}, "citations": [
                    {"start_ix": 0, "end_ix": 2, "metadata": {"type": "webpage", "title": "Pixels",
                                                               "url": "https://pixels.example/"}}]})),
    }
    return {"title": "Weather", "create_time": 1700000000.0, "update_time": 1700000100.0, "conversation_id": "c-1",
            "current_node": "new", "default_model_slug": "gpt-4o", "is_starred": True, "is_archived": False,
            "gizmo_id": "g-1", "mapping": mapping}


def test_a_tree_with_everything(land: Land, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "export.zip", {
        "conversations.json": [weather(), {"title": "no mapping"}], "chat.html": b"<html>", "user.json": {"id": "u"},
        "file-Abc123-dot.png": PIXEL,
    })
    landed = land(path)
    report = landed.report
    assert (report.format, report.chats, report.messages, report.branches, report.images) == ("ChatGPT", 1, 5, 2, 1)
    assert report.skipped == 1
    assert "An entry without messages was not imported." in report.notes
    assert "Images and files that are not in the export were imported by name only." in report.notes
    chat = landed["Weather"]
    assert chat.shape == [
        "What is this?", " A dot?", " (reasoning,tool_call)", "  (tool_result)", "   It is one pixel."]
    assert chat.line[-1] == ("assistant", "It is one pixel.") and len(chat.line) == 4
    assert (chat.chat.pinned, chat.chat.model, chat.chat.created) == (True, "openai/gpt-4o", 1700000000.0)
    assert chat.chat.extra == {"source": "chatgpt:c-1", "imported": {"gizmo_id": "g-1"}}
    assert chat.blobs == {"dot.png": PIXEL}
    asked = chat.parts("What is this?")
    assert [part["kind"] for part in asked] == ["image", "text", "file"]
    assert asked[0]["width"] == 1 and asked[2]["name"] == "lost.pdf"
    old = chat.said("A dot?")
    assert (old.message.model, old.status, old.created) == ("openai/gpt-4", Status.STOPPED, 1700000001.0)
    thought, call = chat.nodes[2].message.to_json()["parts"]  # type: ignore[misc]
    assert thought == {"kind": "reasoning", "text": "Looking\n\nIt is small."}
    assert (call["name"], call["arguments"]) == ("python", "print(1)")  # type: ignore[index,call-overload]
    new = chat.said("one pixel")
    assert new.message.model == "openai/o3" and new.message.extra == {"imported": {"secret_new_field": {"a": 1}}}
    assert chat.parts("one pixel")[1] == {"kind": "citation", "url": "https://pixels.example/", "title": "Pixels"}


def test_many_files_since_august_2026(land: Land, tmp_path: Path) -> None:
    bare = {"title": "Bare", "conversation_id": "c-2", "default_model_slug": "gpt-5", "current_node": "b", "mapping": {
        "a": {"parent": None, "children": ["b"], "message": {
            "author": {"role": "user"}, "content": {"content_type": "text", "parts": ["Hi"]}}},
        "b": {"parent": "a", "children": [], "message": {
            "author": {"role": "assistant"}, "content": {"content_type": "text", "parts": ["Ho"]}}}}}
    path = write_zip(tmp_path / "export.zip", {
        "conversations-000.json": [weather()], "conversations-001.json": bare, "chat.html": b"", "user.json": {},
        "conversations-002.json": [bare], "message_feedback.json": [{"id": 1}],
    })
    landed = land(path)
    assert set(landed.chats) == {"Weather", "Bare"}
    assert landed["Bare"].line == [("user", "Hi"), ("assistant", "Ho")]
    assert landed["Bare"].said("Ho").message.model == "openai/gpt-5"
    assert landed.report.chats == 2 and landed.report.unchanged == 1


def test_again_doubles_nothing_and_brings_what_is_new(land: Land, tmp_path: Path) -> None:
    first = weather()
    path = write_json(tmp_path / "conversations.json", [first])
    before = land(path)
    again = land(path)
    assert (again.report.chats, again.report.updated, again.report.unchanged, again.report.messages) == (0, 0, 1, 0)
    assert again["Weather"].nodes == before["Weather"].nodes
    first["mapping"]["new"]["children"] = ["more"]
    first["mapping"]["more"] = node("new", [], message("user", "Thanks!"))
    first["mapping"]["old"]["message"]["content"]["parts"] = ["A dot, changed"]
    first["current_node"] = "more"
    write_json(path, [first])
    dry = land(path, dry=True)
    assert (dry.report.updated, dry.report.messages) == (1, 2) and dry["Weather"].nodes == before["Weather"].nodes
    third = land(path)
    assert (third.report.chats, third.report.updated, third.report.messages) == (0, 1, 2)
    assert third["Weather"].line[-1] == ("user", "Thanks!")
    assert {"A dot?", "A dot, changed"} <= {one.message.text for one in third["Weather"].nodes}


def test_circles_and_lost_parents_are_mended(land: Land, tmp_path: Path) -> None:
    broken = {"title": "Broken", "id": "c-3", "current_node": "x", "mapping": {
        "x": node("y", ["y"], message("user", "X")), "y": node("x", ["x"], message("assistant", "Y")),
        "z": node("gone", [], message("user", "Z")), "odd": 7,
        "w": node("z", [], message("alien", "W", content={"content_type": "hologram", "text": "W", "beam": 1}))}}
    landed = land(write_json(tmp_path / "c.json", [broken]))
    assert sorted(landed["Broken"].shape) == [" W", " Y", "X", "Z"]
    assert any("below themselves" in note for note in landed.report.notes)
    assert any("hologram" in note for note in landed.report.notes)
    assert landed["Broken"].parts("W")[1] == {
        "kind": "chatgpt:hologram", "content": {"content_type": "hologram", "text": "W", "beam": 1}}


def test_memories_and_hidden_messages_are_kept_beside(land: Land, tmp_path: Path) -> None:
    data = weather()
    data["mapping"]["sys"]["message"] = message("user", content={
        "content_type": "user_editable_context", "user_profile": "I am Ada.", "user_instructions": "Be brief."})
    chat = land(write_json(tmp_path / "c.json", [data]))["Weather"]
    assert "I am Ada." not in " ".join(chat.shape)
    assert "I am Ada." in str(chat.chat.extra["imported"])


def test_an_export_that_a_browser_has_unpacked_comes_with_its_pictures(land: Land, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    write_json(folder / "conversations.json", [weather()])
    write_json(folder / "user.json", {"id": "user-1"})
    (folder / "chat.html").write_text("<html></html>")
    (folder / "file-Abc123-dot.png").write_bytes(PIXEL)
    landed = land(folder)
    assert landed.report.format == "ChatGPT" and list(landed["Weather"].blobs.values()) == [PIXEL]


def test_the_model_may_stand_at_the_conversation_alone(land: Land, tmp_path: Path) -> None:
    chat = {"title": "New", "conversation_id": "c-9", "model": "gpt-7", "current_node": "a", "mapping": {
        "q": node(None, ["a"], message("user", "Q")), "a": node("q", [], message("assistant", "A", metadata=None))}}
    assert land(write_json(tmp_path / "conversations-1.json", [chat]))["New"].said("A").message.model == "openai/gpt-7"
