"""Every event and every kind of item of the Responses API: replayed, cut into any pieces, streamed and whole alike.

Sources: OpenAI's OpenAPI document 2.3.0 (``ResponseStreamEvent``, ``OutputItem``) and the Open Responses specification.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from tests.providers.test_any_pieces import COMMENTS, CUTS, ENDS, Outcome, read, same_in_any_pieces, stream
from workbench.core.chat.parts import Audio, Citation, Image, Reasoning, ToolCall, ToolResult
from workbench.providers.protocols.responses_reader import ResponsesReader

EVENTS = [
    "created", "queued", "in_progress", "completed", "incomplete", "failed", "output_item.added",
    "output_item.done", "content_part.added", "content_part.done", "output_text.delta",
    "output_text.annotation.added", "output_text.done", "refusal.delta", "refusal.done",
    "reasoning_summary_part.added", "reasoning_summary_part.done", "reasoning_summary_text.delta",
    "reasoning_summary_text.done", "reasoning_text.delta", "reasoning_text.done", "function_call_arguments.delta",
    "function_call_arguments.done", "custom_tool_call_input.delta", "custom_tool_call_input.done",
    "web_search_call.in_progress", "web_search_call.searching", "web_search_call.completed",
    "file_search_call.in_progress", "file_search_call.searching", "file_search_call.completed",
    "code_interpreter_call.in_progress", "code_interpreter_call.interpreting", "code_interpreter_call.completed",
    "code_interpreter_call_code.delta", "code_interpreter_call_code.done", "image_generation_call.in_progress",
    "image_generation_call.generating", "image_generation_call.partial_image", "image_generation_call.completed",
    "mcp_list_tools.in_progress", "mcp_list_tools.completed", "mcp_list_tools.failed", "mcp_call.in_progress",
    "mcp_call.completed", "mcp_call.failed", "mcp_call_arguments.delta", "mcp_call_arguments.done",
    "shell_call_command.added", "shell_call_command.delta", "shell_call_command.done",
    "shell_call_output_content.delta", "shell_call_output_content.done", "audio.delta", "audio.done",
    "audio.transcript.delta", "audio.transcript.done",
]

ITEMS = [
    "message", "reasoning", "function_call", "custom_tool_call", "web_search_call", "file_search_call",
    "code_interpreter_call", "image_generation_call", "mcp_list_tools", "mcp_call", "mcp_approval_request",
    "computer_call", "shell_call", "shell_call_output", "apply_patch_call", "tool_search_call",
    "tool_search_output", "compaction", "program", "program_output",
]

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
CITED = {"type": "url_citation", "url": "https://a.example", "title": "A", "start_index": 0, "end_index": 5}


def item(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"{kind}_1", "status": "completed", **fields}


def steps(kind: str, *names: str, **fields: Any) -> list[dict[str, Any]]:
    return [{"type": f"response.{kind}.{name}", **fields} for name in names]


def pieces(kind: str, text: str, done: str, **at: Any) -> list[dict[str, Any]]:
    """A text in two pieces, and whole; ``done``: the field of the last."""
    return [*({"type": f"response.{kind}.delta", "delta": piece, **at} for piece in (text[:3], text[3:])),
            {"type": f"response.{kind}.done", done: text, **at}]


def part(kind: str, number: str, value: dict[str, Any], within: list[dict[str, Any]]) -> list[dict[str, Any]]:
    begin = {**value, "text": ""}
    return [*steps(kind, "added", part=begin, **{number: 0}), *within, *steps(kind, "done", part=value, **{number: 0})]


TEXT = {"type": "output_text", "text": "Rain, they say.", "annotations": [CITED]}
SUMMARY = {"type": "summary_text", "text": "Let me look."}

SHOWN: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    (item("reasoning", summary=[SUMMARY], encrypted_content="gAAA"),
     part("reasoning_summary_part", "summary_index", SUMMARY,
          pieces("reasoning_summary_text", "Let me look.", "text", summary_index=0))),
    ({**item("reasoning", summary=[], content=[{"type": "reasoning_text", "text": "Hm, hm."}]), "id": "rs_2"},
     pieces("reasoning_text", "Hm, hm.", "text", content_index=0)),
    (item("web_search_call", action={"type": "search", "query": "rain"}),
     steps("web_search_call", "in_progress", "searching", "completed")),
    (item("file_search_call", queries=["rain"], results=[{"filename": "a.txt", "text": "It rains."}]),
     steps("file_search_call", "in_progress", "searching", "completed")),
    (item("code_interpreter_call", code="print(1)", outputs=[{"type": "logs", "logs": "1"}]), [
        *steps("code_interpreter_call", "in_progress"), *pieces("code_interpreter_call_code", "print(1)", "code"),
        *steps("code_interpreter_call", "interpreting", "completed")]),
    (item("image_generation_call", result=PNG, output_format="png"), [
        *steps("image_generation_call", "in_progress", "generating"),
        *steps("image_generation_call", "partial_image", partial_image_index=0, partial_image_b64=PNG),
        *steps("image_generation_call", "completed")]),
    (item("mcp_list_tools", server_label="docs", tools=[{"name": "find"}]),
     steps("mcp_list_tools", "in_progress", "completed")),
    ({**item("mcp_list_tools", server_label="mail", tools=[], error="no way"), "id": "ml_2"},
     steps("mcp_list_tools", "in_progress", "failed")),
    (item("mcp_call", server_label="docs", name="find", arguments='{"q":1}', output="found"), [
        *steps("mcp_call", "in_progress"), *pieces("mcp_call_arguments", '{"q":1}', "arguments"),
        *steps("mcp_call", "completed")]),
    ({**item("mcp_call", server_label="docs", name="get", arguments="{}", error={"message": "gone"}), "id": "mcp_2"},
     steps("mcp_call", "in_progress", "failed")),
    (item("shell_call", call_id="sh", action={"commands": ["ls"]}, environment={"type": "container_auto"}), [
        *steps("shell_call_command", "added", command_index=0, command=""),
        *pieces("shell_call_command", "ls -l", "command", command_index=0)]),
    (item("shell_call_output", call_id="sh", output=[{"stdout": "a.txt"}]),
     [*steps("shell_call_output_content", "delta", command_index=0, delta={"stdout": "a.txt"}),
      *steps("shell_call_output_content", "done", command_index=0, output=[{"stdout": "a.txt"}])]),
    (item("computer_call", call_id="cc", action={"type": "click"}), []),
    (item("apply_patch_call", call_id="ap", operation={"type": "delete_file", "path": "a"}), []),
    (item("tool_search_call", arguments={"query": "x"}), []), (item("tool_search_output", tools=[]), []),
    (item("compaction", encrypted_content="gBBB"), []),
    (item("program", call_id="pr", code="find()"), []), (item("program_output", call_id="pr", result="3 found"), []),
    (item("message", role="assistant", content=[TEXT, {"type": "refusal", "refusal": "No more."}]), [
        *part("content_part", "content_index", TEXT, [
            *pieces("output_text", "Rain, they say.", "text", content_index=0),
            *steps("output_text.annotation", "added", content_index=0, annotation=CITED)]),
        *pieces("refusal", "No more.", "refusal", content_index=1)]),
    (item("custom_tool_call", call_id="ct", name="sql", input="SELECT 1"),
     pieces("custom_tool_call_input", "SELECT 1", "input")),
    (item("function_call", call_id="fc", name="look", arguments='{"a":1}'),
     pieces("function_call_arguments", '{"a":1}', "arguments")),
    (item("mcp_approval_request", server_label="docs", name="del", arguments="{}"), []),
]
"""Items as they end, and the events between their beginning and their end."""


def replay(end: str, **more: Any) -> Iterator[dict[str, Any]]:
    """Yields the events of a response with all of ``SHOWN``."""
    output = [one for one, _ in SHOWN]
    begun = {"id": "resp_1", "object": "response", "model": "m", "output": []}
    for name, status in (("created", "queued"), ("queued", "queued"), ("in_progress", "in_progress")):
        yield {"type": f"response.{name}", "response": {**begun, "status": status}}
    for at, (one, within) in enumerate(SHOWN):
        where = {"output_index": at, "item_id": one["id"]}
        empty = {"content": [], "summary": [], "arguments": "", "input": "", "code": "", "result": None}
        begin = {name: empty.get(name, value) for name, value in one.items()
                 if name not in ("outputs", "results", "output", "error", "encrypted_content")}
        yield {"type": "response.output_item.added", "output_index": at, "item": {**begin, "status": "in_progress"}}
        yield from ({**event, **where} for event in within)
        yield {"type": "response.output_item.done", "output_index": at, "item": one}
    yield {"type": f"response.{end}", "response": {
        **begun, "status": end, "output": output, "usage": {"input_tokens": 3, "output_tokens": 2}, **more}}


ENDINGS: dict[str, dict[str, Any]] = {
    "completed": {}, "incomplete": {"incomplete_details": {"reason": "max_output_tokens"}},
    "failed": {"error": {"code": "server_error", "message": "The model broke."}}}


def sent(end: str) -> list[tuple[str, Any]]:
    events = [{**event, "sequence_number": at} for at, event in enumerate(replay(end, **ENDINGS[end]))]
    return [(event["type"], event) for event in events]


def reader() -> ResponsesReader:
    return ResponsesReader("X", "https://x:443")


SOUND = [b"RIFF....", b"WAVE"]
SPOKEN = [
    *({"type": "response.audio.delta", "delta": base64.b64encode(piece).decode()} for piece in SOUND),
    *steps("audio", "done"), *steps("audio.transcript", "delta", delta="It "),
    *steps("audio.transcript", "delta", delta="rains."), *steps("audio.transcript", "done")]


@given(ENDS, COMMENTS, CUTS)
def test_sound(line_end: str, comment: str, cuts: list[int]) -> None:
    last = {"type": "response.completed", "response": {"id": "r", "status": "completed", "output": []}}
    out = same_in_any_pieces(
        reader, stream([("", event) for event in (*SPOKEN, last)], line_end, comment), cuts)
    (sound,) = out.message.parts
    assert isinstance(sound, Audio) and sound.transcript == "It rains." and out.finished == {0: "stop"}
    assert sound.blob is not None and sound.blob.mime == "audio/wav" and sound.blob.size == 12


def test_none_is_missing() -> None:
    names = {name for end in ENDINGS for name, _ in sent(end)} | {event["type"] for event in SPOKEN}
    assert names == {f"response.{name}" for name in EVENTS}
    assert {one["type"] for one, _ in SHOWN} == set(ITEMS)


@pytest.mark.parametrize("end", ENDINGS)
@given(ENDS, COMMENTS, CUTS)
def test_in_any_pieces(end: str, line_end: str, comment: str, cuts: list[int]) -> None:
    streamed = same_in_any_pieces(reader, stream(sent(end), line_end, comment), cuts)
    whole = read(reader(), [json.dumps(sent(end)[-1][1]["response"]).encode()])
    assert streamed == whole
    check(streamed)
    assert streamed.finished == {"completed": {0: "tool_calls"}, "incomplete": {0: "length"}, "failed": {}}[end]
    assert ("The model broke." in streamed.failure) is (end == "failed")


def check(out: Outcome) -> None:
    parts = out.message.parts
    assert out.message.text == "Rain, they say.No more."
    assert [one.text for one in parts if isinstance(one, Reasoning)] == ["Let me look.\n\nHm, hm."]
    assert [one.url for one in parts if isinstance(one, Citation)] == ["https://a.example"]
    assert len([one for one in parts if isinstance(one, Image)]) == 1
    calls = {one.name: one.arguments for one in parts if isinstance(one, ToolCall)}
    assert calls["look"] == '{"a":1}' and calls["sql"] == "SELECT 1" and calls["docs.del"] == "{}"
    assert calls["docs.find"] == '{"q":1}' and "print(1)" in calls["code_interpreter"]
    assert {"web_search", "file_search", "shell", "computer", "apply_patch", "tool_search", "program"} <= calls.keys()
    results = [(one.name, one.text) for one in parts if isinstance(one, ToolResult)]
    for came_of in (("file_search", "a.txt – It rains."), ("code_interpreter", "1"), ("docs.find", "found"),
                    ("docs.get", "gone"), ("mcp_list_tools", "no way"), ("program", "3 found")):
        assert came_of in results
    assert any("a.txt" in text for name, text in results if name == "shell")


@pytest.mark.parametrize(("kind", "said"), [
    ("code_interpreter_call", "print(1)"), ("mcp_call", '{"q":1}'), ("shell_call", "ls -l")])
def test_what_a_server_was_running_when_the_reply_broke_off(kind: str, said: str) -> None:
    events = sent("completed")
    last = next(at for at, (name, event) in enumerate(events) if event.get("item", {}).get("type") == kind
                and name == "response.output_item.done")
    out = read(reader(), [stream(events[:last], "\n", "")])
    call = [one for one in out.message.parts if isinstance(one, ToolCall)][-1]
    assert said in (call.arguments, *json.loads(call.arguments).values()) and out.failure
