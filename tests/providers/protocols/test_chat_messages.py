"""Messages on the wire: text where it can be, parts where it must be, reasoning back where it is wanted."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from workbench.core.chat.messages import Message, system, user
from workbench.core.chat.parts import (
    Audio,
    Blob,
    Citation,
    Failure,
    File,
    Image,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
)
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.providers.endpoints.presets import preset
from workbench.providers.protocols.chat_messages import join_details, takes_pdf, wire_messages

PICTURE = Blob("sha", 3, "image/png", "x.png")
BLOBS = {"sha": b"PNG"}
URL = "data:image/png;base64," + base64.b64encode(b"PNG").decode()


def wire(*messages: Message, provider: str = "custom", **quirks: object) -> list[object]:
    return list(wire_messages(messages, BLOBS, {**preset(provider).quirks, **quirks}))


def test_text_is_a_text() -> None:
    assert wire(system("S"), user("a", File("n.txt", "data"))) == [
        {"role": "system", "content": "S"},
        {"role": "user", "content": '<file name="n.txt">\ndata\n</file>\n\na'}]


def test_a_picture_makes_it_a_list() -> None:
    (message,) = wire(user("What is it?", File("n.txt", "data"), Image(PICTURE, extra={"detail": "low"})))
    assert message == {"role": "user", "content": [
        {"type": "text", "text": '<file name="n.txt">\ndata\n</file>'},
        {"type": "image_url", "image_url": {"detail": "low", "url": URL}},
        {"type": "text", "text": "What is it?"}]}


def test_addresses_of_pictures_go_only_where_they_are_taken() -> None:
    remote = user("", Image(url="https://a.example/x.png"))
    assert wire(remote) == [{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": "https://a.example/x.png"}}]}]
    assert wire(remote, provider="ollama") == [{"role": "user", "content": [
        {"type": "text", "text": "[Image: https://a.example/x.png]"}]}]


PDF = File("a.pdf", "its text", Blob("pdf", 3, "application/pdf"))
PDF_URL = "data:application/pdf;base64," + base64.b64encode(b"%PDF").decode()


@pytest.mark.parametrize(("provider", "model", "reads", "part"), [
    ("openai", "m", ("text", "pdf"), {"type": "file", "file": {"filename": "a.pdf", "file_data": PDF_URL}}),
    ("openrouter", "m", ("text", "file"), {"type": "file", "file": {"filename": "a.pdf", "file_data": PDF_URL}}),
    ("mistral", "mistral-small-latest", None, {
        "type": "document_url", "document_url": PDF_URL, "document_name": "a.pdf"})])
def test_a_pdf_goes_as_it_is(provider: str, model: str, reads: tuple[str, ...] | None, part: object) -> None:
    quirks = preset(provider).quirks
    form = takes_pdf(ModelInfo(ModelRef(provider, model), input=reads), quirks)
    (message,) = wire_messages([user("Read it", PDF)], {"pdf": b"%PDF"}, quirks, form)
    assert message == {"role": "user", "content": [part, {"type": "text", "text": "Read it"}]}


@pytest.mark.parametrize(("provider", "model", "reads"), [
    ("openai", "m", None), ("openai", "m", ("text", "image")), ("groq", "m", ("text", "pdf")),
    ("mistral", "codestral", None)])
def test_a_pdf_goes_as_text_where_it_is_not_read(provider: str, model: str, reads: tuple[str, ...] | None) -> None:
    quirks = preset(provider).quirks
    form = takes_pdf(ModelInfo(ModelRef(provider, model), input=reads), quirks)
    (message,) = wire_messages([user("Read it", PDF)], {"pdf": b"%PDF"}, quirks, form)
    assert message == {"role": "user", "content": '<file name="a.pdf">\nits text\n</file>\n\nRead it'}


def test_sound() -> None:
    (message,) = wire(user("", Audio(Blob("sha", 3, "audio/mpeg"))))
    assert message == {"role": "user", "content": [
        {"type": "input_audio", "input_audio": {"data": "UE5H", "format": "mp3"}}]}


def test_roles() -> None:
    told = Message("developer", (Text("S"),))
    assert wire(told) == [{"role": "system", "content": "S"}]
    assert wire(told, provider="openai") == [{"role": "developer", "content": "S"}]


def test_what_is_not_said_is_left_out() -> None:
    failed = Message("assistant", (Failure("No."), Citation("https://a.example")))
    thought = Message("assistant", (Reasoning("hm"),))
    assert wire(user("a"), failed, thought, user("b")) == [
        {"role": "user", "content": "a"}, {"role": "user", "content": "b"}]


CALLED = Message("assistant", (Reasoning("hm", extra={"reasoning_details": [{"type": "t", "text": "h"}]}),
                               ToolCall("c1", "f", '{"x":1}', {"extra_content": {"google": {"s": 1}}})))
ANSWERED = Message("tool", (ToolResult("c1", "42"),))
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"x":1}'}}


def test_tools_without_null_fields() -> None:
    assert wire(CALLED, ANSWERED, provider="groq") == [
        {"role": "assistant", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "42"}]


def test_reasoning_goes_back_only_where_it_must() -> None:
    assert wire(CALLED, provider="deepseek") == [
        {"role": "assistant", "tool_calls": [CALL], "reasoning_content": "hm"}]
    assert wire(CALLED, provider="openrouter") == [
        {"role": "assistant", "tool_calls": [CALL], "reasoning_details": [{"type": "t", "text": "h"}]}]
    assert wire(CALLED, provider="gemini") == [
        {"role": "assistant", "tool_calls": [{**CALL, "extra_content": {"google": {"s": 1}}}]}]
    bare = Message("assistant", (ToolCall("c1", "f", "{}"),))
    (kimi,) = wire(bare, provider="moonshot")
    assert kimi["reasoning_content"] == " "  # type: ignore[index]
    spoken = Message("assistant", (Reasoning("hm"), Text("a")))
    assert wire(spoken, provider="deepseek") == [{"role": "assistant", "content": "a"}]
    signed = Message("assistant", (Text("a"),), extra={"thinking_blocks": [1], "other": 2})
    assert wire(signed, provider="litellm") == [
        {"role": "assistant", "content": "a", "thinking_blocks": [1]}]


def test_reasoning_goes_back_in_the_field_that_it_came_in() -> None:
    details = [{"type": "t", "text": "h"}]
    assert wire(CALLED) == [{"role": "assistant", "tool_calls": [CALL], "reasoning_details": details}]
    parts = (Reasoning("hm"), ToolCall("c1", "f", '{"x":1}'))
    noted = Message("assistant", parts, extra={"reasoning_field": "reasoning"})
    assert wire(noted) == [{"role": "assistant", "tool_calls": [CALL], "reasoning": "hm"}]
    assert wire(Message("assistant", parts), provider="llamacpp") == [
        {"role": "assistant", "tool_calls": [CALL], "reasoning_content": "hm"}]
    spoken = Message("assistant", (Reasoning("hm"), Text("a")), extra={"reasoning_field": "reasoning"})
    assert wire(spoken) == [{"role": "assistant", "content": "a"}]
    assert wire(noted, provider="groq") == [{"role": "assistant", "tool_calls": [CALL]}]


def test_what_only_the_server_reads_goes_back_to_it_alone() -> None:
    def sent(message: Message, provider: str, kind: str = "custom") -> Any:
        return wire_messages([message], {}, preset(kind).quirks, provider=provider)[0]

    signed = {"extra_content": {"google": {"thought_signature": "s"}}}
    called = Message("assistant", (ToolCall("c1", "f", '{"x":1}', signed),), "mine/m", {**signed, "other": 1})
    assert sent(called, "mine") == {"role": "assistant", "tool_calls": [{**CALL, **signed}], **signed}
    assert sent(called, "another") == {"role": "assistant", "tool_calls": [CALL]}
    assert sent(called, "mine", "groq") == {"role": "assistant", "tool_calls": [CALL]}
    thought = Message("assistant", (Reasoning("hm"), Text("a")), "mine/m", {"reasoning_field": "content"})
    assert sent(thought, "mine")["content"] == [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "a"}]
    assert sent(thought, "another") == {"role": "assistant", "content": "a"}
    details = [{"type": "reasoning.encrypted", "data": "x"}]
    hidden = Message("assistant", (Reasoning("", extra={"reasoning_details": details}), Text("a")), "mine/m")
    assert sent(hidden, "mine") == {"role": "assistant", "content": "a", "reasoning_details": details}


def test_results_in_a_users_message() -> None:
    assert [message["role"] for message in wire(user("b", ToolResult("c", "1")))] == ["tool", "user"]  # type: ignore[index]
    assert [message["role"] for message in wire(user("", ToolResult("c", "1")))] == ["tool"]  # type: ignore[index]


def test_damaged_arguments_are_not_sent() -> None:
    (message,) = wire(Message("assistant", (ToolCall("c", "f", '{"x'),)))
    assert message["tool_calls"][0]["function"]["arguments"] == "{}"  # type: ignore[index]


def test_details_are_joined_by_block() -> None:
    pieces = [{"type": "reasoning.text", "index": 0, "text": "a", "id": "r"},
              {"type": "reasoning.text", "index": 0, "text": "b", "signature": None},
              {"type": "reasoning.text", "index": 0, "signature": "s"},
              {"type": "reasoning.encrypted", "index": 1, "data": "x"}]
    assert join_details(pieces) == [
        {"type": "reasoning.text", "index": 0, "text": "ab", "id": "r", "signature": "s"},
        {"type": "reasoning.encrypted", "index": 1, "data": "x"}]


def test_taking_turns() -> None:
    made = wire(user("a"), user("b", Image(PICTURE)), Message("assistant", (Text("c"),)), user("d"),
                provider="perplexity")
    assert [message["role"] for message in made] == ["user", "assistant", "user"]  # type: ignore[index]
    assert [part["type"] for part in made[0]["content"]] == ["text", "image_url", "text"]  # type: ignore[index]
