"""Fields of foreign data: whatever they hold, a value of the right type comes out, and no secret."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.files.imports.fields import (
    as_text,
    data_address,
    imported,
    model_name,
    number,
    parameters,
    parsed,
    seconds,
    string,
    unread,
    whole,
)

MOMENT = 1_700_000_000.0
ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


@given(ANYTHING)
def test_any_value_can_be_read(value: object) -> None:
    assert isinstance(string(value), str) and isinstance(seconds(value), float) and isinstance(as_text(value), str)
    assert number(value) is None or isinstance(number(value), float)
    assert whole(value) is None or isinstance(whole(value), int)
    parsed(value)


@pytest.mark.parametrize("value", [
    MOMENT, MOMENT * 1e3, MOMENT * 1e6, MOMENT * 1e9, str(MOMENT), "2023-11-14T22:13:20Z", "2023-11-14T22:13:20",
    "2023-11-15T06:13:20+08:00",
])
def test_times_in_every_unit(value: object) -> None:
    assert seconds(value) == pytest.approx(MOMENT)


@pytest.mark.parametrize("value", [None, "", "yesterday", -5, 0, True, 1e30, 10**400, "0001-01-01", "9999-12-31", []])
def test_what_is_no_time(value: object) -> None:
    assert seconds(value) == 0.0


def test_what_has_no_place_is_kept() -> None:
    data = {"known": 1, "empty": "", "note": "n", "deep": [{"ok": 1}], "max_tokens": 5, "none": None}
    assert unread(data, "known") == {"note": "n", "deep": [{"ok": 1}], "max_tokens": 5}
    assert imported({}) == {} and imported({"a": 1}) == {"imported": {"a": 1}}


def test_data_addresses() -> None:
    inside = base64.b64encode(b"PNG").decode()
    assert data_address(f"data:image/png;base64,{inside}") == (b"PNG", "image/png")
    assert data_address(f"data:;charset=utf-8;base64,{inside}") == (b"PNG", "")
    for other in ("data:text/plain,hello", "https://example.org/", "data:image/png;base64,???a", ""):
        assert data_address(other) is None or data_address(other) == (b"", "image/png"), other


def test_models_and_parameters_by_our_names() -> None:
    assert model_name("Open AI", "gpt") == "open-ai/gpt" and model_name("x", None) == ""
    assert parameters({"topP": 0.5, "maxTokens": 9, "temperature": "0.7", "stop": ["a"], "seed": True, "other": 1}) == {
        "top_p": 0.5, "max_tokens": 9, "stop": ["a"]}
