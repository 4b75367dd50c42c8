"""Keys and configured values through every protocol: they are sent, and stand in nothing that is kept or shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.protocols.test_anthropic_messages import START, block, end, stream
from tests.providers.support import KEY, Bench, bench
from tests.support.server import Reply, Server, chat, json_reply, sse
from workbench.core.chat.messages import user
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request

HEADER, FIELD = "canary-header-1", "canary-field-2"
PIECES = (f"You sent {KEY[:9]}", f"{KEY[9:]}, I think.")


def _lines(*lines: dict[str, Any]) -> Reply:
    return Reply(headers={"Content-Type": "application/x-ndjson"}, body=[json.dumps(line) + "\n" for line in lines])


def _said(*pieces: str) -> Reply:
    whole = {"type": "message", "id": "m", "role": "assistant", "status": "completed",
             "content": [{"type": "output_text", "text": "".join(pieces), "annotations": []}]}
    deltas = [{"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": piece}
              for piece in pieces]
    return sse(*deltas, {"type": "response.completed", "response": {
        "id": "r", "object": "response", "status": "completed", "model": "m", "output": [whole]}}, done=False)


ANSWERS: dict[str, tuple[str, str, Reply]] = {
    "openai-chat": ("/v1", "/v1/chat/completions", chat(*PIECES)),
    "openai-responses": ("/v1", "/v1/responses", _said(*PIECES)),
    "azure": ("", "/openai/deployments/m/chat/completions", chat(*PIECES)),
    "anthropic-messages": ("", "/v1/messages", stream(START, *block(
        0, {"type": "text", "text": ""}, *({"type": "text_delta", "text": piece} for piece in PIECES)),
        *end("end_turn"))),
    "ace-conversations": ("/aichat", "/aichat/conversations", _lines(
        *({"delta_answer": piece, "id": "c"} for piece in PIECES))),
    "ace-conversations-2": ("/aichat", "/aichat2/conversations", _lines(
        *({"type": "text_delta", "content": piece, "id": "c"} for piece in PIECES),
        {"type": "done", "conversation_id": "c", "terminal_reason": "completed"})),
}
"""Protocol → base path, path asked, and an answer in whose text the key comes in two pieces."""
every_protocol = pytest.mark.parametrize("protocol", ANSWERS)


def provider(server: Server, protocol: str) -> Bench:
    preset = "acedatacloud" if protocol.startswith("ace") else "custom"
    return bench(server, preset, "test", path=ANSWERS[protocol][0], key=KEY, protocol=protocol, retries=0,
                 headers={"X-Own": HEADER}, add_fields={"metadata": {"password": FIELD}})


@every_protocol
def test_a_reply_that_repeats_the_key(server: Server, run: Run, protocol: str) -> None:
    _, path, answer = ANSWERS[protocol]
    server.on("POST", path, answer)
    out = run(provider(server, protocol).reply("test/m"))
    (request,) = server.requests
    assert KEY in str(request.headers) and request.header("x-own") == HEADER
    assert request.json["metadata"]["password"] == FIELD
    assert out.failure is None and out.text.startswith("You sent ") and out.text.endswith(", I think.")
    kept = repr((out.events, out.messages))
    assert not [secret for secret in (KEY, HEADER, FIELD) if secret in kept]


@every_protocol
def test_an_error_that_repeats_them(server: Server, run: Run, protocol: str) -> None:
    message = f"Who is {KEY}? {HEADER} {FIELD}"
    server.on("POST", ANSWERS[protocol][1], json_reply(
        {"error": {"message": message, "type": "denied", "code": KEY, "param": f"{HEADER}.{FIELD}"}}, 403,
        {"X-Request-Id": KEY}))
    out = run(provider(server, protocol).reply("test/m"))
    assert out.failure is not None and "Who is" in str(out.failure) + out.failure.body
    kept = repr((out.events, out.messages, out.failure))
    assert not [secret for secret in (KEY, HEADER, FIELD) if secret in kept]


def test_a_reply_that_names_the_key_in_every_field(server: Server, run: Run) -> None:
    call = {"index": 0, "id": KEY, "type": "function", KEY: KEY,
            "function": {"name": KEY, "arguments": f'{{"a": "{KEY}"}}'}}
    about = {"id": KEY, "model": KEY, "system_fingerprint": KEY, "service_tier": KEY}
    server.on("POST", "/v1/chat/completions", sse(
        {**about, "choices": [{"index": 0, "delta": {"role": "assistant", "tool_calls": [call]}}]},
        {**about, "choices": [{"index": 0, "delta": {}, "finish_reason": KEY}], "usage": {"prompt_tokens": 1, KEY: 1}}))
    out = run(provider(server, "openai-chat").reply("test/m"))
    kept = repr((out.events, out.messages, out.failure))
    assert "$API_KEY" in kept and KEY not in kept


def test_a_list_of_models_that_repeats_the_key(server: Server, run: Run) -> None:
    ids = [KEY, f"model-of-{KEY}", "m"]
    server.on("GET", "/v1/models", json_reply({"data": [
        {"id": id, "name": f"Of {KEY}", "description": KEY, "owned_by": KEY} for id in ids]}))
    made = provider(server, "openai-chat")
    infos = run(made.providers.models("test", refresh=True))
    run(made.providers.close())
    assert KEY in str(server.requests[0].headers) and [info.ref.model for info in infos] == [
        "$API_KEY", "model-of-$API_KEY", "m"]
    assert KEY not in repr((infos, made.providers.known_models("test"), made.store.stored))


TOOL = {"type": "mcp", "server_label": "docs", "server_url": "https://mcp.example/sse",
        "authorization": "canary-tool-3", "headers": {"X-Team": "canary-team-4"}}


CALL = {"type": "mcp_call", "id": "mcp_1", "server_label": "docs", "name": "find",
        "arguments": '{"as":"canary-tool-3"}', "output": "I am canary-tool-3 of canary-team-4.", "error": None}


@pytest.mark.parametrize("answer", [
    _said("Hello"), _said("I am canary-", "tool-3 of canary-team-4", "."),
    sse({"type": "response.output_item.done", "output_index": 0, "item": CALL}, {
        "type": "response.completed", "response": {"id": "r", "status": "completed", "output": [CALL]}}, done=False),
    json_reply({"error": {"message": "The MCP server refused canary-tool-3 and canary-team-4."}}, 424)])
def test_secrets_of_a_tool_that_another_server_runs(server: Server, run: Run, answer: Reply) -> None:
    """They are sent, and neither the record nor the preview nor a reply or refusal that repeats them shows them."""
    server.on("POST", "/v1/responses", answer)
    made = provider(server, "openai-responses")
    request = Request(ModelRef("test", "m"), (user("Hi"),), params={"tools": [TOOL]})
    preview = run(made.providers.preview(request))
    out = run(made.reply("test/m", params={"tools": [TOOL]}))
    assert server.requests[0].json["tools"] == [TOOL]
    kept = repr((out.events, out.messages, preview))
    assert "mcp.example" in kept and "canary-tool" not in kept and "canary-team" not in kept
