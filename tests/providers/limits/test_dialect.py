"""What becomes of parameters: by the facts of a provider and of a model, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Received, Reply, Server, chat, chat_chunks, json_reply, sse
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Text
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.providers.catalogue.model_facts import fact
from workbench.providers.endpoints.presets import preset
from workbench.providers.limits.dialect import apply, rules_for
from workbench.providers.protocols.prefill import CONTINUE, can_continue
from workbench.providers.protocols.reasoning_effort import effort_fields

PATH = "/v1/chat/completions"


def adapted(provider: str, model: str, **params: Any) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    ref = ModelRef(provider, model)
    info = fact(provider, ref) or ModelInfo(ref)
    rules = rules_for(preset(provider).quirks, info, preset(provider).name)
    body, changes = apply(params, rules)
    assert all(change.reason.endswith(".") for change in changes)
    return dict(body), {change.parameter: (change.action, change.sent_as) for change in changes}


@pytest.mark.parametrize(("provider", "model", "params", "body", "changes"), [
    ("openai", "gpt-4.1", {"max_tokens": 5}, {"max_completion_tokens": 5},
     {"max_tokens": ("renamed", "max_completion_tokens")}),
    ("openai", "gpt-5", {"temperature": 1, "top_p": 1, "logprobs": True, "reasoning_effort": "xhigh"},
     {"reasoning_effort": "high"},
     {"temperature": ("dropped", ""), "top_p": ("dropped", ""), "logprobs": ("dropped", ""),
      "reasoning_effort": ("clamped", "high")}),
    ("openai", "gpt-4.1", {"reasoning_effort": "low"}, {}, {"reasoning_effort": ("dropped", "")}),
    ("mistral", "m", {"seed": 1, "temperature": 2}, {"random_seed": 1, "temperature": 1.5},
     {"seed": ("renamed", "random_seed"), "temperature": ("clamped", "1.5")}),
    ("mistralrs", "m", {"seed": 1}, {}, {"seed": ("dropped", "")}),
    ("dashscope", "m", {"temperature": 2}, {"temperature": 1.99}, {"temperature": ("clamped", "1.99")}),
    ("zhipu", "m", {"temperature": 2, "top_p": 0, "n": 2}, {"temperature": 1, "top_p": 0.01},
     {"temperature": ("clamped", "1"), "top_p": ("clamped", "0.01"), "n": ("dropped", "")}),
    ("moonshot", "kimi-k3", {"temperature": 0.5}, {}, {"temperature": ("dropped", "")}),
    ("moonshot", "moonshot-v1-8k", {"temperature": 0.5}, {"temperature": 0.5}, {}),
    ("groq", "m", {"n": 1, "logit_bias": {}}, {}, {"n": ("dropped", ""), "logit_bias": ("dropped", "")}),
    ("xai", "grok-4", {"stop": ["a"], "seed": 1}, {"seed": 1}, {"stop": ("dropped", "")}),
    ("xai", "grok-2", {"stop": ["a"]}, {"stop": ["a"]}, {}),
    ("deepseek", "m", {"temperature": 0.5}, {"temperature": 0.5}, {}),
    ("deepseek", "m", {"response_format": {"type": "json_schema", "json_schema": {}}},
     {"response_format": {"type": "json_object"}}, {"response_format": ("clamped", "json_object")}),
    ("fireworks", "m", {"stop": list("abcdef"), "top_logprobs": 20}, {"stop": list("abcd"), "top_logprobs": 5},
     {"stop": ("clamped", "['a', 'b', 'c', 'd']"), "top_logprobs": ("clamped", "5")}),
    ("llamacpp", "m", {"repetition_penalty": 1.1}, {"repeat_penalty": 1.1},
     {"repetition_penalty": ("renamed", "repeat_penalty")}),
    ("moonshot", "moonshot-v1-8k", {"tool_choice": "required"}, {"tool_choice": "auto"},
     {"tool_choice": ("clamped", "auto")}),
    ("custom", "m", {"temperature": 2, "seed": 1, "anything": [1]},
     {"temperature": 2, "seed": 1, "anything": [1]}, {}),
])
def test_by_the_facts(provider: str, model: str, params: Any, body: Any, changes: Any) -> None:
    assert adapted(provider, model, **params) == (body, changes)


def test_what_is_taken_without_effect_is_sent_and_told() -> None:
    rules = rules_for(preset("deepseek").quirks, ModelInfo(ModelRef("deepseek", "m")), "DeepSeek")
    assert rules["temperature"].state == "ignored"


@pytest.mark.parametrize(("style", "effort", "options", "fields"), [
    (None, "low", [], {"reasoning_effort": "low"}),
    ("reasoning_effort", "none", [], {"reasoning_effort": "none"}),
    ("thinking.type + reasoning_effort", "high", [], {"thinking": {"type": "enabled"},
                                                      "reasoning_effort": "high"}),
    ("thinking.type + reasoning_effort", "none", [], {"thinking": {"type": "disabled"}}),
    ("thinking.type + reasoning_effort", "low", [{"type": "toggle"}], {"thinking": {"type": "enabled"}}),
    ("enable_thinking + thinking_budget", "none", [], {"enable_thinking": False}),
    ("enable_thinking + thinking_budget", "low", [], {"enable_thinking": True, "thinking_budget": 2048}),
    ("enable_thinking + thinking_budget", "max", [{"type": "budget_tokens", "max": 4096}],
     {"enable_thinking": True, "thinking_budget": 4096}),
    ("reasoning.effort", "high", [], {"reasoning": {"effort": "high"}}),
    ("reasoning.enabled or reasoning_effort", "none", [], {"reasoning": {"enabled": False}}),
    ("reasoning_effort or thinking.type", "low", [{"type": "toggle"}], {"thinking": {"type": "enabled"}}),
    ("reasoning_effort or thinking.type", "low", [{"type": "effort"}], {"reasoning_effort": "low"}),
    ("chat_template_kwargs", "none", [], {"chat_template_kwargs": {"thinking": False}}),
    ("chat_template_kwargs, reasoning_effort or thinking_token_budget", "none", [],
     {"reasoning_effort": "none", "chat_template_kwargs": {"enable_thinking": False}}),
    ("chat_template_kwargs or reasoning_effort", "high", [], {"reasoning_effort": "high"}),
])
def test_effort_in_each_providers_words(style: Any, effort: str, options: Any, fields: Any) -> None:
    assert effort_fields(style, effort, options) == fields


def test_efforts_over_http(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    out = run(bench(server, "openrouter", key=KEY).reply("openrouter/m", params={"reasoning_effort": "low"}))
    assert out.sent.body["reasoning"] == {"effort": "low"} and "reasoning_effort" not in out.sent.body
    assert [(change.action, change.sent_as) for change in out.sent.adjustments] == [("moved", "reasoning")]


def test_together_counts_alternatives(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    made = bench(server, "together", key=KEY)
    out = run(made.reply("together/m", params={"logprobs": True, "top_logprobs": 4}))
    assert out.sent.body["logprobs"] == 4 and "top_logprobs" not in out.sent.body


def test_two_replies_at_once(server: Server, run: Run) -> None:
    second = [dict(chunk, choices=[dict(chunk["choices"][0], index=1)]) for chunk in chat_chunks("x", "y")]
    mixed = [chunk for pair in zip(chat_chunks("a", "b"), second, strict=True) for chunk in pair]
    server.on("POST", PATH, sse(*mixed))
    out = run(bench(server).reply("test/m", params={"n": 2}))
    assert [message.text for message in out.messages.values()] == ["ab", "xy"]
    assert out.finished == {0: "stop", 1: "stop"}


BEGUN = (user("Tell me."), Message("assistant", (Text("Once upon"),)))


@pytest.mark.parametrize(("provider", "fields", "last"), [
    ("vllm", {"continue_final_message": True, "add_generation_prompt": False},
     {"role": "assistant", "content": "Once upon"}),
    ("moonshot", {}, {"role": "assistant", "content": "Once upon", "partial": True}),
    ("llamacpp", {}, {"role": "assistant", "content": "Once upon"}),
    ("openai", {}, {"role": "user", "content": CONTINUE}),
])
def test_going_on_with_a_reply(
    server: Server, run: Run, provider: str, fields: dict[str, Any], last: dict[str, Any]
) -> None:
    server.on("POST", PATH, chat("a time"))
    out = run(bench(server, provider, key=KEY).reply(f"{provider}/m", messages=BEGUN))
    body = server.requests[0].json
    assert body["messages"][-1] == last and {name: body[name] for name in fields} == fields
    told = [change.parameter for change in out.sent.adjustments]
    assert told == (["prefill"] if provider == "openai" else [])


def test_a_beginning_that_the_answer_repeats_is_not_shown_twice(server: Server, run: Run) -> None:
    """llama.cpp's server, when it does not stream, answers with the beginning and what it added to it."""
    server.on("POST", PATH, json_reply(
        {"choices": [{"message": {"content": "Once upon a time."}, "finish_reason": "stop"}]}))
    out = run(bench(server, "llamacpp", key=KEY).reply("llamacpp/m", messages=BEGUN, params={"stream": False}))
    assert out.text == " a time."


def test_which_claudes_can_be_given_a_beginning() -> None:
    quirks = preset("anthropic").quirks
    yes = ("claude-3-7-sonnet-20250219", "claude-opus-4-20250514", "claude-sonnet-4-5",
           "claude-haiku-4-5-20251001", "claude-opus-4-1-20250805")
    no = ("claude-opus-4-6", "claude-opus-4-7", "claude-sonnet-5", "claude-fable-5")
    assert all(can_continue(quirks, model) for model in yes)
    assert not any(can_continue(quirks, model) for model in no)


def test_a_server_that_cannot_stream(server: Server, run: Run) -> None:
    def answer(received: Received) -> Reply:
        if received.json.get("stream"):
            error = {"message": "Unsupported value: 'stream' does not support true with this model.",
                     "param": "stream", "code": "unsupported_value"}
            return json_reply({"error": error}, 400)
        assert "stream_options" not in received.json
        return json_reply({"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]})

    server.on("POST", PATH, answer)
    made = bench(server)
    out = run(made.reply("test/m", params={"stream_options": {"include_usage": True}}))
    assert out.text == "Hello"
    assert run(made.reply("test/m")).text == "Hello" and len(server.requests) == 3
