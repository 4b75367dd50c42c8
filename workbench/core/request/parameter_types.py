"""Types of request parameters: their ranges, and how values are checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from workbench.core.errors import BadInput
from workbench.core.json_types import Json, is_number

ParameterType = Literal["float", "int", "bool", "choice", "strings", "text", "json"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One request parameter under its API name.

    ``slider`` is the range that a slider covers when the true range is open or huge; ``logarithmic`` sliders
    move by factors. ``start`` is the value shown before the user sets one (the API's documented default).
    ``group`` is ``main`` or the section of the panel that holds it.
    """

    name: str
    label: str
    type: ParameterType
    help: str
    group: str = "main"
    low: float | None = None
    high: float | None = None
    step: float = 1
    start: Json = None
    slider: tuple[float, float] | None = None
    logarithmic: bool = False
    choices: tuple[str, ...] = ()
    most: int | None = None  # items, for lists
    shape: Callable[[Json], str] | None = None  # for JSON: what is wrong with a value, "" when nothing is
    example: str = ""  # for JSON: what an editor offers to start from

    @property
    def initial(self) -> Json:
        """The value that a parameter has when it is switched on."""
        return json.loads(self.example) if self.example else self.start

    def check(self, value: Json) -> Json:
        """Returns the value as it is sent. Raises ``BadInput`` with a sentence when it cannot be."""
        return _CHECKS[self.type](self, value)

    def parse(self, text: str) -> Json:
        """Returns the value of a text from a command line or a text field. Raises ``BadInput``."""
        if self.type in ("choice", "text"):
            return self.check(text)
        if self.type == "strings" and not text.lstrip().startswith("["):
            return self.check([text])
        try:
            return self.check(json.loads(text))
        except ValueError:
            if self.shape is not None and not self.shape(text):
                return self.check(text)  # a bare word is one of the values, such as auto for a tool choice
            raise BadInput(f"{self.name} needs {_EXPECTED[self.type]}, not “{text}”.") from None


_EXPECTED = {
    "float": "a number", "int": "a whole number", "bool": "true or false", "choice": "one of its values",
    "strings": "a text or a list of texts", "text": "a text", "json": "JSON",
}


def _number(parameter: Parameter, value: Json) -> Json:
    if not is_number(value):
        raise BadInput(f"{parameter.name} needs {_EXPECTED[parameter.type]}, not {json.dumps(value)}.")
    if parameter.type == "int":
        if value != int(value):
            raise BadInput(f"{parameter.name} needs a whole number, not {value:g}.")
        value = int(value)
    low, high = parameter.low, parameter.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise BadInput(f"{parameter.name} must be {_range(low, high)}; {value:g} is not.")
    return value


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"between {low:g} and {high:g}"


def _boolean(parameter: Parameter, value: Json) -> Json:
    if not isinstance(value, bool):
        raise BadInput(f"{parameter.name} needs true or false, not {json.dumps(value)}.")
    return value


def _choice(parameter: Parameter, value: Json) -> Json:
    if value not in parameter.choices:
        allowed = ", ".join(parameter.choices)
        raise BadInput(f"{parameter.name} must be one of {allowed}; {json.dumps(value)} is not.")
    return value


def _strings(parameter: Parameter, value: Json) -> Json:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) and item for item in values):
        raise BadInput(f"{parameter.name} needs a text or a list of texts, none of them empty.")
    if parameter.most is not None and len(values) > parameter.most:
        raise BadInput(f"{parameter.name} takes at most {parameter.most} texts; these are {len(values)}.")
    return list(values)


def _text(parameter: Parameter, value: Json) -> Json:
    if not isinstance(value, str):
        raise BadInput(f"{parameter.name} needs a text, not {json.dumps(value)}.")
    return value


def _json(parameter: Parameter, value: Json) -> Json:
    try:
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError):
        raise BadInput(f"{parameter.name} holds a number that JSON has no form for.") from None
    if parameter.shape is not None and (wrong := parameter.shape(value)):
        raise BadInput(f"{parameter.name} {wrong}.")
    return value


_CHECKS = {
    "float": _number, "int": _number, "bool": _boolean, "choice": _choice, "strings": _strings,
    "text": _text, "json": _json,
}
