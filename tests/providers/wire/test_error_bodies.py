"""Error bodies: every shape, kind and sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.providers.wire.error_bodies import error_in_answer, error_message_from, refusal

SHAPES: list[tuple[Any, str, str, str]] = [
    # body → message, code, parameter
    ({"error": {"message": "m", "type": "t", "param": "p", "code": "c"}}, "m", "c", "p"),
    ({"error": {"message": "m", "code": 404, "metadata": {}}}, "m", "404", ""),
    ({"error": {"code": "token_mismatched", "message": "m"}, "trace_id": "x"}, "m", "token_mismatched", ""),
    ({"error": {"code": "1210", "message": "m"}}, "m", "1210", ""),
    ({"type": "error", "error": {"type": "t", "message": "m"}, "request_id": "r"}, "m", "", ""),
    ([{"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED"}}], "m", "429", ""),
    ({"error": "m"}, "m", "", ""),
    ({"code": "c", "error": "m"}, "m", "c", ""),
    ({"code": 20012, "message": "m", "data": None}, "m", "20012", ""),
    ({"code": "InvalidApiKey", "message": "m", "request_id": "r"}, "m", "InvalidApiKey", ""),
    ("m", "m", "", ""),
    ({"object": "error", "message": "m", "type": "t", "code": 40001}, "m", "40001", ""),
    ({"message": "m"}, "m", "", ""),
    ({"msg": "m"}, "m", "", ""),
    ({"detail": "m"}, "m", "", ""),
    ({"detail": [{"loc": ["body", "seed"], "msg": "m", "type": "extra"}]}, "seed: m", "extra", "seed"),
    ({"object": "error", "message": {"detail": [{"loc": ["body", "top_k", 0], "msg": "m", "type": "x"}]}},
     "top_k: m", "x", "top_k"),
    ({"statusCode": 401, "message": "m"}, "m", "401", ""),
    ({"error": {"message": "m", "code": None, "innererror": {"code": "Policy"}}}, "m", "Policy", ""),
    ({"base_resp": {"status_code": 1004, "status_msg": "m"}}, "m", "1004", ""),
    ({"errors": [{"message": "m", "code": 7003}]}, "m", "7003", ""),
    ({"error": {"message": "", "metadata": {"raw": "m"}}}, "m", "", ""),
    ({"error": None}, "", "", ""),
    ([], "", "", ""), (None, "", "", ""), (7, "", "", ""),
]


@pytest.mark.parametrize(("body", "message", "code", "parameter"), SHAPES, ids=range(len(SHAPES)))
def test_every_shape(body: Any, message: str, code: str, parameter: str) -> None:
    said = error_message_from(body)
    assert (said.message, said.code, said.parameter) == (message, code, parameter)


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
