"""Values of settings: what fits, the sentence for what does not, and what a file holds of them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from workbench.core.errors import BadInput
from workbench.core.settings import ProviderConfig, Settings, ToolServerConfig
from workbench.storage.settings_values import check_value, providers_from, to_plain, tool_servers_from

FIELDS = {item.name: item for item in dataclasses.fields(Settings)}


@pytest.mark.parametrize("name", FIELDS)
def test_every_default_fits_and_comes_back(name: str) -> None:
    value = getattr(Settings(), name)
    assert check_value(name, value) == value
    assert check_value(name, to_plain(value)) == value


@pytest.mark.parametrize("name", [name for name, item in FIELDS.items() if item.metadata.get("low") is not None])
def test_both_ends_of_a_range_fit_and_what_is_beyond_does_not(name: str) -> None:
    data = FIELDS[name].metadata
    assert [check_value(name, end) for end in (data["low"], data["high"])] == [data["low"], data["high"]]
    for beyond in (data["low"] - 1, data["high"] + 1):
        with pytest.raises(BadInput, match=f"use a number from {data['low']} to {data['high']}"):
            check_value(name, beyond)


@pytest.mark.parametrize("name", [name for name, item in FIELDS.items() if item.metadata.get("choices")])
def test_only_the_choices_fit(name: str) -> None:
    for choice in FIELDS[name].metadata["choices"]:
        assert check_value(name, choice) == choice
    with pytest.raises(BadInput, match=f"“{name}” cannot be “no such choice”: use .* or "):
        check_value(name, "no such choice")


@pytest.mark.parametrize("value", [True, "16", 16.5, None, float("nan"), [16]])
def test_a_whole_number_is_nothing_else(value: Any) -> None:
    with pytest.raises(BadInput, match="“font_size” must be a whole number, not"):
        check_value("font_size", value)


def test_a_provider_is_a_table_of_what_differs_from_the_defaults() -> None:
    config = ProviderConfig("mine", "My server", base_url="http://127.0.0.1:1/v1", needs_key=False, headers={"a": "b"})
    plain = to_plain({"mine": config})
    assert plain == {"mine": {"name": "My server", "base_url": "http://127.0.0.1:1/v1", "needs_key": False,
                              "headers": {"a": "b"}}}  # fmt: skip
    assert providers_from(plain) == {"mine": config} == providers_from({"mine": config})
    assert providers_from({"mine": {**plain["mine"], "of_a_later_version": 1, "id": "other"}}) == {"mine": config}


@pytest.mark.parametrize(("value", "words"), [
    ([], "must be a table"), ({"a b": {}}, "cannot be called “a b”"), ({"a/b": {}}, "without blanks and slashes"),
    ({"": {}}, "cannot be called"), ({"a": 1}, "The provider “a” must be a table"),
    ({"a": {"headers": {"X": 1}}}, "“X” in “headers” of the provider “a” must be text, not 1"),
    ({"a": {"idle_timeout": float("inf")}}, "must be a number"),
])
def test_a_provider_that_cannot_be_is_a_sentence(value: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        providers_from(value)


def test_a_setting_that_does_not_exist_is_a_sentence() -> None:
    with pytest.raises(BadInput, match="There is no setting “colour”"):
        check_value("colour", "red")


def test_a_server_of_tools_is_a_table_of_what_differs_from_the_defaults() -> None:
    config = ToolServerConfig("mine", "npx", ("-y", "x@1.0.0"), {"A": "b"}, seconds=5)
    plain = to_plain({"mine": config})
    assert plain == {"mine": {"command": "npx", "args": ["-y", "x@1.0.0"], "env": {"A": "b"}, "seconds": 5.0}}
    assert tool_servers_from(plain) == {"mine": config} == tool_servers_from({"mine": config})
    assert tool_servers_from({"a": {"url": "http://127.0.0.1:1", "later": 1}}) == {
        "a": ToolServerConfig("a", url="http://127.0.0.1:1")}


@pytest.mark.parametrize(("value", "words"), [
    ([], "must be a table"), ({"a b": {"command": "x"}}, "cannot be called “a b”"), ({"": {}}, "cannot be called"),
    ({"a": 1}, "The server of tools “a” must be a table"), ({"a": {}}, "needs a command or an address, and not both"),
    ({"a": {"command": "x", "url": "y"}}, "and not both"), ({"a": {"command": 1}}, "must be text"),
    ({"a": {"command": "x", "args": [1]}}, "must be text"),
    ({"a": {"command": "x", "seconds": 0}}, "must be a number from 1 to 3600"),
])
def test_a_server_of_tools_that_cannot_be_is_a_sentence(value: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        tool_servers_from(value)
