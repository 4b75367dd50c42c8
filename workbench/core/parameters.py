"""The request parameters: what each is, its range, and a sentence on what it does.

A parameter is Default (absent from the request) or Custom. To add one, add a line to ``PARAMETERS``; the
panel, the command line's ``-p``, sweeps and the preview follow.

Source of names, ranges and defaults: the OpenAI chat-completions reference; the extras are those of vLLM,
llama.cpp and OpenRouter.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .errors import BadInput
from .json_types import Json

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

    def check(self, value: Json) -> Json:
        """The value as it is sent; raises ``BadInput`` with a sentence when it cannot be."""
        return _CHECKS[self.type](self, value)

    def parse(self, text: str) -> Json:
        """The value that a command line or a text field means by ``text``; raises ``BadInput``."""
        if self.type in ("choice", "text"):
            return self.check(text)
        if self.type == "strings" and not text.lstrip().startswith("["):
            return self.check([text])
        try:
            return self.check(json.loads(text))
        except ValueError:
            raise BadInput(f"{self.name} needs {_EXPECTED[self.type]}, not “{text}”.") from None


_EXPECTED = {
    "float": "a number", "int": "a whole number", "bool": "true or false", "choice": "one of its values",
    "strings": "a text or a list of texts", "text": "a text", "json": "JSON",
}


def _number(parameter: Parameter, value: Json) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
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
    return value


_CHECKS = {
    "float": _number, "int": _number, "bool": _boolean, "choice": _choice, "strings": _strings,
    "text": _text, "json": _json,
}

PARAMETERS: tuple[Parameter, ...] = (
    Parameter("temperature", "Temperature", "float", low=0, high=2, step=0.05, start=1.0,
              help="How freely the next word is chosen: 0 takes the likeliest, high values take risks."),
    Parameter("top_p", "Top P", "float", low=0, high=1, step=0.01, start=1.0,
              help="Only the likeliest words whose chances add up to this share are considered."),
    Parameter("max_tokens", "Max tokens", "int", low=1, step=1, start=4096,
              slider=(1, 131072), logarithmic=True,
              help="The answer ends after this many tokens, reasoning included on most servers."),
    Parameter("frequency_penalty", "Frequency penalty", "float", low=-2, high=2, step=0.05, start=0.0,
              help="Makes a word less likely each time it has already appeared."),
    Parameter("presence_penalty", "Presence penalty", "float", low=-2, high=2, step=0.05, start=0.0,
              help="Makes every word that has already appeared once less likely."),
    Parameter("seed", "Seed", "int", low=-(2**63), high=2**63 - 1, step=1, start=0, slider=None,
              help="The same seed and settings give the same answer where the server can promise it."),
    Parameter("stop", "Stop sequences", "strings", most=4, start=[],
              help="The answer ends before any of these texts; they are not part of it."),
    Parameter("reasoning_effort", "Reasoning effort", "choice", start="medium",
              choices=("none", "minimal", "low", "medium", "high", "xhigh", "max"),
              help="How long a reasoning model thinks before it answers."),
)


def by_name() -> Mapping[str, Parameter]:
    return {parameter.name: parameter for parameter in PARAMETERS}


def check_all(params: Mapping[str, Json]) -> dict[str, Json]:
    """All values checked; names that are no parameter of ours pass as they are (free body fields)."""
    known = by_name()
    return {name: known[name].check(value) if name in known else value for name, value in params.items()}


def parse_assignments(lines: Iterable[str]) -> dict[str, Json]:
    """``NAME=VALUE`` from a command line; an unknown name's value is JSON, or a text when it is not JSON."""
    known, params = by_name(), dict[str, Json]()
    for line in lines:
        name, equals, text = line.partition("=")
        if not equals or not name:
            raise BadInput(f"“{line}” is no parameter: write NAME=VALUE, for instance temperature=0.2.")
        if name in known:
            params[name] = known[name].parse(text)
            continue
        try:
            params[name] = json.loads(text)
        except ValueError:
            params[name] = text
    return params
