"""What becomes of parameters: by the facts of a provider and of a model, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Received, Reply, Server, chat, json_reply
from workbench.core.json_types import JsonObject
from workbench.core.ports.providers import Limit
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.parameters import OWN, PARAMETERS
from workbench.providers.catalogue.model_facts import fact
from workbench.providers.endpoints.presets import preset
from workbench.providers.limits.dialect import apply, rules_for

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


def test_supported_parameters_drive_the_panel(server: Server, run: Run) -> None:
    server.on("GET", "/api/v1/models", json_reply({"data": [
        {"id": "x/y", "supported_parameters": ["temperature", "tools"], "pricing": {"prompt": "0"}}]}))
    made = bench(server, "openrouter", path="/api/v1", key=KEY)
    run(made.providers.models("openrouter", refresh=True))
    limits = made.providers.limits(ModelRef("openrouter", "x/y"))
    assert limits["seed"].state == "ignored" and "temperature" not in limits
    run(made.providers.close())


@pytest.mark.parametrize(("choices", "effort", "sent"), [
    (("none", "default"), "high", "default"), (("none", "default"), "none", "none"), (("none",), "high", None),
    (("none",), "none", "none"), (("default",), "none", None), (("low", "high"), "none", "low"),
    (("none", "low", "high"), "minimal", "low"), (("none", "low", "high"), "max", "high"),
])
def test_an_effort_never_means_its_opposite(choices: tuple[str, ...], effort: str, sent: str | None) -> None:
    """Without a word for a wish the field stays away; thinking is not switched off for one who wants much of it."""
    rules = {"reasoning_effort": Limit("reasoning_effort", "range", "m accepts few.", "facts", choices=choices)}
    body, changes = apply({"reasoning_effort": effort}, rules)
    assert body.get("reasoning_effort") == sent and len(changes) == (sent != effort)


@pytest.mark.parametrize(("provider", "known", "unknown"), [
    ("openrouter", "provider", "search_mode"), ("groq", "search_settings", "provider"),
    ("perplexity", "search_mode", "provider"), ("anthropic", "cache_control", "models"),
    ("openai", "prompt_cache_key", "cache_control")])
def test_parameters_of_another_provider_are_sent_and_said_to_be_unknown(
        provider: str, known: str, unknown: str) -> None:
    rules = rules_for(preset(provider).quirks, ModelInfo(ModelRef(provider, "m")), "X")
    assert known not in rules and rules[unknown].reason == f"X is not known to read {unknown}."
    assert apply({unknown: 1}, rules) == ({unknown: 1}, [])


def test_hosts_that_hand_everything_on() -> None:
    rules = rules_for(preset("custom").quirks, ModelInfo(ModelRef("custom", "m")), "X")
    assert not {one.name for one in PARAMETERS if one.group == OWN} & set(rules)


def test_a_refused_schema_leaves_json_mode_until_that_is_refused_too() -> None:
    schema: JsonObject = {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}}
    plain = Limit("json_schema", "refused", "No schema.", "learned")
    assert apply(schema, {"json_schema": plain})[0] == {"response_format": {"type": "json_object"}}
    assert apply({"response_format": {"type": "json_object"}}, {"json_schema": plain})[0] == {
        "response_format": {"type": "json_object"}}
    none = Limit("response_format", "refused", "No format.", "learned")
    assert apply(schema, {"json_schema": plain, "response_format": none})[0] == {}


def test_a_server_without_schemas_gets_json_mode_from_then_on(server: Server, run: Run) -> None:
    def answer(received: Received) -> Reply:
        if received.json["response_format"]["type"] == "json_schema":
            words = "This model does not support response format `json_schema`."
            return json_reply({"error": {"message": words, "type": "invalid_request_error"}}, 400)
        return chat("{}")

    server.on("POST", PATH, answer)
    made = bench(server, retries=0)
    schema: JsonObject = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    for form in (schema, schema, {"type": "json_object"}):
        assert run(made.reply("test/m", params={"response_format": form})).failure is None
    assert [request.json["response_format"]["type"] for request in server.requests] == [
        "json_schema", "json_object", "json_object", "json_object"]


@pytest.mark.parametrize(("model", "asked", "sent"), [
    ("moonshot/kimi-k3", "none", "low"), ("xai/grok-4.5", "none", "low"), ("zai/glm-5.3", "none", "low"),
    ("zai/glm-5.3", "xhigh", "high"), ("gemini/gemini-2.5-pro", "none", "low"),
    ("gemini/gemini-2.5-flash", "none", "none"),
    ("gemini/gemini-3.7-flash", "none", "low"), ("openai/gpt-6-sol", "none", "none"),
    ("openai/gpt-6.1-sol", "none", "low"),
])
def test_an_effort_that_a_model_cannot_have_is_fitted(model: str, asked: str, sent: str) -> None:
    ref = ModelRef.parse(model)
    info = fact(ref.provider, ref)
    assert info is not None
    fields, changes = apply({"reasoning_effort": asked}, rules_for(preset(ref.provider).quirks, info, "X"))
    assert fields["reasoning_effort"] == sent and len(changes) == (asked != sent)
