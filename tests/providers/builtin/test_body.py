"""Request bodies: what is accepted, and each refusal."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.providers.builtin.body import ApiError, parse

USER = [{"role": "user", "content": "hi"}]


def body(**fields: Any) -> dict[str, Any]:
    return {"model": "ngram", "messages": USER, **fields}


def refusal(data: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        parse(data)
    return caught.value


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("temperature", 2.5, "decimal_above_max_value"),
        ("temperature", -0.1, "decimal_below_min_value"),
        ("temperature", "hot", "invalid_type"),
        ("temperature", True, "invalid_type"),
        ("top_p", 1.01, "decimal_above_max_value"),
        ("max_tokens", 0, "integer_below_min_value"),
        ("max_tokens", 1.5, "invalid_type"),
        ("n", 99, "integer_above_max_value"),
        ("seed", "1", "invalid_type"),
        ("stop", ["a"] * 7, "array_above_max_length"),
        ("stop", [1], "invalid_type"),
        ("stop", "", "invalid_value"),
        ("logit_bias", {"x": 1}, "invalid_value"),
        ("logit_bias", {"5": 101}, "decimal_above_max_value"),
        ("stream", "yes", "invalid_type"),
        ("messages", {}, "invalid_type"),
        ("messages", [], "empty_array"),
        ("top_logprobs", 3, "invalid_value"),
        ("stream_options", {"include_usage": True}, "invalid_value"),
        ("tool_choice", "required", "invalid_value"),
        ("reasoning_effort", "high", "unsupported_parameter"),
        ("service_tier", "flex", "unsupported_parameter"),
        ("service_tier", "autos", "unsupported_parameter"),
        ("temprature", 1, "unknown_parameter"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: Any, code: str) -> None:
    error = refusal(body(**{name: value}))
    assert (error.status, error.param, error.code) == (400, name, code)
    assert error.to_json() == {"error": {
        "message": error.message, "type": "invalid_request_error", "param": name, "code": code}}


@pytest.mark.parametrize("fields", [{"model": "builtin/ngram"}, {"service_tier": "auto"}, {"service_tier": "default"}])
def test_what_other_servers_take(fields: dict[str, Any]) -> None:
    assert parse(body(**fields)).model == "ngram"


def test_both_names_of_the_limit_at_once_are_refused() -> None:
    assert refusal(body(max_tokens=5, max_completion_tokens=5)).param == "max_tokens"


@pytest.mark.parametrize("name", ["model", "messages"])
def test_what_must_be_there_is_asked_for(name: str) -> None:
    data = body()
    del data[name]
    assert (refusal(data).param, refusal(data).code) == (name, "missing_required_parameter")


def test_an_unknown_model_is_not_found() -> None:
    error = refusal(body(model="gpt-5"))
    assert (error.status, error.code) == (404, "model_not_found")


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_a_body_that_is_no_object_is_refused(data: Any) -> None:
    assert refusal(data).status == 400


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ("hi", "messages[0]"),
        ({"role": "wizard", "content": "hi"}, "messages[0].role"),
        ({"role": "user", "content": 5}, "messages[0].content"),
        ({"role": "user", "content": [{"type": "input_audio"}]}, "messages[0].content[0].type"),
    ],
)
def test_a_broken_message_is_named(message: Any, param: str) -> None:
    assert refusal({"model": "ngram", "messages": [message]}).param == param


def test_null_means_that_a_parameter_is_not_there() -> None:
    parsed = parse(body(temperature=None, stop=None, unknown_but_null=None))
    assert parsed.sampling.temperature == 1.0
    assert parsed.stop == ()


def test_the_guide_refuses_what_it_would_ignore() -> None:
    error = refusal(body(model="guide", temperature=1))
    assert (error.param, error.code) == ("temperature", "unsupported_parameter")


def test_everything_that_the_model_takes_is_taken() -> None:
    parsed = parse(body(
        temperature=0.5, top_p=0.9, top_k=-1, min_p=0.1, typical_p=0.9, frequency_penalty=0.1,
        presence_penalty=-0.1, repetition_penalty=1.1, logit_bias={"5": -1}, seed=-3, stop="x", n=2,
        max_completion_tokens=9, min_tokens=2, ignore_eos=True, logprobs=True, top_logprobs=5, stream=True,
        stream_options={"include_usage": True}, user="me", metadata={"a": "b"}, tokens_per_second=10,
        response_format={"type": "text"}, tools=[], parallel_tool_calls=False))
    assert parsed.sampling.logit_bias == {5: -1.0}
    assert (parsed.max_tokens, parsed.stop, parsed.seed, parsed.include_usage) == (9, ("x",), -3, True)


def test_pictures_are_counted_and_text_parts_joined() -> None:
    content = [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "x"}},
               {"type": "text", "text": "b"}]
    turn = parse({"model": "guide", "messages": [{"role": "user", "content": content}]}).turns[0]
    assert (turn.text, turn.images) == ("a\n\nb", 1)
