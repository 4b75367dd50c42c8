"""Shapes of error bodies: what each of them says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.providers.wire.error_bodies import refusal
from workbench.providers.wire.error_shapes import error_message_from, error_text, read_error, shortened

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
    ({"errors": ["m", "n"]}, "m; n", "", ""), ({"errors": []}, "", "", ""),
    ({"error": "invalid_token", "error_description": "m"}, "m", "invalid_token", ""),
    ({"error": {"message": '{"error": {"message": "m", "param": "seed"}}', "code": "c"}}, "m", "c", "seed"),
    ({"message": '{"a": 1}'}, '{"a": 1}', "", ""), ({"message": '["m"]'}, "m", "", ""),
    ({"error": {"message": "", "metadata": {"raw": "m"}}}, "m", "", ""),
    ({"detail": [{"loc": ["body", "tools", 0, "function", "description"], "msg": "m", "type": "x"}]},
     "tools[0].function.description: m", "x", "tools"),
    ({"title": "Bad", "status": 400, "errors": {"temperature": ["m"]}}, "Bad temperature: m", "", "temperature"),
    ({"type": "about:blank", "title": "Bad", "detail": "m"}, "Bad: m", "", ""),
    ({"title": "Bad", "validation": [{"location": ["request", "body", "top_k"], "message": "m", "code": "c"}]},
     "Bad: top_k: m", "c", "top_k"),
    ({"error": {"message": "m", "failed_generation": "<f>"}}, "m The model wrote: <f>", "", ""),
    ({"error": {"message": "Provider returned error", "metadata": {"raw": '{"error":{"message":"m"}}'}}}, "m", "", ""),
    ({"error": {"message": "x", "metadata": {"raw": "m", "provider_name": "Host"}}}, "m", "", ""),
    ({"error": {"message": "m", "metadata": {"raw": "other"}}}, "m", "", ""),
    ({"title": "Invalid request:", "validation": [{"location": [], "message": "m"}]}, "Invalid request: m", "", ""),
    ({"title": "Invalid request:", "validation": [{"location": ["body"], "message": ": "}]}, "Invalid request:",
     "", ""),
    ({"title": "Bad request.", "detail": "m"}, "Bad request: m", "", ""),
    ({"title": "Bad", "detail": " "}, "Bad", "", ""),
    ({"title": "Bad", "errors": {"": ["m"]}}, "Bad m", "", ""),
    ({"detail": [{"loc": ["body", "seed"], "msg": ""}]}, "seed", "", "seed"),
    # Gateways and clouds.
    ({"fault": {"faultstring": "m", "detail": {"errorcode": "oauth.v2.InvalidApiKey"}}}, "m", "oauth.v2.InvalidApiKey",
     ""),
    ({"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "m"}, "m", "AccessDeniedException", ""),
    ({"Response": {"Error": {"Code": "AuthFailure", "Message": "m"}, "RequestId": "r"}}, "m", "AuthFailure", ""),
    ({"error_code": 110, "error_msg": "m"}, "m", "110", ""),
    ({"errorType": "Runtime.Exit", "errorMessage": "m"}, "m", "Runtime.Exit", ""),
    # What moderation found.
    ({"error": {"code": 403, "message": "Your input was flagged", "metadata": {"reasons": ["violence", "self-harm"]}}},
     "Your input was flagged (violence, self-harm)", "403", ""),
    ({"error": {"message": "Flagged for violence", "metadata": {"reasons": ["violence"]}}}, "Flagged for violence", "",
     ""),
    ({"error": {"message": "m", "code": "content_filter", "innererror": {
        "code": "ResponsibleAIPolicyViolation", "content_filter_result": {
            "hate": {"filtered": True, "severity": "high"}, "sexual": {"filtered": False},
            "jailbreak": {"detected": True, "filtered": False}}}}}, "m (hate, jailbreak)", "content_filter", ""),
    ({"error": None}, "", "", ""),
    ([], "", "", ""), (None, "", "", ""), (7, "", "", ""),
]


@pytest.mark.parametrize(("body", "message", "code", "parameter"), SHAPES, ids=range(len(SHAPES)))
def test_every_shape(body: Any, message: str, code: str, parameter: str) -> None:
    said = error_message_from(body)
    assert (said.message, said.code, said.parameter) == (message, code, parameter)


def test_runs_of_letters_are_cut() -> None:
    echoed = json.dumps({"error": {"message": "Bad input: " + "A" * 5 * 10**6 + " temperature"}})
    assert error_text(echoed) == "Bad input: " + "A" * 64 + "…"
    assert shortened("x" * 64 + " y" + "z" * 99) == "x" * 64 + " y" + "z" * 63 + "…"
    assert refusal(400, {}, echoed, "X").sentence.count("A" * 64) == 1


@pytest.mark.parametrize(("body", "message", "code"), [
    ('<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>', "Access Denied",
     "AccessDenied"),
    ("<ErrorResponse xmlns='x'><Error><Type>Sender</Type><Code>Throttling</Code><Message>Slow &lt;down</Message>"
     "</Error></ErrorResponse>", "Slow <down", "Throttling"),
    ("<Error><Code>InternalError</Code></Error>", "InternalError", "InternalError"),
    ("<html><body><code>x</code><h1>Oops</h1>", "a web page: “Oops”", ""),
    ("<?xml version='1.0'?><x/>", "a web page", ""),
    ("<3 none", "<3 none", ""),
])
def test_xml_is_read_and_pages_are_named(body: str, message: str, code: str) -> None:
    data, error = read_error(body)
    assert (data, error.message, error.code) == (None, message, code)


@pytest.mark.parametrize("body", [
    'data: {"error": {"message": "No such model", "code": "500"}}\n\ndata: [DONE]\n\n',
    ': hello\nevent: error\ndata: {"error": {"message": "No such model"}}\n\n'])
def test_an_error_status_with_an_event_stream(body: str) -> None:
    """As LiteLLM answers to streamed requests that fail at once."""
    assert refusal(500, {}, body, "X").sentence.endswith("X says: No such model.")
    assert error_text(body) == "No such model"
