"""Secrets of tools: what is taken for one, and how it goes into the keyring and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conftest import Run
from workbench.core.errors import Refused
from workbench.core.provider_secrets import KEPT
from workbench.core.request.tool_secrets import from_keyring, hidden, into_keyring, values_in
from workbench.storage.secrets import KeyringSecrets

SECRET = "s3cr3t-canary"
URL = "https://mcp.example/sse"


def mcp(**fields: Any) -> dict[str, Any]:
    return {"type": "mcp", "server_label": "docs", "server_url": URL, "require_approval": "never", **fields}


@pytest.mark.parametrize(("params", "left"), [
    ({"tools": [mcp(authorization=SECRET)]}, {"tools": [mcp(authorization=KEPT)]}),
    ({"tools": [mcp(headers={"X-Api-Key": SECRET, "X-Team": SECRET})]},
     {"tools": [mcp(headers={"X-Api-Key": KEPT, "X-Team": KEPT})]}),
    ({"tools": [mcp(server_url=f"{URL}?exaApiKey={SECRET}&lang=en")]},
     {"tools": [mcp(server_url=f"{URL}?exaApiKey={KEPT}&lang=en")]}),
    ({"tools": [mcp(server_url=f"https://me:{SECRET}@mcp.example/sse")]},
     {"tools": [mcp(server_url=f"https://me:{KEPT}@mcp.example/sse")]}),
    ({"tools": [{"type": "mcp", "server_label": "mail", "connector_id": "connector_gmail", "authorization": SECRET}]},
     {"tools": [{"type": "mcp", "server_label": "mail", "connector_id": "connector_gmail", "authorization": KEPT}]}),
    ({"mcp_servers": [{"type": "url", "url": URL, "name": "docs", "authorization_token": SECRET}]},
     {"mcp_servers": [{"type": "url", "url": URL, "name": "docs", "authorization_token": KEPT}]}),
])
def test_what_is_a_secret(run: Run, secret_service: Any, params: dict[str, Any], left: dict[str, Any]) -> None:
    """Of OpenAI's and Anthropic's form, and in an address; the keyring gives each back to the same tool."""
    assert hidden(params) == left and values_in(params) == {SECRET} and values_in(left) == set()
    keyring = KeyringSecrets()
    assert run(into_keyring(params, keyring)) == left
    assert SECRET in str(secret_service())
    assert run(from_keyring(left, keyring)) == params


@pytest.mark.parametrize("params", [
    {"tools": [{"type": "function", "function": {"name": "log_in", "parameters": {
        "type": "object", "properties": {"url": {"type": "string"}, "token": {"type": "string"}}}}}]},
    {"tools": [{"type": "function", "name": "f", "parameters": {"server_url": "x", "token": "a name"}}]},
    {"tools": [{"type": "web_search", "filters": {"allowed_domains": ["token.example"]}}]},
    {"tools": [mcp()], "max_tokens": 5, "stop": ["token"], "user": "key"},
    {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {
        "url": "https://x.example/a.png?X-Amz-Signature=1"}}]}]},
    {},
])
def test_what_is_none(params: dict[str, Any]) -> None:
    assert hidden(params) == params and values_in(params) == set()


def test_a_secret_goes_to_its_own_address_and_tool_only(run: Run, secret_service: Any) -> None:
    """Whoever changes an address, or imports parameters with the mark in them, gets nothing."""
    keyring = KeyringSecrets()
    run(into_keyring({"tools": [mcp(authorization=SECRET)]}, keyring))
    for other in (mcp(authorization=KEPT, server_url="https://thief.example/sse"),
                  mcp(authorization=KEPT, server_label="other")):
        with pytest.raises(Refused, match="Enter it again"):
            run(from_keyring({"tools": [other]}, keyring))


def test_two_tools_of_one_address_and_a_new_value(run: Run, secret_service: Any) -> None:
    keyring = KeyringSecrets()
    both = {"tools": [mcp(authorization="one-1"), mcp(authorization="two-2", server_label="b")]}
    run(into_keyring(both, keyring))
    run(into_keyring({"tools": [mcp(authorization="three-3")]}, keyring))
    filled: Mapping[str, Any] = run(from_keyring(hidden(both), keyring))
    assert [tool["authorization"] for tool in filled["tools"]] == ["three-3", "two-2"]


def test_a_token_is_known_without_its_scheme() -> None:
    """A server that repeats it may leave the scheme out."""
    assert values_in({"tools": [mcp(headers={"Authorization": f"Bearer {SECRET}"})]}) == {f"Bearer {SECRET}", SECRET}


def test_deep_and_odd_values_are_left_alone() -> None:
    odd = {"tools": [None, 5, "x", {"server_url": 5, "authorization": "x"}, {"server_label": "a", "headers": "x"}]}
    assert hidden(odd) == odd
    assert json.dumps(hidden({"tools": [[[mcp(headers={"A": "", "B": None})]]]})) == json.dumps(
        {"tools": [[[mcp(headers={"A": "", "B": None})]]]})
