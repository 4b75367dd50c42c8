"""Simulated tools: rules in their order, templates, another model, and what a plan may say of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.conftest import Run
from workbench.core.chat.messages import Message
from workbench.core.errors import BadInput
from workbench.core.json_types import JsonObject
from workbench.core.tools.simulated import SimulatedTool
from workbench.core.tools.tool import Outcome

WEATHER: dict[str, Any] = {
    "name": "weather", "description": "Tells the weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "rules": [{"arguments": {"city": "Oslo"}, "reply": "Snow in {{city}}."},
              {"arguments": {"city": "Atlantis"}, "error": "There is no {{city}}."},
              {"arguments": {"days": 1}, "reply": {"rain": True}}],
    "reply": "Rain in {{city}}, {{country}} {{unknown}}",
}


async def nobody(model: str, messages: Sequence[Message]) -> str:
    raise AssertionError("no model is asked")


@pytest.mark.parametrize(("arguments", "outcome"), [
    ({"city": "Oslo"}, Outcome("Snow in Oslo.")), ({"city": "Oslo", "days": 1}, Outcome("Snow in Oslo.")),
    ({"city": "Atlantis"}, Outcome("There is no Atlantis.", "error")), ({"days": 1.0}, Outcome('{"rain": true}')),
    ({"city": "Bergen"}, Outcome("Rain in Bergen, Norway {{unknown}}")),
    ({"city": "{{country}}"}, Outcome("Rain in {{country}}, Norway {{unknown}}")),
    ({"city": ["北京"]}, Outcome('Rain in ["北京"], Norway {{unknown}}')),
    ({"days": True, "city": "x"}, Outcome("Rain in x, Norway {{unknown}}")),
])
def test_rules(run: Run, arguments: JsonObject, outcome: Outcome) -> None:
    tool = SimulatedTool.from_json(WEATHER)
    assert run(tool.answer(arguments, nobody, {"country": "Norway"})) == outcome


def test_a_model_makes_up_what_no_rule_has(run: Run) -> None:
    asked: list[tuple[str, Sequence[Message]]] = []

    async def ask(model: str, messages: Sequence[Message]) -> str:
        asked.append((model, messages))
        return "Fog."

    tool = SimulatedTool.from_json({"name": "f", "description": "Tells.", "model": "a/b", "rules": [
        {"arguments": {"x": 1}, "reply": "one"}]})
    assert run(tool.answer({"x": 1}, ask)).text == "one" and not asked
    assert run(tool.answer({"x": 2}, ask)).text == "Fog."
    ((model, messages),) = asked
    assert model == "a/b" and messages[-1].text == '{"x": 2}' and '"description": "Tells."' in messages[0].text
    only_rules = SimulatedTool.from_json({"name": "f", "rules": [{"arguments": {"x": 1}, "reply": "one"}]})
    assert run(only_rules.answer({"x": 3}, nobody)).kind == "error"


def test_it_comes_back() -> None:
    for data in (WEATHER, {"name": "f", "model": "a/b"}):
        tool = SimulatedTool.from_json(data)
        assert SimulatedTool.from_json(tool.to_json()) == tool
    assert SimulatedTool.from_json(WEATHER).tool.full_name == "weather"


@pytest.mark.parametrize(("changes", "words"), [
    ({"name": "a b"}, "must be one that models can call"), ({"name": None}, "must be one"), ({"name": "x" * 65}, "64"),
    ({"parameters": []}, "must be a JSON schema of an object"), ({"parameters": {"type": "array"}}, "of an object"),
    ({"rules": {}}, "must be a list of tables"), ({"rules": [{"reply": "x", "error": "y"}]}, "either a reply or an"),
    ({"rules": [{"arguments": {}}]}, "either a reply or an error"),
    ({"rules": [{"arguments": 1, "reply": ""}]}, "must be a table of values"),
    ({"rules": [{"argument": {}, "reply": ""}]}, "A rule has no argument. Known are"),
    ({"model": "a/b"}, "has nothing to do"), ({"model": 1}, "must be a text"),
    ({"replies": 1}, "A tool has no replies"),
])
def test_what_cannot_be(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        SimulatedTool.from_json({**WEATHER, **changes})


def test_it_needs_an_answer() -> None:
    with pytest.raises(BadInput, match="needs an answer: a reply, rules, or a model"):
        SimulatedTool.from_json({"name": "f"})
