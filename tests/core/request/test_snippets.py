"""Copied commands and programs do what the request did, and hold no key."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.server import Server, json_reply
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.reply.records import RequestRecord
from workbench.core.request.snippets import as_curl, as_httpx, as_openai

BODY = {
    "model": "a/b", "temperature": 0.3, "stream": True, "top_k": 40, "stop": None, "n": 1,
    "messages": [{"role": "user", "content": "It's “$HOME” \\ `id`\nJSON\n'; rm -rf / #"}],
}  # fmt: skip


def record(url: str) -> RequestRecord:
    headers = {"Authorization": "Bearer $API_KEY", "Content-Type": "application/json", "X-Title": "it's $5 `x`"}
    return RequestRecord("p/a/b", url=url, headers=headers, body=BODY)


@pytest.mark.process
def test_curl_sends_the_same_request(server: Server, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("install curl")
    check_it_sends([shutil.which("sh") or "sh", "-c", as_curl(record(server.url + "/v1/chat/completions"))], server)


@pytest.mark.process
def test_httpx_sends_the_same_request(server: Server, tmp_path: Path) -> None:
    check_it_sends([sys.executable, "-c", as_httpx(record(server.url + "/v1/chat/completions"))], server)


def check_it_sends(command: list[str], server: Server) -> None:
    server.on("POST", "/v1/chat/completions", json_reply({"ok": True}))
    done = subprocess.run(
        command, env={**os.environ, "API_KEY": "sk-test"}, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    (request,) = server.requests
    assert request.json == BODY
    assert request.header("authorization") == "Bearer sk-test"
    assert request.header("x-title") == "it's $5 `x`"


def test_openai_python_gets_its_own_arguments_and_the_rest_as_extra_body() -> None:
    text = as_openai(record("https://host/v1/chat/completions?api-version=2026-01-01"))
    tree = ast.parse(text)
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call) and any(
        keyword.arg is None for keyword in node.keywords))
    arguments = ast.literal_eval(call.keywords[0].value)
    assert arguments.pop("extra_body") == {"top_k": 40}
    assert arguments == {name: value for name, value in BODY.items() if name != "top_k"}
    assert "base_url='https://host/v1'" in text and "{'api-version': '2026-01-01'}" in text


def test_what_is_no_chat_completion_is_not_given_to_openai_python() -> None:
    with pytest.raises(BadInput, match="Copy it as httpx"):
        as_openai(record("https://api.anthropic.com/v1/messages"))


def test_openai_python_asks_the_responses_api_too() -> None:
    """Its events and its ``output_text`` are the package's own."""
    body: dict[str, Json] = {"model": "m", "input": [], "store": False, "stream": True, "seed": 1}
    sent = RequestRecord("p/m", url="https://host/v1/responses", body=body)
    text = as_openai(sent)
    call = next(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and any(
        keyword.arg is None for keyword in node.keywords))
    assert ast.unparse(call.func) == "client.responses.create" and "base_url='https://host/v1'" in text
    assert ast.literal_eval(call.keywords[0].value) == {
        "model": "m", "input": [], "store": False, "stream": True, "extra_body": {"seed": 1}}
    assert "response.output_text.delta" in text
    assert "answer.output_text" in as_openai(replace(sent, body={**body, "stream": False}))
