"""``/v1/responses`` of the built-in models, asked as clients do it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.conftest import Run
from tests.providers.builtin.test_server import with_server
from tests.providers.support import offline
from workbench.core.chat.messages import system, user
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.core.settings import ProviderConfig
from workbench.providers.builtin.engine import Engine
from workbench.providers.builtin.server import Server

ASK = {"model": "ngram", "input": "The program", "seed": 1, "max_output_tokens": 5}
PATH = "/responses"
TOOL = {"type": "function", "name": "look_up", "description": "Looks up.", "strict": True, "parameters": {
    "type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}}


def events(answer: httpx.Response) -> list[dict[str, Any]]:
    """The typed events of a stream, each named by its type."""
    *blocks, last = [block for block in answer.text.split("\n\n") if block]
    assert last == "data: [DONE]"
    found = []
    for number, block in enumerate(blocks):
        name, data = block.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}" and event["sequence_number"] == number
        found.append(event)
    return found


def asked(engine: Engine, run: Run, **given: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The answer to a request as a whole, and its events when it is streamed."""
    async def work(server: Server, client: httpx.AsyncClient) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        whole = await client.post(PATH, json={**ASK, **given})
        streamed = await client.post(PATH, json={**ASK, **given, "stream": True})
        assert whole.status_code == streamed.status_code == 200, whole.text
        return whole.json(), events(streamed)

    return run(with_server(engine, work))


def text_of(response: dict[str, Any]) -> str:
    return "".join(part["text"] for item in response["output"] if item["type"] == "message" for part in item["content"])


def test_whole_and_streamed_answers_are_the_same(engine: Engine, run: Run) -> None:
    whole, found = asked(engine, run)
    assert [event["type"] for event in found if not event["type"].endswith(".delta")] == [
        "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
        "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.incomplete"]
    assert text_of(whole) == text_of(found[-1]["response"]) == "".join(
        event["delta"] for event in found if event["type"] == "response.output_text.delta")
    assert whole["status"] == "incomplete" and whole["incomplete_details"] == {"reason": "max_output_tokens"}
    assert whole["usage"]["output_tokens"] == 5 and whole["max_output_tokens"] == 5 and whole["store"] is False


def test_it_says_what_chat_completions_say(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        chat = await client.post("/chat/completions", json={
            "model": "ngram", "messages": [{"role": "user", "content": "The program"}], "seed": 1, "max_tokens": 5})
        assert text_of((await client.post(PATH, json=ASK)).json()) == chat.json()["choices"][0]["message"]["content"]

    run(with_server(engine, work))


def test_items_of_a_conversation(engine: Engine, run: Run) -> None:
    whole, _ = asked(engine, run, model="guide", instructions="Be brief.", max_output_tokens=400, seed=None, input=[
        {"role": "user", "content": [{"type": "input_text", "text": "Hello"},
                                     {"type": "input_image", "image_url": "data:image/png;base64,AA=="}]},
        {"type": "reasoning", "summary": []},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi."}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "4"},
        {"role": "user", "content": "How do I add a provider?"}])
    assert "provider" in text_of(whole) and whole["status"] == "completed"


def test_reasoning_is_an_item_of_its_own(engine: Engine, run: Run) -> None:
    whole, found = asked(engine, run, model="guide", seed=None, max_output_tokens=600, reasoning={"effort": "high"},
                         input="How do I add a provider?")
    assert [item["type"] for item in whole["output"]] == ["reasoning", "message"]
    said = "".join(event["delta"] for event in found if event["type"] == "response.reasoning_text.delta")
    assert whole["output"][0]["content"][0]["text"] == said
    assert whole["usage"]["output_tokens_details"]["reasoning_tokens"] > 0


def test_a_call(engine: Engine, run: Run) -> None:
    whole, found = asked(engine, run, tools=[TOOL], tool_choice={"type": "function", "name": "look_up"},
                         max_output_tokens=200)
    (call,) = whole["output"]
    assert call["type"] == "function_call" and call["name"] == "look_up" and "word" in json.loads(call["arguments"])
    done = next(event for event in found if event["type"] == "response.function_call_arguments.done")
    assert done["arguments"] == call["arguments"]


def test_a_form_and_probabilities(engine: Engine, run: Run) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    form = {"type": "json_schema", "name": "x", "schema": schema, "strict": True}
    whole, _ = asked(engine, run, max_output_tokens=200, include=["message.output_text.logprobs"], top_logprobs=2,
                     text={"format": form})
    part = whole["output"][0]["content"][0]
    assert isinstance(json.loads(part["text"])["a"], int)
    assert all(len(token["top_logprobs"]) <= 2 for token in part["logprobs"]) and part["logprobs"]


@pytest.mark.parametrize(("given", "param"), [
    ({"input": None}, "input"), ({"input": []}, "input"), ({"input": [{"type": "computer_call"}]}, "input[0].type"),
    ({"messages": []}, "messages"), ({"max_tokens": 5}, "max_tokens"), ({"background": True}, "background"),
    ({"previous_response_id": "resp_1"}, "previous_response_id"), ({"tools": [{"type": "web_search"}]}, "tools"),
    ({"text": {"verbosity": "low"}}, "text.verbosity"), ({"temperature": 9}, "temperature"),
    ({"nonsense": 1}, "nonsense"),
    ({"input": [{"role": "user", "content": [{"type": "input_audio"}]}]}, "input[0].content[0].type"),
    ({"include": 5}, "include"), ({"tools": "x"}, "tools"), ({"instructions": ["x"]}, "instructions"),
    ({"max_output_tokens": -1}, "max_output_tokens"), ({"max_output_tokens": "5"}, "max_output_tokens"),
    ({"instructions": "Be brief.", "input": [{"type": "reasoning"}, {"role": "user", "content": "a"},
                                             {"role": "nobody", "content": "b"}]}, "input[2].role"),
    ({"instructions": "Be brief.", "input": [{"role": "user", "content": 5}]}, "input[0].content"),
    ({"reasoning": {"effort": 5}}, "reasoning.effort"),
    ({"text": {"format": {"type": "nonsense"}}}, "text.format.type"),
    ({"text": {"format": {"type": "json_schema", "schema": 5, "name": "x"}}}, "text.format"),
    ({"tools": [{"type": "function", "parameters": {}}]}, "tools[0]"),
    ({"reasoning": "high"}, "reasoning"), ({"text": 3}, "text"), ({"stream_options": {"x": 1}}, "stream_options"),
])
def test_refusals_name_the_parameter(engine: Engine, run: Run, given: dict[str, Any], param: str) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        answer = await client.post(PATH, json={**ASK, **given})
        error = answer.json()["error"]
        assert answer.status_code == 400 and error["param"] == param
        if "messages" not in given:
            assert not any(name in error["message"] for name in ("messages", "response_format", ".function"))

    run(with_server(engine, work))


@pytest.mark.parametrize("stream", [True, False])
def test_the_program_talks_to_itself(engine: Engine, run: Run, stream: bool) -> None:
    async def work() -> None:
        async with Server(engine=engine) as server:
            made = offline(providers={"own": ProviderConfig(
                "own", base_url=server.base_url, protocol="openai-responses", needs_key=False)})
            from tests.providers.support import gather

            out = await gather(made.providers, Request(
                ModelRef("own", "ngram"), (system("Be brief."), user("The program")),
                params={"max_tokens": 12, "temperature": 0.0, "stream": stream}))
            assert out.text and out.finished == {0: "length"} and out.failure is None
            assert out.usage is not None and out.usage.output == 12
            await asyncio.sleep(0)

    run(work())
