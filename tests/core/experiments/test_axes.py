"""Axes: ranges with both ends, and values as headings."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.core.errors import BadInput
from workbench.core.experiments.axes import axis_values, check_axis, heading, label_of, line_of, text_of, value_text


def test_ranges() -> None:
    assert axis_values("max_tokens", {"from": 1, "to": 100, "steps": 3}) == (1, 50, 100)
    assert axis_values("temperature", {"from": 0.1, "to": 0.3, "steps": 3}) == (0.1, 0.2, 0.3)


@pytest.mark.parametrize("spec", [
    [], "0.5", {"from": 0, "to": 1}, {"from": 0, "to": 1, "steps": 1}, {"from": 0, "to": 1, "steps": 2.5},
    {"from": 0, "to": 1, "steps": 10_000}, {"from": "a", "to": 1, "steps": 2}, {"from": 0, "to": 1, "steps": True},
])
def test_ranges_that_are_refused(spec: Any) -> None:
    with pytest.raises(BadInput, match="The axis temperature"):
        axis_values("temperature", spec)


def test_values_must_be_those_of_the_parameter_or_versions_of_a_text() -> None:
    check_axis("temperature", (0, 1.5))
    check_axis("prompt", ("a", {"name": "n", "text": "t"}))
    check_axis("own_field", ({"anything": 1},))
    with pytest.raises(BadInput, match="between 0 and 2"):
        check_axis("temperature", (3,))
    for wrong in ({"name": "n"}, {"name": "n", "text": 1}, 5):
        with pytest.raises(BadInput, match="needs texts, or tables"):
            check_axis("system", (wrong,))  # type: ignore[arg-type]


def test_headings() -> None:
    version = {"name": "Long · 3 Oct", "text": "All of it"}
    assert [label_of(value) for value in (0.30000000000000004, "END", None, ["a"], version)] == [
        "0.3", "END", "null", '["a"]', "Long · 3 Oct"]
    assert text_of(version) == "All of it" and text_of("plain") == "plain"
    assert value_text("a\nb  c") == "a b c" and value_text("x" * 50) == "x" * 39 + "…"
    assert heading("temperature", 0.5) == "temperature 0.5" and heading("prompt", version) == "Long · 3 Oct"
    assert heading("system", "") == "system none"


def test_a_value_of_space_alone_is_seen() -> None:
    assert heading("stop", "\n\n") == 'stop "\\n\\n"' and line_of(" a\nb ") == "a b" and line_of("") == ""


def test_the_label_of_a_tool_is_without_its_secret() -> None:
    docs = {"type": "mcp", "server_label": "docs", "server_url": "https://mcp.example?key=canary-1"}
    signed_in = {**docs, "authorization": "canary-2", "headers": {"X-Team": "canary-3"}}
    for value in ([signed_in], {"tools": [signed_in]}):
        assert "mcp.example" in label_of(value) and "canary" not in label_of(value)
    assert "canary" not in heading("tools", [docs])
