"""Error bodies: every shape, kind and sentence."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.work import calls
from workbench.providers.limits.refusals import refused_parameter
from workbench.providers.wire.error_bodies import error_in_answer, refusal
from workbench.providers.wire.error_shapes import error_text
from workbench.providers.wire.retry_after import LONGEST

AFFORD = ("This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only "
          "afford 950.")

@pytest.mark.parametrize(("status", "body", "kind"), [
    (401, "", "key"), (402, "", "quota"), (403, "", "key"), (404, "", "model"), (408, "", "timeout"),
    (413, "", "size"), (429, "", "rate"), (500, "", "server"), (502, "<html>", "server"),
    (503, "", "overloaded"), (504, "", "timeout"), (529, "", "overloaded"), (400, "", "request"),
    (418, "", "request"),
    (403, {"error": {"message": "Your account balance is used_up"}}, "quota"),
    (429, {"error": {"code": "insufficient_quota", "message": "x"}}, "quota"),
    (400, {"error": {"code": "context_length_exceeded", "message": "x"}}, "context"),
    (413, {"error": {"message": "prompt is too long: 300000 tokens > 200000 maximum"}}, "context"),
    (400, {"error": {"message": "API key not valid. Please pass a valid API key."}}, "key"),
    (400, {"error": {"message": "Model Not Exist"}}, "model"),
    (400, {"error": {"message": "x", "param": "model"}}, "model"),
    (400, {"error": {"message": "x", "param": "top_p"}}, "parameter"),
    (403, {"error": {"message": "Your input was flagged", "metadata": {"reasons": ["x"]}}}, "content"),
    (500, {"error": {"message": "image input is not supported"}}, "request"),
    (500, {"error": {"code": 500, "message": "tools param requires --jinja flag"}}, "request"),
    (500, {"error": {"message": "Cannot use both json_schema and grammar"}}, "request"),
    (500, {"error": {"message": "Failed to parse upstream data"}}, "server"),
    (400, {"error": {"message": "The total length of all messages is too long."}}, "context"),
    (400, {"error": {"message": "The supported API model names are a or b, but you passed c."}}, "model"),
    (400, {"error": {"message": "This model does not support effort level 'xhigh'. Supported levels: low, high."}},
     "parameter"),
    (400, {"error": {"message": "'messages' must contain the word 'json'", "param": "messages"}}, "request"),
    (400, {"error": {"message": "x", "param": "messages[3].role"}}, "request"),
    (403, "<!DOCTYPE html><title>Attention Required! | Cloudflare</title>", "network"),
    (401, "<html><head><title>401 Authorization Required</title>", "network"),
    (403, "error code: 1020", "network"), (403, "Access denied", "network"),
    (403, {"title": "Error 1010: Access denied", "status": 403, "cloudflare_error": True}, "network"),
    (403, {"error": {"message": "Access denied"}}, "key"), (403, "forbidden", "key"),
    (429, "<html><title>Error 1015</title>", "rate"),
    (400, {"error": {"message": AFFORD, "code": 402}}, "quota"), (402, {"error": {"message": AFFORD}}, "quota"),
    (400, {"error": {"message": AFFORD}}, "quota"), (400, {"error": {"message": "x", "code": 429}}, "rate"),
    (400, {"error": {"message": "x", "code": 1402}}, "request"),
    (400, {"code": "Arrearage", "message": "Access denied, please make sure your account is in good standing."},
     "quota"),
    (400, {"code": 1001, "msg": "balance not enough"}, "quota"),
    (400, {"base_resp": {"status_code": 1004, "status_msg": "login fail: Please carry the API secret key"}}, "key"),
    *((400, {"error": {"message": words}}, "context") for words in (
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        "Invalid request: Your request exceeded model token limit: 131072 (requested: 140000)",
        "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
        "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
        "Input is too long for requested model.", "Input Tokens Exceeded",
        "prompt token count of 9 exceeds the limit of 8",
        "too many tokens: total number of tokens in the prompt cannot exceed 4081", "Prompt 超长",
        "Range of input length should be [1, 129024]", "`inputs` must have less than 1024 tokens. Given: 1500",
        "context window exceeds limit", "Requested token count exceeds the model's maximum context length of 8 tokens",
        "The decoder prompt (length 5000) is longer than the maximum model length of 4096",
        "Trying to keep the first 9 tokens when context the overflows. Load the model with a larger context length",
        "prompt too long; exceeded max context length by 5 tokens")),
    *((400, {"error": {"message": words}}, "parameter") for words in (
        "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is 4096 "
        "tokens and your request has 10 input tokens (5000 > 4096 - 10).",
        "`max_tokens` must be less than or equal to `1000`, the maximum value for `max_tokens` is less than the "
        "`context_window` for this model",
        "`inputs` tokens + `max_new_tokens` must be <= 4097. Given: 4000 `inputs` tokens and 512 `max_new_tokens`",
        "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length")),
    (407, {"error": "Proxy Authentication Required"}, "network"), (511, "Authentication required", "network"),
])
def test_what_it_is_about(status: int, body: Any, kind: str) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    error = refusal(status, {}, text, "Groq")
    assert error.kind == kind
    assert error.body == text and error.status == status
    assert f"({status})" in error.sentence and error.sentence.endswith((".", "…"))


def test_sentences_say_what_to_do() -> None:
    assert refusal(401, {}, "", "OpenRouter").sentence == (
        "The key for OpenRouter was refused (401). Check it in Settings › Providers.")
    page = refusal(502, {}, "<!DOCTYPE html><title>Bad  gateway</title>", "X")
    assert page.sentence == ("X failed on its side (502). Retry in a moment. It sent a web page: “Bad gateway” "
                             "instead of an answer.")
    long = refusal(500, {}, json.dumps({"error": "word " * 1000}), "X")
    assert len(long.sentence) < 800 and long.sentence.endswith("word…")


def test_hostile_bodies() -> None:
    for body in ("[" * 100_000, "\0" * 1000, '{"error":' * 5000, "<" * 10_000, '{"error":{"message":{}}}'):
        assert refusal(500, {}, body, "X").kind in ("server", "overloaded")
    assert len(refusal(500, {}, "x" * 10**6, "X").body) == 100_000


def test_good_answers_are_no_errors() -> None:
    for data in ({"choices": [{}], "error": None}, {"choices": []}, {"base_resp": {"status_code": 0}},
                 {"type": "text_delta"}, {"object": "chat.completion.chunk"}):
        assert error_in_answer(data, "X") is None


@pytest.mark.parametrize(("body", "kind", "status"), [
    ({"error": {"type": "invalid_request_error", "code": "tool_use_failed", "message": "m", "status_code": 400}},
     "request", 400),
    ({"error": {"type": "invalid_request_error", "message": "m"}}, "request", 0),
    ({"error": {"message": "m", "status": 429}}, "rate", 429),
    ({"error": {"message": "m", "status": "UNAVAILABLE"}}, "server", 0),
])
def test_an_error_within_an_answer_names_its_own_status(body: Any, kind: str, status: int) -> None:
    error = error_in_answer(body, "X")
    assert error is not None and (error.kind, error.status) == (kind, status)


def test_the_culprit_is_named() -> None:
    raw = "some/model is temporarily rate-limited upstream."
    routed = {"error": {"message": "Provider returned error", "metadata": {"raw": raw, "provider_name": "Host"}}}
    sentence = refusal(429, {}, json.dumps(routed), "OpenRouter").sentence
    assert sentence.startswith("Host, which runs this model for OpenRouter,") and raw in sentence
    assert "this key" not in sentence
    assert "The proxy" in refusal(407, {}, "", "X").sentence and "key" not in refusal(407, {}, "", "X").sentence
    assert "sign in" in refusal(511, {}, "", "X").sentence
    effort = refusal(400, {}, '{"error":{"message":"This model does not support effort level 3."}}', "X")
    assert "the parameter effort" in effort.sentence and effort.parameter == ""


def test_a_firewall_and_a_small_balance_are_named() -> None:
    page = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"
    for status, headers in ((403, {}), (403, {"cf-mitigated": "challenge"}), (503, {"cf-mitigated": "challenge"})):
        turned_away = refusal(status, headers, page, "X").sentence
        assert turned_away.startswith("Something in front of X") and "Just a moment..." in turned_away
        assert "Settings" not in turned_away
    credit = refusal(402, {}, json.dumps({"error": {"message": AFFORD, "code": 402}}), "OpenRouter").sentence
    assert credit.startswith("The credit left at OpenRouter is too little for this request (402).") and "950" in credit
    assert refusal(402, {}, "", "X").sentence.startswith("X has no credit left")


def test_no_colon_stands_alone() -> None:
    for body in ('{"message":"Invalid request: :"}', '{"detail":[{"loc":["body"],"msg":"Invalid request:"}]}',
                 '{"title":"Invalid request:","validation":[{"location":[],"message":""}]}', "Invalid request: : "):
        assert refusal(400, {}, body, "X").sentence.endswith("X says: Invalid request.")


def test_a_long_wait_is_told() -> None:
    told = refusal(429, {"retry-after": "86400"}, "", "X").sentence
    assert re.search(r"answer again at \d{4}-\d\d-\d\d \d\d:\d\d\.", told) and "Wait a moment" not in told
    assert "again at" not in refusal(429, {"retry-after": "5"}, "", "X").sentence
    for absurd in ("1e300", "99999999", "Fri, 31 Dec 9999 23:59:59 GMT"):
        error = refusal(429, {"retry-after": absurd}, "", "X")
        assert error.sentence.endswith("It will not answer again for a month or more.") and error.retry_after == LONGEST
    for none in ("-5", "soon", "nan", "inf", "Thu, 01 Jan 1970 00:00:00 GMT"):
        error = refusal(429, {"retry-after": none}, "", "X")
        assert "again" not in error.sentence and error.retry_after in (None, 0.0)


def _nested(depth: int) -> str:
    return '{"error":' * depth + '"x"' + "}" * depth


SHAPED = st.sampled_from([
    "{}", '{{"error":{{"message":"{}"}}}}', '{{"error":{{"message":{{"a":["{}"]}}}}}}',
    '{{"detail":"{}', '"{}"',
    "<html><title>{}", "<{}", '[["{}"]]', '{{"error":{{"code":"{}","type":"{}"}}}}',
    '{{"title":"{}","errors":{{"a":["{}"]}}}}',
    '{{"error":{{"message":"m","metadata":{{"raw":"{}"}}}}}}', '{{"message":"{}"',
])
UNITS = st.text(st.characters(codec="utf-8", exclude_characters="{}"), min_size=1, max_size=9)


@given(SHAPED, UNITS, st.sampled_from([1, 70, 5_000, 10**6]), st.sampled_from([0, 200, 400, 429, 500, 599]))
def test_any_body_gives_a_sentence_from_its_beginning(shape: str, unit: str, times: int, status: int) -> None:
    """What patterns are tried on is cut first, so that the work does not grow with the body."""
    body = shape.format(*[unit * times] * 3)[:10**7]
    error = refusal(status, {}, body, "X")
    assert 0 < len(error.sentence) < 1500 and len(error.body) <= 100_000
    assert max(len(error.code), len(error.parameter), len(error_text(body))) <= 2000


@given(SHAPED, UNITS, st.sampled_from([400, 422, 500]))
def test_the_work_on_a_body_of_any_size_is_bounded(shape: str, unit: str, status: int) -> None:
    """Ten megabytes cost no more calls than the 200 kB below which a body is parsed."""
    sent = {"model": "m", "messages": [], "temperature": 1, "top_p": 1, "tools": []}

    def work(size: int) -> int:
        body = shape.format(*[unit * (size // len(unit))] * 3)[:size]

        def judge() -> object:
            return refused_parameter(refusal(status, {}, body, "X"), sent)

        judge()  # the first time compiles the patterns
        return calls(judge)

    assert work(10**7) < 5_000 and work(10**5) < 20_000


def test_nesting_without_end() -> None:
    for body in (_nested(900), "[" * 900 + "]" * 900, '{"error":{"message":' * 300 + "1" + "}" * 600):
        assert refusal(400, {}, body, "X").kind in ("request", "parameter")
