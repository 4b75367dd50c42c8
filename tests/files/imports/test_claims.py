"""Claims: each file goes to the one reader that knows its shape, an unknown one to none, and nothing is told as a
success of which nothing came."""

from __future__ import annotations

import base64
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.files.imports.conftest import PIXEL, Land, write_json, write_lines, write_zip
from tests.files.imports.samples import SAMPLES
from workbench.core.errors import BadInput
from workbench.files.imports.format_sniffer import sniff
from workbench.files.imports.readers import READERS
from workbench.files.imports.sources import open_source


def written(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    path.write_text(SAMPLES[name][1], "utf-8")
    return path


def claimed(path: Path) -> list[str]:
    with closing(open_source(path, lambda count: None)) as source:
        head = sniff(source)
    return [reader.name for reader in READERS if reader.format.claims(head)]


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_is_claimed_by_its_own_reader_alone(name: str, tmp_path: Path) -> None:
    others = {"qwen.json": ["Open WebUI"], "hermes.json": ["OpenAI JSONL"]}.get(name, [])  # the first that fits reads
    assert claimed(written(tmp_path, name)) == [SAMPLES[name][0], *others]


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_comes_once_and_says_something(name: str, land: Land, tmp_path: Path) -> None:
    path = written(tmp_path, name)
    landed = land(path)
    assert landed.report.chats == 1 and landed.report.format == SAMPLES[name][0]
    (chat,) = landed.chats.values()
    assert all(node.message.parts for node in chat.nodes)
    assert len({node.message.role for node in chat.nodes}) > 1 or name.startswith("batch")
    again = land(path)
    assert (again.report.unchanged, again.report.messages) == (1, 0)
    assert again.chats.keys() == landed.chats.keys()


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.endswith((".json", ".jsonl"))])
@pytest.mark.parametrize("mark", ["BOM", "CRLF", "blank lines"])
def test_marks_and_line_ends_change_nothing(name: str, mark: str, tmp_path: Path) -> None:
    text = SAMPLES[name][1]
    data = {"BOM": "\ufeff" + text, "CRLF": text.replace("\n", "\r\n"), "blank lines": "\n\n" + text + "\n"}[mark]
    (tmp_path / name).write_bytes(data.encode())
    assert claimed(tmp_path / name)[0] == SAMPLES[name][0]


def test_all_samples_in_one_archive_come_each_by_its_reader(land: Land, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "all.zip", {f"export/{name}": text.encode() for name, (_, text) in SAMPLES.items()
                                            if not name.startswith("batch")})
    report = land(path).report
    assert {file.format for file in report.files} == {format for format, _ in SAMPLES.values()} - {"Batch files"}
    assert report.chats + report.unchanged == len(SAMPLES) - 2  # two of them say the same as another
    assert land(path).report.unchanged == len(SAMPLES) - 2


CHATGPT = json.loads(SAMPLES["chatgpt.json"][1])


@pytest.mark.parametrize(("value", "format"), [
    ({"conversations": CHATGPT}, "ChatGPT"),
    ({"raw_provider_payload": CHATGPT[0]}, "ChatGPT"),
    ([{"mapping": {"a": {"message": {"author": {"role": "user"}, "content": {"parts": ["hi"]}}}}}], "ChatGPT"),
    ({"big": [{"n": 1}] * 500, "conversations": CHATGPT}, "ChatGPT"),
    ({"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "yo"}]}, "ShareGPT"),
    ([{"role": "user", "content": "hi"}], "OpenAI JSONL"),
    ({"title": "T", "messages": [{"role": "user", "content": "hi"}]}, "OpenAI JSONL"),
])
def test_other_wrappings(value: Any, format: str, land: Land, tmp_path: Path) -> None:
    landed = land(write_json(tmp_path / "x.json", value))
    assert landed.report.format == format and landed.report.chats == 1
    assert any("hi" in chat.line[0][1] or "Who" in chat.line[0][1] for chat in landed.chats.values())


def test_an_item_of_another_format_is_read_by_the_reader_that_knows_it(land: Land, tmp_path: Path) -> None:
    other = {"title": "Other", "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yo"}]}
    report = land(write_json(tmp_path / "c.json", [*CHATGPT, other, {"odd": 1}])).report
    assert (report.chats, report.skipped) == (2, 1)


@pytest.mark.parametrize(("value", "sentence"), [
    ({"conversations": [], "totalConversations": 3}, "browser extension"),
    ([{"id": "1", "conversation_id": "c", "title": "T", "is_anonymous": True}], "shared links"),
    ([{"sessionId": "s", "messageId": 0, "type": "user", "message": "hi"}], "list of prompts"),
    ({"schema": "vnd.agi.flash-backup", "storage": {}}, "whole backup of big-AGI"),
    ({"exportType": "settings", "state": {"settings": {}}}, "holds settings"),
    ({"hello": "world", "answer": 42}, "“hello”, “answer”"),
    ([1, 2, 3], "a list without objects"),
    ({"mapping": {"a": {"message": None}}}, "“mapping”"),
    ({"conversations": [{"id": "x"}]}, "“conversations”"),
    ([{"uuid": "u", "chat_messages": []}], "“chat_messages”"),
    ({"text": "a lot of text"}, "no conversations"),
])
def test_what_is_unknown_is_refused_with_what_was_seen(
    value: Any, sentence: str, land: Land, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=sentence):
        land(write_json(tmp_path / "x.json", value))
    with pytest.raises(BadInput, match=sentence):
        land(tmp_path / "x.json", dry=True)


def test_nothing_and_empty_messages_are_no_success(land: Land, tmp_path: Path) -> None:
    """Known formats whose chats hold nothing: told for the dry run and the import alike."""
    hollow = [{"uuid": "u", "name": "N", "chat_messages": [{"uuid": "m", "sender": "human", "text": ""}]}]
    path = write_json(tmp_path / "hollow.json", hollow)
    for dry in (True, False):
        with pytest.raises(BadInput, match="hold nothing that this version can read"):
            land(path, dry=dry)
    many = [{"messages": [{"role": "user", "content": "hi"}, *[{"role": "assistant", "content": ""}] * 3]}] * 30
    with pytest.raises(BadInput, match="looks like OpenAI JSONL"):
        land(write_lines(tmp_path / "many.jsonl", *[{**line, "id": f"{place}"} for place, line in enumerate(many)]))
    with pytest.raises(BadInput, match="holds no chat in a format"):
        land(write_zip(tmp_path / "z.zip", {"user.json": {"id": 1}, "odd.json": {"a": 1}}))
    some = [{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": ""}]}]
    report = land(write_lines(tmp_path / "some.jsonl", *some)).report
    assert report.chats == 1 and "One empty message was left out." in report.notes


def test_what_systems_leave_beside_files_is_passed_over(land: Land, tmp_path: Path) -> None:
    members: dict[str, Any] = {
        "export/conversations.json": CHATGPT, "__MACOSX/export/._conversations.json": b"\0\5\x16\7",
        "export/._user.json": b"\0\5\x16\7", "export/.DS_Store": b"\0", "export/empty.json": b""}
    report = land(write_zip(tmp_path / "mac.zip", members)).report
    assert (report.chats, report.skipped) == (1, 0)
    folder = tmp_path / "folder"
    write_json(folder / "conversations.json", CHATGPT)
    (folder / "._conversations.json").write_bytes(b"\0\5\x16\7")
    assert land(folder).report.unchanged == 1


def test_titles_surrogates_and_names_are_mended(land: Land, tmp_path: Path) -> None:
    chat = {"uuid": "u", "name": "Long " * 100 + "\ud83d\n\x07", "model": "m\udc00", "chat_messages": [
        {"uuid": "\ud800", "sender": "human", "text": "Hi \ud83d there"}]}
    path = tmp_path / "x.json"
    path.write_text(json.dumps([chat]), "ascii")
    landed = land(path)
    (title,) = landed.chats
    assert len(title) <= 201 and title.endswith("…") and "\n" not in title
    assert "A title of more than 200 characters was cut." in landed.report.notes
    assert landed[title].line == [("user", "Hi \ufffd there")] and land(path).report.unchanged == 1


def test_a_mended_comma_is_better_advice_than_another_download(land: Land, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('[{"uuid": "u", "chat_messages": [{"sender": "human", "text": "hi"},]}]', "utf-8")
    with pytest.raises(BadInput, match=r"damaged JSON .*mend it there"):
        land(path)
    path.write_text('[{"uuid": "u", "chat_messages": [{"sender": "human", "text": "hi"}', "utf-8")
    with pytest.raises(BadInput, match="ends too early"):
        land(path)


def test_thoughts_between_tags_are_reasoning_and_the_same_again(land: Land, tmp_path: Path) -> None:
    said = {"role": "assistant", "content": "<think>\nLet me see.\n</think>\n\nNo.\n\n<think>\nOr…\n</think>\n\nYes."}
    path = write_lines(tmp_path / "a.jsonl", {"messages": [{"role": "user", "content": "<think> of it"}, said]})
    [chat] = land(path).chats.values()
    assert chat.nodes[0].message.text == "<think> of it"
    assert chat.parts("Yes.") == [{"kind": "reasoning", "text": "Let me see.\n\nOr…"},
                                  {"kind": "text", "text": "No.\n\nYes."}]
    assert land(path).report.unchanged == 1


def test_a_picture_inside_the_text_is_a_picture_of_the_message(land: Land, tmp_path: Path) -> None:
    address = "data:image/png;base64," + base64.b64encode(PIXEL).decode()
    said = [{"role": "user", "content": "Draw."}, {
        "role": "assistant", "content": f"Here:\n\n![a dot]({address})\n\nWell?"}]
    path = write_lines(tmp_path / "a.jsonl", {"messages": said})
    assert land(path, dry=True).report.images == 1
    [chat] = land(path).chats.values()
    assert [part["kind"] for part in chat.parts("Here:")] == ["text", "image", "text"]
    assert list(chat.blobs.values()) == [PIXEL]
    assert land(path).report.unchanged == 1
