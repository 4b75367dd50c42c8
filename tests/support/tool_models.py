"""Scripted models that call tools, in each protocol that has them, and what its server demands of a history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.server import Reply, sse

Calls = Sequence[tuple[str, str, Any]]
"""Id, name and arguments (a text is sent as it is) of each call."""


def text_of(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


@dataclass(frozen=True)
class ToolModel:
    """One protocol: how its server calls tools and answers, and what a request holds."""

    protocol: str

    @property
    def path(self) -> str:
        return {"openai-chat": "/v1/chat/completions", "anthropic-messages": "/v1/messages",
                "openai-responses": "/v1/responses"}[self.protocol]

    def base_url(self, url: str) -> str:
        return url if self.protocol == "anthropic-messages" else f"{url}/v1"

    def calling(self, *calls: tuple[str, str, Any], text: str = "") -> Reply:
        """An answer that calls tools."""
        return _ANSWERS[self.protocol](text, calls)

    def saying(self, text: str) -> Reply:
        """An answer in words."""
        return _ANSWERS[self.protocol](text, ())

    def offered(self, body: Any) -> list[str]:
        """The names of the tools that a request offers."""
        return [tool.get("name") or tool["function"]["name"] for tool in body.get("tools", ())]

    def results(self, body: Any) -> list[tuple[str, str]]:
        """Call ids and texts of the results in a request. Fails where the server would refuse the history."""
        return _RESULTS[self.protocol](body)


def _chat(text: str, calls: Calls) -> Reply:
    deltas = [{"content": text}] if text else []
    deltas += [{"tool_calls": [{"index": n, "id": id, "type": "function", "function": {
        "name": name, "arguments": text_of(arguments)}}]} for n, (id, name, arguments) in enumerate(calls)]
    return sse(*({"choices": [{"index": 0, "delta": delta}]} for delta in deltas),
               {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls" if calls else "stop"}]},
               {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}})


def _anthropic(text: str, calls: Calls) -> Reply:
    events: list[dict[str, Any]] = [{"type": "message_start", "message": {
        "id": "m", "usage": {"input_tokens": 10, "output_tokens": 1}}}]
    blocks: list[tuple[dict[str, Any], dict[str, Any]]] = []
    if text:
        blocks.append(({"type": "text", "text": ""}, {"type": "text_delta", "text": text}))
    else:
        blocks.append(({"type": "thinking", "thinking": ""}, {"type": "thinking_delta", "thinking": "Hm."}))
    blocks += [({"type": "tool_use", "id": id, "name": name, "input": {}},
                {"type": "input_json_delta", "partial_json": text_of(arguments)}) for id, name, arguments in calls]
    for n, (block, delta) in enumerate(blocks):
        events.append({"type": "content_block_start", "index": n, "content_block": block})
        events.append({"type": "content_block_delta", "index": n, "delta": delta})
        if block["type"] == "thinking":
            events.append({"type": "content_block_delta", "index": n, "delta": {
                "type": "signature_delta", "signature": "signed"}})
        events.append({"type": "content_block_stop", "index": n})
    events += [{"type": "message_delta", "delta": {"stop_reason": "tool_use" if calls else "end_turn"},
                "usage": {"output_tokens": 5}}, {"type": "message_stop"}]
    return sse(*events, done=False)


def _responses(text: str, calls: Calls) -> Reply:
    items: list[dict[str, Any]] = [{"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "sealed"}]
    if text:
        items.append({"type": "message", "id": "msg", "role": "assistant", "status": "completed", "content": [
            {"type": "output_text", "text": text, "annotations": []}]})
    items += [{"type": "function_call", "id": f"fc_{id}", "call_id": id, "name": name,
               "arguments": text_of(arguments), "status": "completed"} for id, name, arguments in calls]
    whole = {"id": "resp", "status": "completed", "output": items,
             "usage": {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}}
    events: list[dict[str, Any]] = [{"type": "response.created", "response": {"id": "resp", "status": "in_progress"}}]
    for n, item in enumerate(items):
        events.append({"type": "response.output_item.added", "output_index": n, "item": item})
        if item["type"] == "message":
            events.append({"type": "response.output_text.delta", "output_index": n, "content_index": 0,
                           "item_id": "msg", "delta": text})
        events.append({"type": "response.output_item.done", "output_index": n, "item": item})
    return sse(*events, {"type": "response.completed", "response": whole}, done=False)


_ANSWERS = {"openai-chat": _chat, "anthropic-messages": _anthropic, "openai-responses": _responses}


def _chat_results(body: Any) -> list[tuple[str, str]]:
    open_: list[str] = []
    found: list[tuple[str, str]] = []
    for message in body["messages"]:
        if message["role"] == "tool":
            open_.remove(message["tool_call_id"])
            assert isinstance(message["content"], str)
            found.append((message["tool_call_id"], message["content"]))
            continue
        assert not open_, f"no result for {open_}"
        open_ = [call["id"] for call in message.get("tool_calls", ())]
        for call in message.get("tool_calls", ()):
            assert isinstance(json.loads(call["function"]["arguments"]), dict)
    assert not open_, f"no result for {open_}"
    return found


def _anthropic_results(body: Any) -> list[tuple[str, str]]:
    open_: list[str] = []
    found: list[tuple[str, str]] = []
    last = ""
    for message in body["messages"]:
        assert message["role"] != last, "user and assistant take turns"
        last = message["role"]
        blocks = message["content"] if isinstance(message["content"], list) else [
            {"type": "text", "text": message["content"]}]
        results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        assert sorted(results) == sorted(open_), f"results {results} for {open_}"
        assert [block["type"] for block in blocks[: len(results)]] == ["tool_result"] * len(results)
        found += [(block["tool_use_id"], block["content"]) for block in blocks if block["type"] == "tool_result"]
        open_ = [block["id"] for block in blocks if block["type"] == "tool_use"]
        if open_ and not any(block["type"] == "text" for block in blocks):
            assert blocks[0]["type"] == "thinking" and blocks[0]["signature"] == "signed"
    assert not open_, f"no result for {open_}"
    return found


def _responses_results(body: Any) -> list[tuple[str, str]]:
    open_: list[str] = []
    found: list[tuple[str, str]] = []
    items = body["input"] if isinstance(body["input"], list) else []
    for n, item in enumerate(items):
        if item["type"] == "function_call":
            assert any(one["type"] == "reasoning" for one in items[:n]), "a call needs its reasoning"
            open_.append(item["call_id"])
        elif item["type"] == "function_call_output":
            open_.remove(item["call_id"])
            found.append((item["call_id"], item["output"]))
    assert not open_, f"no result for {open_}"
    return found


_RESULTS = {"openai-chat": _chat_results, "anthropic-messages": _anthropic_results,
            "openai-responses": _responses_results}
PROTOCOLS = tuple(map(ToolModel, _ANSWERS))
