"""Values of the parameters that a chat sets, with undo, and how a model's limits narrow them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from workbench.core.json_types import Json
from workbench.core.ports.providers import Limit
from workbench.core.request.parameters import Parameter

MOST_STEPS = 200


class Values:
    """A dictionary of set parameters with undo.

    Several changes of the same parameter in a row are one step of undo: a drag of a slider is one change.
    """

    def __init__(self) -> None:
        self.current: dict[str, Json] = {}
        self._past: list[dict[str, Json]] = []
        self._moving = ""

    def replace(self, values: Mapping[str, Json]) -> None:
        """Takes over other values, before which there is nothing to undo."""
        if dict(values) != self.current:
            self.current = dict(values)
            self._past.clear()
            self._moving = ""

    def set(self, name: str, value: Json) -> None:
        if name in self.current and self._moving == name:
            self.current = self.current | {name: value}
            if self.current == self._past[-1]:  # moved back to where it began
                self._past.pop()
                self._moving = ""
        elif self._step(self.current | {name: value}):
            self._moving = name

    def unset(self, name: str) -> None:
        self._step({key: value for key, value in self.current.items() if key != name})

    def apply(self, values: Mapping[str, Json]) -> None:
        """Sets all values in one step: a preset, other fields, or nothing."""
        self._step(dict(values))

    def can_undo(self) -> bool:
        return bool(self._past)

    def undo(self) -> None:
        self.current = self._past.pop()
        self._moving = ""

    def _step(self, values: dict[str, Json]) -> bool:
        """Returns whether anything changed."""
        self._moving = ""
        if values == self.current:
            return False
        self._past = [*self._past[1 - MOST_STEPS :], self.current]
        self.current = values
        return True


def narrowed(parameter: Parameter, limit: Limit | None) -> Parameter:
    """Returns the parameter with the range and the choices that this model has."""
    if limit is None:
        return parameter
    low = _pick(max, parameter.low, limit.low)
    high = _pick(min, parameter.high, limit.high)
    slider = parameter.slider
    if slider is not None:
        slider = (_pick(max, slider[0], limit.low) or slider[0], _pick(min, slider[1], limit.high) or slider[1])
    choices = tuple(choice for choice in limit.choices if choice in parameter.choices) or parameter.choices
    return dataclasses.replace(parameter, low=low, high=high, slider=slider, choices=choices)


def _pick(choose: Callable[[list[float]], float], mine: float | None, theirs: float | None) -> float | None:
    known = [bound for bound in (mine, theirs) if bound is not None]
    return choose(known) if known else None


def common_reason(limits: Iterable[Limit]) -> str:
    """Returns the reason for which three or more parameters are refused, to be told once; else ``""``."""
    reasons = Counter(limit.reason for limit in limits if limit.state == "refused")
    reason, times = next(iter(reasons.most_common(1)), ("", 0))
    return reason if times >= 3 else ""


def slider_range(parameter: Parameter) -> tuple[float, float] | None:
    """Returns the ends of a slider, None where the range is too wide to aim in."""
    if parameter.type not in ("float", "int"):
        return None
    if parameter.slider is not None:
        return parameter.slider
    if parameter.low is None or parameter.high is None:
        return None
    return (parameter.low, parameter.high) if (parameter.high - parameter.low) / parameter.step <= 5000 else None


def range_text(parameter: Parameter) -> str:
    """Returns the range in short: ``0 to 2``; ``""`` where it says nothing."""
    if parameter.type not in ("float", "int") or parameter.low is None:
        return ""
    if parameter.high is None or parameter.high >= 2**31:
        return f"from {parameter.low:g}" if abs(parameter.low) < 2**31 else ""
    return f"{parameter.low:g} to {parameter.high:g}"


def matches(parameter: Parameter, query: str) -> bool:
    """Returns whether every word of a search is in the parameter's name, title or description."""
    text = f"{parameter.name} {parameter.label} {parameter.help}".casefold()
    return all(word in text for word in query.casefold().split())
