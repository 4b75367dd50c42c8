"""Refusals: what servers say when they refuse a parameter, and the lesson in it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from workbench.providers.limits.refusals import RefusedParameter, refusal_words, refused_parameter
from workbench.providers.wire.error_bodies import refusal


def test_a_value_is_refused_in_a_mode_or_a_tier() -> None:
    def lesson(words: str, **sent: Any) -> RefusedParameter | None:
        return refused_parameter(refusal(400, {}, json.dumps(openai(words)), "X"), sent)

    choice = "tool_choice 'required' is not supported in thinking mode; use 'auto' or 'none'"
    assert lesson(choice, tool_choice="required", tools=[{}], thinking={"type": "enabled"}) == RefusedParameter(
        "tool_choice", beside=("thinking", "tool_choice=required"))
    assert lesson("seed is not available on the flex tier", seed=1, service_tier="flex") == RefusedParameter(
        "seed", beside=("service_tier=flex",))
    assert lesson("top_k is temporarily disabled", top_k=4) == RefusedParameter("top_k", once=True)
    assert lesson("seed is only supported with top_p = 1", seed=1) == RefusedParameter("seed", without=("top_p",))


def openai(message: str, param: str | None = None, code: str = "unsupported_parameter") -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


SENT = {"model": "m", "messages": [], "stream": True, "temperature": 0.2, "top_p": 0.9, "max_tokens": 5000,
        "stop": ["a", "b", "c", "d", "e"], "presence_penalty": 1.0, "frequency_penalty": 1.0, "seed": 1,
        "response_format": {"type": "json_schema"}, "tool_choice": "auto",
        "reasoning_effort": "xhigh", "logprobs": True, "stream_options": {"include_usage": True}}

STYLES: list[tuple[int, Any, RefusedParameter | None]] = [
    # Of the value: a limit that is read, else nothing that would hold for another value.
    (400, openai("`max_tokens` must be less than or equal to `1000`, the maximum value for `max_tokens` is less than "
                 "the `context_window` for this model", "max_tokens"), RefusedParameter("max_tokens", high=1000)),
    (400, openai("`inputs` tokens + `max_tokens` must be <= 2048. Given: 500 `inputs` tokens", "max_tokens"),
     RefusedParameter("max_tokens", high=1548, once=True)),
    (400, openai("temperature must be strictly negative, got 0.2", "temperature"),
     RefusedParameter("temperature", once=True)),
    (400, openai("presence_penalty: range: 0..0.5", "presence_penalty"),
     RefusedParameter("presence_penalty", low=0, high=0.5)),
    *((400, openai(words), RefusedParameter("max_tokens", low=1, high=4096)) for words in (
        "Invalid max_tokens value, the valid range of max_tokens is [1, 4096]",
        "max_tokens is out of the allowed range for 'max_tokens': 1 to 4096", "Invalid max_tokens: range is 1-4096")),
    (400, openai("Invalid max_tokens value.", "max_tokens"), RefusedParameter("max_tokens", once=True)),
    # Of one value, while others are taken.
    (400, openai("This model does not support response format `json_schema`."), RefusedParameter("json_schema")),
    (400, openai("'response_format' of type 'json_schema' is not supported with this model.", "response_format"),
     RefusedParameter("json_schema")),
    (400, openai("tool_choice 'auto' is not supported; leave it out"),
     RefusedParameter("tool_choice", beside=("tool_choice=auto",))),
    (400, openai("structured outputs (json_schema) are not supported here, use json_object"),
     RefusedParameter("json_schema")),
    (400, openai("max_tokens should not be greater than 4096"), RefusedParameter("max_tokens", high=4096)),
    (400, openai("seed requires top_p=1"), RefusedParameter("seed", beside=("top_p=0.9",))),
    # Of this moment.
    (400, openai("seed is temporarily disabled"), RefusedParameter("seed", once=True)),
    (400, openai("logprobs are unavailable during the current incident. Try again later."),
     RefusedParameter("logprobs", once=True)),
    *((400, openai(words), RefusedParameter("logprobs", once=True)) for words in (
        "logprobs is currently unavailable", "logprobs are not supported at the moment",
        "logprobs is not available at this time",
        "Currently, logprobs are not supported.", "We do not support logprobs for now.")),
    # Of this account.
    *((400, openai(words), RefusedParameter("logprobs", once=True)) for words in (
        "logprobs is not available on the free tier", "logprobs requires a paid plan. Upgrade to use it.",
        "logprobs is not supported in your region",
        "logprobs is not available during the trial, upgrade your account",
        "Your organization must be verified to use logprobs, which is not allowed before.")),
    # Of another value beside it.
    (400, openai("seed is only supported with top_p = 1"), RefusedParameter("seed", beside=("top_p=0.9",))),
    # Named by the body.
    (400, openai("Unsupported parameter: 'top_p' is not supported with this model.", "top_p"),
     RefusedParameter("top_p")),
    (400, openai("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                 "'max_completion_tokens' instead.", "max_tokens"),
     RefusedParameter("max_tokens", instead="max_completion_tokens")),
    (400, openai("Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) "
                 "value is supported.", "temperature", "unsupported_value"), RefusedParameter("temperature")),
    (400, openai("max_tokens is too large: 5000. This model supports at most 4096 completion tokens, whereas "
                 "you provided 5000.", "max_tokens"), RefusedParameter("max_tokens", high=4096)),
    (400, openai("Unsupported value: 'reasoning_effort' does not support 'xhigh' with this model. Supported "
                 "values are: 'minimal', 'low', 'medium', and 'high'.", "reasoning_effort"),
     RefusedParameter("reasoning_effort", choices=("minimal", "low", "medium", "high"))),
    (400, openai("Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array "
                 "with length 5 instead.", "stop", "array_above_max_length"), RefusedParameter("stop", high=4)),
    (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"],
                       "msg": "Extra inputs are not permitted"}]}, RefusedParameter("seed")),
    (422, {"object": "error", "message": {"detail": [{"type": "less_than_equal", "loc": ["body", "temperature"],
     "msg": "Input should be less than or equal to 0.1"}]}}, RefusedParameter("temperature", high=0.1)),
    # Named only in the text.
    (400, openai("Unknown name \"seed\": Cannot find field."), RefusedParameter("seed")),
    (400, [{"error": {"code": 400, "message": "Invalid JSON payload received. Unknown name \"seed\": Cannot "
                      "find field.", "status": "INVALID_ARGUMENT"}}], RefusedParameter("seed")),
    (400, {"error": {"message": "property 'presence_penalty' is unsupported"}}, RefusedParameter("presence_penalty")),
    (400, {"error": "logprobs is not supported with this model"}, RefusedParameter("logprobs")),
    (400, {"message": "Unrecognized request argument supplied: frequency_penalty"},
     RefusedParameter("frequency_penalty")),
    (400, {"error": {"message": "Argument not supported on this model: stop"}}, RefusedParameter("stop")),
    (400, {"code": "Client specified an invalid argument", "error": "Model grok-4 does not support parameter "
           "presencePenalty (presence_penalty)."}, RefusedParameter("presence_penalty")),
    (400, {"error": {"message": "body -> stream_options: extra fields not permitted"}},
     RefusedParameter("stream_options")),
    (400, {"error": {"code": "1210", "message": "temperature参数非法：限制数值范围[0,0.1]"}},
     RefusedParameter("temperature", low=0, high=0.1)),
    (400, {"error": {"code": "1210", "message": "不支持的参数：top_p"}}, RefusedParameter("top_p")),
    (400, {"type": "error", "error": {"type": "invalid_request_error",
                                      "message": "`temperature` is deprecated for this model."}},
     RefusedParameter("temperature")),
    (400, {"type": "error", "error": {"type": "invalid_request_error", "message":
           "`temperature` and `top_p` cannot both be specified for this model. Please use only one."}},
     RefusedParameter("temperature", beside=("top_p",))),
    (400, {"error": {"message": "litellm.UnsupportedParamsError: groq does not support parameters: ['seed'], for "
                     "model=x. To drop these, set `litellm.drop_params=True`"}}, RefusedParameter("seed")),
    (400, {"error": {"message": "Completions.create() got an unexpected keyword argument 'top_p'"}},
     RefusedParameter("top_p")),
    (400, "Bad request: the parameter `temperature` must be between 0 and 0.1", RefusedParameter("temperature", low=0,
                                                                                     high=0.1)),
    (400, openai("Range of max_tokens should be [1, 4096]"), RefusedParameter("max_tokens", low=1, high=4096)),
    (400, {"error": {"message": "Extra inputs are not permitted, field: 'logprobs'"}}, RefusedParameter("logprobs")),
    (400, {"error": {"message": "This model only supports temperature=1"}}, RefusedParameter("temperature")),
    (500, {"error": {"message": "Unsupported param: stop", "type": "server_error", "code": 500}},
     RefusedParameter("stop")),
    (400, openai("tool_choice is not supported by this model", "tool_choice"), RefusedParameter("tool_choice")),
    (400, openai("reasoning_effort: unexpected value"), RefusedParameter("reasoning_effort")),
    (400, openai("Invalid value for 'tool_choice'. Supported values are: 'none' and 'required'; 'auto' is not "
                 "supported.", "tool_choice"), RefusedParameter("tool_choice", once=True)),
    # Efforts, in whichever words.
    *((400, openai(words), RefusedParameter("reasoning_effort", choices=("low", "medium"))) for words in (
        "reasoning_effort xhigh is unsupported; supported values: low, medium",
        "`reasoning_effort` must be one of `low` or `medium`", "Reasoning effort: Input should be 'low' or 'medium'",
        "This model does not support effort level 'xhigh'. Supported levels: low, medium.",
        "Unknown effort. Available efforts are low and medium for this model", "effort: permitted: 'low', 'medium'")),
    # About a value that is wrong in itself.
    (400, openai("Invalid schema for response_format 'x': schema must be an object", "response_format"), None),
    (400, openai("response_format type must be one of text or json_object, but got nonsense"), None),
    (400, openai("Invalid type for 'tool_choice': expected an object", "tool_choice"), None),
    # About something else.
    (400, openai("The model `m` does not exist", "model", "model_not_found"), None),
    (400, openai("Invalid value for 'content': expected a string", "messages.[0].content"), None),
    (400, openai("This model's maximum context length is 8192 tokens. However, you requested 9000 tokens "
                 "(1000 in the messages, 8000 in the completion)."), None),
    (401, openai("Invalid key", "temperature"), None),
    (429, openai("temperature is too hot", "temperature"), None),
    (400, {"error": {"message": "Unsupported parameter: 'verbosity'", "param": "verbosity"}}, None),
    (500, "Internal Server Error", None),
    (400, openai("This request requires more credits, or fewer max_tokens. You requested up to 5000 tokens, but can "
                 "only afford 950."), None),
    # A name, and nothing that refuses it.
    (400, {"error": {"message": "temperature"}}, None), (400, "temperature" + " " * 10**6, None),
    (400, {"error": {"message": "temperature: 0.2"}}, None),
    (400, {"error": {"message": ""}, "request": {"temperature": 0.2, "max_tokens": 1}}, None),
    (400, "<html><title>Bad request</title></html>", None),
]


@pytest.mark.parametrize(("status", "body", "lesson"), STYLES, ids=range(len(STYLES)))
def test_every_style(status: int, body: Any, lesson: RefusedParameter | None) -> None:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    assert refused_parameter(refusal(status, {}, text, "X"), SENT) == lesson


ALONE = "`temperature` may only be set to 1 when thinking is enabled."
TOO_LARGE = ("'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is 4096 "
             "tokens and your request has 10 input tokens (5000 > 4096 - 10).")

COMBINED: list[tuple[str, dict[str, Any], RefusedParameter | None]] = [
    (ALONE, {"temperature": 0.5, "thinking": {"type": "enabled"}},
     RefusedParameter("temperature", beside=("thinking",))),
    (ALONE, {"temperature": 0.5}, RefusedParameter("temperature")),
    ("'top_logprobs' must be null when 'logprobs' is not set to true", {"top_logprobs": 3},
     RefusedParameter("top_logprobs", without=("logprobs",))),
    ("top_logprobs requires logprobs to be set to true", {"top_logprobs": 3, "logprobs": False},
     RefusedParameter("top_logprobs", without=("logprobs",))),
    ("logprobs is not supported when streaming", {"logprobs": True, "stream": True},
     RefusedParameter("logprobs", beside=("stream",))),
    ("The parameter `frequency_penalty` is not supported with reasoning_effort", {"frequency_penalty": 1,
     "reasoning_effort": "high"}, RefusedParameter("frequency_penalty", beside=("reasoning_effort",))),
    ("seed is not supported. Supported are temperature, top_p.", {"seed": 1, "temperature": 1},
     RefusedParameter("seed")),
    # Sampling that always takes the likeliest token, and other single values.
    *((words, {"n": 3, "temperature": 0.0}, RefusedParameter("n", high=1, beside=("temperature=0",))) for words in (
        "n > 1 is not supported when temperature is 0", "n>1 requires temperature > 0",
        "`n` greater than 1 is not supported with temperature 0")),
    ("n must be 1 when using greedy sampling, got 3.", {"n": 3, "temperature": 0},
     RefusedParameter("n", beside=("temperature=0",))),
    ("n must be 1 when using greedy sampling, got 3.", {"n": 3, "temperature": 0.5, "top_k": 1},
     RefusedParameter("n", beside=("top_k=1",))),
    ("n > 1 is not supported with greedy decoding", {"n": 3},
     RefusedParameter("n", high=1, without=("temperature",))),
    ("n > 1 is not supported with this model (temperature 0.7)", {"n": 3, "temperature": 0.7},
     RefusedParameter("n", high=1)),
    ("logprobs is not supported when tool_choice is set to 'required'", {"logprobs": True, "tool_choice": "required"},
     RefusedParameter("logprobs", beside=("tool_choice=required",))),
    ("presence_penalty is not supported when n is 2", {"presence_penalty": 1, "n": 2},
     RefusedParameter("presence_penalty", beside=("n=2",))),
    ("Only one of temperature and top_p may be given", {"temperature": 1, "top_p": 1},
     RefusedParameter("temperature", beside=("top_p",))),
    (TOO_LARGE, {"max_tokens": 5000}, RefusedParameter("max_tokens", high=4086, once=True)),
    ("input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or "
     "`max_tokens` and try again", {"max_tokens": 21333}, RefusedParameter("max_tokens", high=11760, once=True)),
    ("max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens", {"max_tokens": 100000},
     RefusedParameter("max_tokens", high=64000)),
]


@pytest.mark.parametrize(("message", "fields", "lesson"), COMBINED, ids=range(len(COMBINED)))
def test_refusals_of_a_combination(message: str, fields: dict[str, Any], lesson: RefusedParameter | None) -> None:
    error = refusal(400, {}, json.dumps({"error": {"message": message}}), "X")
    assert refused_parameter(error, {"model": "m", "messages": [], **fields}) == lesson


@pytest.mark.parametrize("words", [
    "x" * 30_000, "x." * 30_000, " " * 30_000, "a b " * 30_000, "'" * 30_000, "temperature" * 5_000,
    "[1,2]" * 9_000, "Zg+/" * 9_000, "参数" * 9_000, "0" * 30_000, "`temperature" * 5_000,
], ids=range(11))
def test_work_on_a_refusal_is_bounded(words: str) -> None:
    """Patterns see so little text, in words so short, that it does not matter how they back out of a match."""
    for body in (words, json.dumps({"error": {"message": words}}), json.dumps({"detail": [{"msg": words, "loc": []}]})):
        seen = refusal_words(refusal(400, {}, body, "X"))
        assert len(seen) <= 2000 and "  " not in seen
        assert max(map(len, re.findall(r"[\w.]+", seen)), default=0) <= 64
        refused_parameter(refusal(400, {}, body, "X"), SENT)


def test_a_name_is_found_behind_and_before_an_echoed_picture() -> None:
    """Servers built with pydantic echo the request, with its pictures."""
    echo = "A" * 9000
    for message in (f"Unsupported parameter: 'seed'. Input: {echo}", f"Input {echo} holds an unknown name 'seed'"):
        assert refused_parameter(refusal(400, {}, json.dumps(openai(message)), "X"), SENT) == RefusedParameter("seed")
    assert refused_parameter(refusal(400, {}, json.dumps(openai("unsupported parameter noseed")), "X"), SENT) is None


def test_words_that_are_names_of_fields_too_are_no_condition() -> None:
    body = json.dumps(openai("temperature is not supported; it requires another tier with models like this one"))
    lesson = refused_parameter(refusal(400, {}, body, "X"), {"model": "m", "messages": [], "temperature": 1})
    assert lesson is not None and (lesson.parameter, lesson.beside, lesson.without) == ("temperature", (), ())
