"""Simulated tools: functions that a model may call and nobody runs. They are answered by a table, by a template or by
another model, so that prompts can be tuned before there is a server, and a sweep repeats exactly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.core.chat.messages import Message, system, user
from workbench.core.chat.templates import fill, names_in
from workbench.core.errors import BadInput
from workbench.core.experiments.check_kinds.structure import same_value
from workbench.core.json_types import Json, JsonObject

from .tool import SIMULATED, Outcome, Tool
from .turn import MOST_NAME

AskModel = Callable[[str, Sequence[Message]], Awaitable[str]]
"""Returns what a model says to messages. Raises ``WorkbenchError``."""

_NAME = re.compile(rf"[a-zA-Z0-9_-]{{1,{MOST_NAME}}}")
_FIELDS = ("name", "description", "parameters", "rules", "reply", "error", "model")
_RULE_FIELDS = ("arguments", "reply", "error")


@dataclass(frozen=True, slots=True)
class Rule:
    """An answer for calls whose arguments hold all of ``arguments`` with these values. ``reply`` is a template with the
    arguments as its variables."""

    arguments: Mapping[str, Json]
    reply: str
    is_error: bool = False

    def fits(self, arguments: Mapping[str, Json]) -> bool:
        return all(name in arguments and same_value(value, arguments[name]) for name, value in self.arguments.items())

    def to_json(self) -> JsonObject:
        return {"arguments": dict(self.arguments), "error" if self.is_error else "reply": self.reply}


@dataclass(frozen=True, slots=True)
class SimulatedTool:
    """A simulated tool. Its ``rules`` are tried in order; the last one may fit all calls. Without one that fits,
    ``model`` (``provider/model``) makes the answer up, or the call is an error."""

    name: str
    description: str = ""
    parameters: Mapping[str, Json] = field(default_factory=lambda: {"type": "object", "properties": {}})
    rules: tuple[Rule, ...] = ()
    model: str = ""

    @property
    def tool(self) -> Tool:
        """What the model is told of it."""
        return Tool(SIMULATED, self.name, self.description, self.parameters)

    async def answer(self, arguments: JsonObject, ask: AskModel, values: Mapping[str, str] | None = None) -> Outcome:
        """Returns what a call with these arguments gives. ``values`` are further variables for its templates. Raises
        what ``ask`` raises."""
        rule = next((rule for rule in self.rules if rule.fits(arguments)), None)
        if rule is not None:
            return Outcome(_filled(rule.reply, arguments, values or {}), "error" if rule.is_error else "ok")
        if self.model:
            return Outcome(await ask(self.model, self._question(arguments)))
        return Outcome(f"The simulated function {self.name} has no rule for these arguments.", "error")

    def _question(self, arguments: JsonObject) -> tuple[Message, ...]:
        told = json.dumps({"name": self.name, "description": self.description, "parameters": dict(self.parameters)},
                          ensure_ascii=False)
        return (system("You play the part of a function in a test. Answer each call with what the function would "
                       f"return, and nothing else: no explanation and no code fence.\n\nThe function: {told}"),
                user(json.dumps(arguments, ensure_ascii=False, sort_keys=True)))

    def to_json(self) -> JsonObject:
        return {"name": self.name, "description": self.description, "parameters": dict(self.parameters),
                "rules": [rule.to_json() for rule in self.rules], **({"model": self.model} if self.model else {})}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SimulatedTool:
        """Returns the tool that a table describes: ``reply`` or ``error`` beside the rules is the last rule, which fits
        all calls. Raises ``BadInput``. (Any: what a file holds.)"""
        _check_fields(data, _FIELDS, "A tool")
        name = data.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise BadInput(f"name must be one that models can call: up to {MOST_NAME} of a-z, A-Z, 0-9, “_” and “-”.")
        parameters = data.get("parameters", {"type": "object", "properties": {}})
        if not isinstance(parameters, dict) or parameters.get("type", "object") != "object":
            raise BadInput("parameters must be a JSON schema of an object, such as "
                           '{ type = "object", properties = { city = { type = "string" } } }.')
        rules = data.get("rules", [])
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            raise BadInput("rules must be a list of tables, each with arguments and a reply.")
        found = [_rule(rule) for rule in rules]
        model = _text(data, "model")
        if "reply" in data or "error" in data:
            if model:
                raise BadInput("reply answers all calls that no rule fits, so that model has nothing to do: leave one "
                               "of them out.")
            found.append(_rule({name: data[name] for name in ("reply", "error") if name in data}))
        if not found and not model:
            raise BadInput("A tool needs an answer: a reply, rules, or a model that makes one up.")
        return cls(name, _text(data, "description"), parameters, tuple(found), model)


def _rule(data: Mapping[str, Any]) -> Rule:
    _check_fields(data, _RULE_FIELDS, "A rule")
    arguments = data.get("arguments", {})
    if not isinstance(arguments, dict):
        raise BadInput('arguments must be a table of values, such as { city = "Oslo" }.')
    if ("reply" in data) == ("error" in data):
        raise BadInput("A rule has either a reply or an error.")
    reply = data.get("reply", data.get("error"))
    text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
    return Rule(arguments, text, "error" in data)


def _check_fields(data: Mapping[str, Any], known: Sequence[str], what: str) -> None:
    if strange := sorted(set(data) - set(known)):
        raise BadInput(f"{what} has no {strange[0]}. Known are: {', '.join(known)}.")


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise BadInput(f"{name} must be a text.")
    return value


def _filled(text: str, arguments: Mapping[str, Json], values: Mapping[str, str]) -> str:
    """Returns a template with the arguments, and further values, filled in; what nobody gave stays as it is."""
    given = {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
             for name, value in arguments.items()}
    blank = {name: f"{{{{{name}}}}}" for name in names_in(text)}
    return fill(text, {**blank, **values, **given})
