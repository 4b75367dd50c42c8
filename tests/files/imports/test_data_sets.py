"""OpenAI JSONL and ShareGPT, the forms in which data sets come."""

from __future__ import annotations

import base64
import dataclasses
import re
from pathlib import Path

from tests.files.imports.conftest import PIXEL, Land, write_json, write_lines
from workbench.core.ports.exports import ExportOptions
from workbench.core.resources import resource
from workbench.files.exports.formats import ALL_FORMATS
from workbench.files.imports.readers import READERS


def test_openai_lines(land: Land, tmp_path: Path) -> None:
    picture = "data:image/png;base64," + base64.b64encode(PIXEL).decode()
    path = write_lines(
        tmp_path / "set.jsonl",
        {"messages": [{"role": "system", "content": "Short."}, {"role": "user", "content": [
            {"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": picture}},
            {"type": "image_url", "image_url": {"url": "https://far.example/a.png"}}]},
            {"role": "assistant", "content": None, "reasoning_content": "Hm", "tool_calls": [
                {"id": "t", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
            {"role": "tool", "tool_call_id": "t", "content": "r"},
            {"role": "assistant", "content": "Done", "weight": 1, "annotations": [
                {"type": "url_citation", "url_citation": {"url": "https://s.example", "title": "S"}}]}],
         "split": "train"},
        {"nothing": 1}, {"messages": [{"role": "human", "content": "Second"}, {"role": "alien", "content": "x"}]})
    landed = land(path)
    assert landed.report.format == "OpenAI JSONL" and (landed.report.chats, landed.report.skipped) == (2, 1)
    chat = landed["Look"]
    assert chat.chat.system == "Short." and chat.chat.extra["imported"] == {"split": "train"}
    assert [part["kind"] for part in chat.parts("Look")] == ["text", "image", "image"]
    assert chat.parts("Look")[2]["url"] == "https://far.example/a.png" and list(chat.blobs.values()) == [PIXEL]
    assert [node.message.role for node in chat.nodes] == ["user", "assistant", "tool", "assistant"]
    assert chat.said("Done").message.extra == {"imported": {"weight": 1}}
    assert chat.parts("Done")[1]["url"] == "https://s.example"
    assert landed["Second"].line == [("user", "Second"), ("user", "x")]
    assert land(path).report.unchanged == 2


def test_one_line_without_a_line_feed(land: Land, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_bytes(b'\xef\xbb\xbf{"messages": [{"role": "user", "content": "Hi"}]}')
    assert land(tmp_path / "one.jsonl")["Hi"].line == [("user", "Hi")]


def test_sharegpt(land: Land, tmp_path: Path) -> None:
    landed = land(write_json(tmp_path / "s.json", [
        {"id": "1", "conversations": [{"from": "system", "value": "Kind."}, {"from": "human", "value": "Q"},
                                      {"from": "gpt", "value": "A", "weight": 0}]},
        {"conversations": [{"from": "human", "value": "R"}]}, {"id": "empty", "conversations": []}, 7]))
    assert landed.report.format == "ShareGPT" and (landed.report.chats, landed.report.skipped) == (2, 2)
    assert landed["Q"].line == [("user", "Q"), ("assistant", "A")] and landed["Q"].chat.system == "Kind."


def test_the_report_tells_of_each_file(land: Land, tmp_path: Path) -> None:
    share = write_json(tmp_path / "s.json", [{"id": "1", "conversations": [{"from": "human", "value": "Q"}]}, 7])
    lines = write_lines(tmp_path / "l.jsonl", {"messages": [{"role": "user", "content": "R"}]})
    report = land(share, lines).report
    assert (report.chats, report.skipped, report.format) == (2, 1, "ShareGPT, OpenAI JSONL")
    assert [(file.name, file.format, file.chats, file.skipped, len(file.notes)) for file in report.files] == [
        ("s.json", "ShareGPT", 1, 1, 1), ("l.jsonl", "OpenAI JSONL", 1, 0, 0)]
    assert [file.unchanged for file in land(share, lines).report.files] == [1, 1]


def test_every_program_is_in_the_table_of_the_help_page_and_in_the_window() -> None:
    page = resource("help/import-and-export.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+?) \| [^|]+ \| [^|]+ \| [^|]+ \|$", page.partition("| from |")[2], re.MULTILINE)
    names = [reader.name for reader in READERS if reader.gives]
    assert [row for row in rows if row[0] != "-"] == names == list(dict.fromkeys(reader.name for reader in READERS))


def test_every_export_format_and_option_is_on_the_help_page() -> None:
    page = resource("help/import-and-export.md").read_text("utf-8")
    for format in ALL_FORMATS:
        assert f"`.{format.ending}`" in page and (f"`{format.id}`" in page or not format.suffix), format
        assert set(format.refused) <= {field.name for field in dataclasses.fields(ExportOptions)}
