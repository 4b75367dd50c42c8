"""Recordings: what real tools answered in a turn, as rules of a simulated tool, so that it is the same each time."""

from __future__ import annotations

import json
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.json_types import Json, JsonObject

_RAN = ("ok", "error")


def recorded_rules(data: Any, name: str) -> list[Json]:
    """Returns the rules for a tool from what ``workbench ask --tools … --json`` printed; ``name`` is the one that the
    model called it by. Calls that did not run are no rules. Raises ``BadInput``. (Any: what a file holds.)"""
    steps = data.get("steps") if isinstance(data, dict) else None
    if not isinstance(steps, list):
        raise BadInput("The recording has no steps: it must be what “workbench ask --tools … --json” printed.")
    asked: dict[str, JsonObject] = {}
    rules: list[Json] = []
    called: set[str] = set()
    for step in steps:
        for call in _tables(step, "tool_calls"):
            called.add(str(call.get("name")))
            if call.get("name") == name and (arguments := _arguments(call.get("arguments"))) is not None:
                asked[str(call.get("id"))] = arguments
        for result in _tables(step, "results"):
            own, edited = asked.pop(str(result.get("id")), None), result.get("arguments")
            if own is not None and result.get("outcome") in _RAN:
                arguments = edited if isinstance(edited, dict) else own
                answer = "reply" if result["outcome"] == "ok" else "error"
                rule: JsonObject = {"arguments": arguments, answer: str(result.get("text") or "")}
                rules += [rule] if rule not in rules else []
    if not rules:
        others = ", ".join(sorted(called)) or "none"
        raise BadInput(f"The recording has no result of {name}. It has calls of: {others}.")
    return rules


def _tables(step: Any, name: str) -> list[JsonObject]:
    found = step.get(name) if isinstance(step, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _arguments(text: object) -> JsonObject | None:
    try:
        found = json.loads(text) if isinstance(text, str) and text else {}
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
