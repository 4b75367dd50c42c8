"""Requests of the Responses API: the same values as for chat completions, under that API's names."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Reply, Server, chat, event, json_reply, sse
from workbench.core.chat.messages import Message, system, user
from workbench.core.chat.parts import BY_SERVER, Blob, File, Text, ToolCall
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import resolve_endpoint
from workbench.providers.limits.dialect import rules_for
from workbench.providers.protocols.openai_responses import responses_endpoint, responses_url

PATH = "/v1/responses"
NEW = "openai-responses"
SAID = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
        "content": [{"type": "output_text", "text": "Hello", "annotations": []}]}
DONE = {"id": "resp_1", "object": "response", "status": "completed", "model": "m", "output": [SAID],
        "usage": {"input_tokens": 1, "output_tokens": 2}}


def answer() -> Reply:
    return sse({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "Hello"},
               {"type": "response.completed", "response": DONE}, done=False)


def body_of(server: Server, run: Run, preset: str = "custom", model: str = "m", **request: Any) -> dict[str, Any]:
    server.on("POST", PATH, answer())
    made = bench(server, preset, key=KEY, protocol=NEW, id="p")
    out = run(made.reply(f"p/{model}", **request))
    assert out.text == "Hello" and out.failure is None
    body = server.requests[-1].json
    assert isinstance(body, dict)
    return body


def test_a_question(server: Server, run: Run) -> None:
    body = body_of(server, run, messages=(system("Be brief."), user("Hi")))
    assert body == {"model": "m", "instructions": "Be brief.", "store": False, "stream": True,
                    "input": [{"type": "message", "role": "user", "content": "Hi"}]}


def test_parameters_have_their_names_and_places(server: Server, run: Run) -> None:
    tool = {"type": "function", "function": {"name": "add", "description": "Adds.", "parameters": {"type": "object"}}}
    schema = {"name": "a", "schema": {"type": "object"}, "strict": True}
    body = body_of(server, run, params={
        "max_tokens": 50, "temperature": 0.5, "reasoning_effort": "high", "reasoning_summary": "auto",
        "verbosity": "low", "response_format": {"type": "json_schema", "json_schema": schema},
        "tools": [tool, {"type": "web_search"}], "tool_choice": {"type": "function", "function": {"name": "add"}},
        "top_logprobs": 2, "logprobs": True, "parallel_tool_calls": False, "metadata": {"a": "b"},
        "web_search_options": {"search_context_size": "low"}, "truncation": "auto", "stream_options": {"a": 1}})
    del body["input"], body["model"], body["stream"], body["store"]
    assert body == {
        "max_output_tokens": 50, "temperature": 0.5, "reasoning": {"effort": "high", "summary": "auto"},
        "text": {"verbosity": "low", "format": {"type": "json_schema", **schema}},
        "tools": [{"type": "function", "name": "add", "description": "Adds.", "parameters": {"type": "object"},
                   "strict": False}, {"type": "web_search"}, {"type": "web_search", "search_context_size": "low"}],
        "tool_choice": {"type": "function", "name": "add"}, "top_logprobs": 2, "parallel_tool_calls": False,
        "metadata": {"a": "b"}, "truncation": "auto",
            "include": ["reasoning.encrypted_content", "message.output_text.logprobs"]}


def test_what_the_api_lacks_is_left_out_with_a_word(server: Server, run: Run) -> None:
    server.on("POST", PATH, answer())
    out = run(bench(server, protocol=NEW, id="p").reply("p/m", params={
        "seed": 1, "stop": ["x"], "n": 2, "logit_bias": {"1": 2}, "presence_penalty": 1.0, "temperature": 1.0}))
    assert set(server.requests[-1].json) == {"model", "input", "store", "stream", "temperature"}  # type: ignore[arg-type]
    assert {note.parameter: note.reason for note in out.sent.adjustments} == {
        name: f"The Responses API has no {name}." for name in ("seed", "stop", "n", "logit_bias", "presence_penalty")}


def test_the_panel_knows_what_the_api_lacks(server: Server, run: Run) -> None:
    made = bench(server, "vllm", protocol=NEW, id="p")
    limits = made.providers.limits(ModelRef("p", "m"))
    assert limits["n"].state == "refused" and limits["max_tokens"].sent_as == "max_output_tokens"
    assert "seed" not in limits and "stop" not in limits, "vLLM takes them besides"
    run(made.providers.close())


def test_openai(server: Server, run: Run) -> None:
    body = body_of(server, run, "openai", "gpt-5-pro", params={"max_tokens": 5})
    assert body["include"] == ["reasoning.encrypted_content"] and body["store"] is False
    assert body["stream_options"] == {"include_obfuscation": False} and body["max_output_tokens"] == 16


def test_the_whole_answer(server: Server, run: Run) -> None:
    server.on("POST", PATH, json_reply(DONE))
    out = run(bench(server, protocol=NEW, id="p").reply("p/m", params={"stream": False}))
    assert out.text == "Hello" and out.finished == {0: "stop"} and "stream" not in server.requests[-1].json


def test_going_on_from_the_servers_copy(server: Server, run: Run) -> None:
    """Only what is new is sent; a server that has lost its copy gets all of it."""
    server.on("POST", PATH, answer())
    made = bench(server, protocol=NEW, id="p")
    chained = {"previous_response_id": True}
    first = run(made.reply("p/m", params=chained)).message
    assert server.requests[-1].json["store"] is True and "previous_response_id" not in server.requests[-1].json
    gone = json_reply({"error": {"message": "Previous response with id 'resp_1' not found.", "code":
                                 "previous_response_not_found", "param": "previous_response_id"}}, status=404)
    server.on("POST", PATH, gone, answer())
    out = run(made.reply("p/m", messages=(user("Hi"), first, user("And?")), params=chained))
    asked, again = (received.json for received in server.requests[-2:])
    assert asked["previous_response_id"] == "resp_1" and len(asked["input"]) == 1
    assert len(again["input"]) == 3 and "previous_response_id" not in again and out.text == "Hello"


@pytest.mark.parametrize("words", [
    "This model is only supported in v1/responses and not in v1/chat/completions.",
    "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use "
    "v1/completions?"])
def test_a_model_that_answers_there_only_is_asked_there_from_then_on(server: Server, run: Run, words: str) -> None:
    refusal = {"error": {"message": words, "type": "invalid_request_error", "param": "model", "code": None}}
    server.on("POST", "/v1/chat/completions", json_reply(refusal, status=404))
    server.on("POST", PATH, answer(), answer())
    made = bench(server, id="p")

    async def ask_twice() -> tuple[Any, Any]:
        return await made.reply("p/m"), await made.reply("p/m")

    first, second = run(ask_twice())
    assert first.text == second.text == "Hello"
    assert [received.target for received in server.requests] == ["/v1/chat/completions", PATH, PATH]
    ref = ModelRef("p", "m")
    (lesson,) = made.providers.lessons("p")["m"]
    assert lesson["parameter"] == "protocol" and words[:40] in str(lesson["reason"])
    run(made.providers.forget(ref, "protocol"))
    assert not made.providers.lessons("p").get("m")
    server.on("POST", "/v1/chat/completions", chat("Chat"))
    assert run(made.reply("p/m")).text == "Chat"


def test_models_that_the_user_names(server: Server, run: Run) -> None:
    server.on("POST", PATH, answer())
    made = bench(server, id="p", responses_models=("gpt-*",))
    assert run(made.reply("p/gpt-9")).text == "Hello"
    server.on("POST", "/v1/chat/completions", chat("Chat"))
    assert run(made.reply("p/other")).text == "Chat"


@pytest.mark.parametrize(("config", "url"), [
    (ProviderConfig("azure", preset="azure", base_url="https://x.openai.azure.com/openai/v1"),
     "https://x.openai.azure.com/openai/v1/responses"),
    (ProviderConfig("azure", preset="azure", base_url="https://x.openai.azure.com/openai/deployments/d"),
     "https://x.openai.azure.com/openai/v1/responses"),
    (ProviderConfig("acedatacloud", preset="acedatacloud"), "https://api.acedata.cloud/openai/responses"),
    (ProviderConfig("acedatacloud", preset="acedatacloud", base_url="http://127.0.0.1:1/v1"),
     "http://127.0.0.1:1/v1/responses"),
    (ProviderConfig("openrouter", preset="openrouter"), "https://openrouter.ai/api/v1/responses"),
])
def test_addresses(config: ProviderConfig, url: str) -> None:
    assert responses_url(responses_endpoint(resolve_endpoint(config, Settings()))) == url


def test_lessons_of_chat_completions_do_not_hold(server: Server, run: Run) -> None:
    """A name that one API wants is none of the other's."""
    server.on("POST", "/v1/chat/completions", json_reply({"error": {
        "message": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        "param": "max_tokens"}}, status=400), chat("Chat"))
    server.on("POST", PATH, answer())
    made = bench(server, id="p")
    run(made.reply("p/m", params={"max_tokens": 99}))
    assert server.requests[-1].json["max_completion_tokens"] == 99
    made.settings.change(providers={"p": ProviderConfig("p", base_url=made.config.base_url, protocol=NEW)})
    run(made.reply("p/m", params={"max_tokens": 99}))
    assert server.requests[-1].json["max_output_tokens"] == 99


def test_a_reply_that_is_to_go_on(server: Server, run: Run) -> None:
    begun = Message("assistant", (Text("Once upon"),), "p/m")
    body = body_of(server, run, messages=(user("Tell"), begun))
    assert [item["role"] for item in body["input"]] == ["user", "assistant", "user"]


def test_rules_of_a_model_that_does_not_think() -> None:
    endpoint = responses_endpoint(resolve_endpoint(ProviderConfig("openai", preset="openai"), Settings()))
    rules = rules_for(endpoint.quirks, ModelInfo(ModelRef("openai", "gpt-4o"), reasoning=False), "OpenAI")
    assert rules["reasoning_effort"].state == "refused"


def test_events_are_read_whatever_their_name(server: Server, run: Run) -> None:
    pieces = [event({"type": "response.output_text.delta", "delta": "Hello"}),
              b"event: response.completed\n" + event({"type": "response.completed", "response": DONE})]
    server.on("POST", PATH, Reply(headers={"Content-Type": "text/event-stream"}, body=pieces))
    assert run(bench(server, protocol=NEW, id="p").reply("p/m")).text == "Hello"


def test_a_summary_that_an_account_may_not_have_is_left_out_of_that_request(server: Server, run: Run) -> None:
    """And the effort, which lies in the same field, is not. The account may be verified tomorrow."""
    server.on("POST", PATH, json_reply({"error": {
        "message": "Your organization must be verified to generate reasoning summaries.", "code": "unsupported_value",
        "type": "invalid_request_error", "param": "reasoning.summary"}}, status=400), answer())
    made = bench(server, protocol=NEW, id="p")
    out = run(made.reply("p/m", params={"reasoning_effort": "low", "reasoning_summary": "auto"}))
    assert out.text == "Hello" and server.requests[-1].json["reasoning"] == {"effort": "low"}
    assert made.providers.lessons("p") == {}


def test_reasoning_that_is_not_taken_back_is_left_out_of_that_request(server: Server, run: Run) -> None:
    said = Message("assistant", (Text("It is 4."),), "p/m", {"items_from": server.url, "items": [
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"},
        {"type": "message", "content": [{"type": "output_text", "text": "It is 4."}]}]})
    server.on("POST", PATH, json_reply({"error": {"message": (
        "Item 'rs_1' of type 'reasoning' was provided without its required following item."), "param": "input"}},
        status=400), answer())
    made = bench(server, protocol=NEW, id="p")
    out = run(made.reply("p/m", messages=(user("Hi"), said, user("And?"))))
    assert [len(received.json["input"]) for received in server.requests] == [4, 3]
    assert any(note.parameter == "reasoning" and note.action == "dropped" for note in out.sent.adjustments)
    assert out.text == "Hello" and not made.providers.lessons("p")


def test_a_parameter_that_only_the_other_api_knows_moves_nothing(server: Server, run: Run) -> None:
    server.on("POST", "/v1/chat/completions", json_reply({"error": {
        "message": "verbosity is only available in the Responses API.", "param": "verbosity"}}, status=400),
              chat("Chat"))
    made = bench(server, id="p")
    assert run(made.reply("p/m", params={"verbosity": "low"})).text == "Chat"
    assert [lesson["parameter"] for lesson in made.providers.lessons("p")["m"]] == ["verbosity"]


def test_a_move_that_leads_nowhere_is_not_remembered(server: Server, run: Run) -> None:
    refusal = {"error": {"message": "This model is only supported in v1/responses.", "param": "model"}}
    server.on("POST", "/v1/chat/completions", json_reply(refusal, status=404))
    server.on("POST", PATH, json_reply({"error": {"message": "Not found"}}, status=404))
    made = bench(server, id="p", retries=0)
    assert run(made.reply("p/m")).failure is not None and not made.providers.lessons("p")


def test_the_outputs_of_openais_tools_are_asked_for(server: Server, run: Run) -> None:
    body = body_of(server, run, "openai", "gpt-5-pro", params={"tools": [{"type": "code_interpreter"}]})
    assert "code_interpreter_call.outputs" in body["include"]


def test_a_server_that_wants_instructions_once(server: Server, run: Run) -> None:
    """xAI: not beside the id of a response that holds them."""
    server.on("POST", PATH, answer(), answer())
    made = bench(server, "xai", key=KEY, protocol=NEW, id="p")
    chained = {"previous_response_id": True}
    first = run(made.reply("p/m", messages=(system("Be brief."), user("Hi")), params=chained)).message
    run(made.reply("p/m", messages=(system("Be brief."), user("Hi"), first, user("And?")), params=chained))
    assert server.requests[0].json["instructions"] == "Be brief."
    assert "instructions" not in server.requests[1].json


@pytest.mark.parametrize(("origin", "told"), [("here", True), ("https://elsewhere.example:443", False)])
def test_what_a_server_did_is_told_to_it_or_said_not_to_be(server: Server, run: Run, origin: str, told: bool) -> None:
    search = {"type": "web_search_call", "id": "w", "status": "completed", "action": {"query": "rain"}}
    said = Message("assistant", (Text("Hello"), ToolCall("w", "web_search", "{}", {BY_SERVER: True})), "p/m", {
        "items": [search, SAID], "items_from": server.url if origin == "here" else origin})
    server.on("POST", PATH, answer())
    out = run(bench(server, protocol=NEW, id="p").reply("p/m", messages=(user("Hi"), said, user("And?"))))
    assert (search in server.requests[-1].json["input"]) is told
    assert ("server_tools" in {note.parameter for note in out.sent.adjustments}) is not told


@pytest.mark.parametrize("whole_before", [True, False])
def test_a_last_event_that_repeats_large_pictures(server: Server, run: Run, whole_before: bool) -> None:
    """It may be larger than any other event, also where pictures come in it alone."""
    picture = base64.b64encode(bytes(7 * 2**20)).decode()
    items = [{"type": "image_generation_call", "id": f"ig_{at}", "status": "completed", "result": picture}
             for at in range(2)]
    before = [{"type": "response.output_item.done", "output_index": at, "item": item}
              for at, item in enumerate(items)] if whole_before else []
    last = {"type": "response.completed", "response": {
        "id": "r", "status": "completed", "output": items, "usage": {"input_tokens": 3, "output_tokens": 5}}}
    server.on("POST", PATH, sse(*before, last, done=False))
    out = run(bench(server, key=KEY, protocol=NEW, id="p", retries=0).reply("p/m"))
    assert out.failure is None and len(out.blobs) == 2 and {len(data) for data in out.blobs.values()} == {7 * 2**20}
    assert out.finished == {0: "stop"} and out.usage is not None and out.usage.output == 5


def test_a_model_that_only_completes_texts(server: Server, run: Run) -> None:
    """Neither API has it: what the first one said is what the user reads."""
    words = "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
    server.on("POST", "/v1/chat/completions", json_reply({"error": {"message": words}}, status=404))
    server.on("POST", PATH, json_reply({"error": {"message": "The requested model 'm' does not exist."}}, status=400))
    made = bench(server, id="p", retries=0)
    out = run(made.reply("p/m"))
    assert len(server.requests) == 2 and "not a chat model" in out.failure.sentence
    assert not made.providers.lessons("p")


@pytest.mark.parametrize("error", [
    {"code": "server_error", "message": "The server had an error."},
    {"code": "rate_limit_exceeded", "message": "Rate limit reached for m."}])
def test_a_response_that_failed_before_a_word_is_asked_for_again(
    server: Server, run: Run, error: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.providers.http.request_attempts.delay_before", lambda attempt, error: 0.0)
    began = {"type": "response.created", "response": {"id": "r", "status": "in_progress"}}
    failed = {"type": "response.failed", "response": {"id": "r", "status": "failed", "error": error}}
    text = {"type": "response.output_text.delta", "output_index": 0, "delta": "Hel"}
    server.on("POST", PATH, sse(began, failed, done=False), answer(), sse(began, text, failed, done=False), answer())
    made = bench(server, key=KEY, protocol=NEW, id="p")

    async def both() -> tuple[Any, Any]:
        return await made.reply("p/m"), await made.reply("p/m")

    first, second = run(both())
    assert first.text == "Hello" and first.failure is None
    assert second.text == "Hel" and second.failure is not None and len(server.requests) == 3


def test_encrypted_reasoning_is_asked_for_where_it_is_understood(server: Server, run: Run) -> None:
    """A server of one's own is when the user asks for reasoning by OpenAI's fields; a refusal is remembered."""
    assert "include" not in body_of(server, run)
    assert body_of(server, run, params={"reasoning_effort": "low"})["include"] == ["reasoning.encrypted_content"]
    assert "include" not in body_of(server, run, "llamacpp", params={"reasoning_effort": "low"})


def test_a_server_that_knows_no_include(server: Server, run: Run) -> None:
    refusal = {"error": {"message": "Unknown parameter: 'include'.", "param": "include", "code": "unknown_parameter"}}
    server.on("POST", PATH, json_reply(refusal, status=400), answer(), answer())
    made = bench(server, key=KEY, protocol=NEW, id="p")

    async def ask_twice() -> list[Any]:
        return [await made.reply("p/m", params={"reasoning_effort": "low"}) for _ in range(2)]

    assert [out.text for out in run(ask_twice())] == ["Hello", "Hello"]
    assert ["include" in request.json for request in server.requests] == [True, False, False]
    assert [lesson["parameter"] for lesson in made.providers.lessons("p")["m"]] == ["include"]


@pytest.mark.parametrize(("preset", "model", "whole"), [("openai", "gpt-4.1", True), ("llamacpp", "m", False)])
def test_files(server: Server, run: Run, preset: str, model: str, whole: bool) -> None:
    """A PDF goes whole to a model that reads it, and as its words elsewhere; other files always as their words."""
    data = b"%PDF-1.7 given"
    pdf = File("a.pdf", "words of the pdf", Blob("f" * 64, len(data), "application/pdf", "a.pdf"))
    sheet = File("b.csv", "words;of;the;sheet", Blob("e" * 64, 3, "text/csv", "b.csv"))
    body = body_of(server, run, preset, model, messages=(user("Read", pdf, sheet),),
                   blobs={"f" * 64: data, "e" * 64: b"csv"})
    sent = json.dumps(body["input"])
    encoded = base64.b64encode(data).decode()
    assert ("input_file" in sent) is whole and (f"data:application/pdf;base64,{encoded}" in sent) is whole
    assert ("words of the pdf" in sent) is not whole and "words;of;the;sheet" in sent
