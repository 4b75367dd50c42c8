"""Axes: what an experiment varies. Most are parameters; ``prompt`` and ``system`` are versions of a text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.json_types import Json, is_number
from workbench.core.request.parameters import by_name, check_all
from workbench.core.request.tool_secrets import hidden

TEXT_AXES = ("prompt", "system")


def axis_values(name: str, spec: Any) -> tuple[Json, ...]:
    """Returns the values of an axis: a list as it is, or ``{from, to, steps}`` with both ends included. Raises
    ``BadInput``."""
    if isinstance(spec, list) and spec:
        return tuple(spec)
    if not isinstance(spec, dict) or set(spec) != {"from", "to", "steps"}:
        raise BadInput(f"The axis {name} must be a list of values, or {{ from = …, to = …, steps = … }}.")
    first, last, steps = spec["from"], spec["to"], spec["steps"]
    if not all(map(is_number, (first, last, steps))):
        raise BadInput(f"The axis {name} needs numbers for from, to and steps.")
    if steps != int(steps) or not 2 <= steps <= 1000:
        raise BadInput(f"The axis {name} needs a whole number of steps between 2 and 1000.")
    values = [round(first + (last - first) * step / (int(steps) - 1), 10) for step in range(int(steps))]
    known = by_name().get(name)
    return tuple(round(value) if known is not None and known.type == "int" else value for value in values)


def check_axis(name: str, values: tuple[Json, ...]) -> None:
    """Raises ``BadInput`` for values that the axis cannot have."""
    for value in values:
        if name not in TEXT_AXES:
            check_all({name: value})
        elif not isinstance(value, str) and not _is_version(value):
            raise BadInput(f"The axis {name} needs texts, or tables with name and text.")
    names = [str(value["name"]) for value in values if isinstance(value, Mapping) and name in TEXT_AXES]
    if twice := sorted({one for one in names if names.count(one) > 1}):
        raise BadInput(f"Two versions of the axis {name} are named {', '.join(twice)}. Give each its own name.")


def check_twice(name: str, values: tuple[Json, ...]) -> None:
    """Raises ``BadInput`` for a value that the axis has twice: nothing could be compared between its cells."""
    for number, value in enumerate(values):
        if any(value == other and isinstance(value, bool) == isinstance(other, bool) for other in values[:number]):
            raise BadInput(f"The axis {name} has the value {value_text(value) or 'none'} twice. Take one out; to ask "
                           "more often, raise samples.")


def text_of(value: Json) -> str:
    """Returns the text of a version, which may have a name."""
    return str(value["text"]) if isinstance(value, Mapping) else str(value)


def label_of(value: Json) -> str:
    """Returns a value of an axis as a heading: a version by its name, short numbers, texts without quotation marks, and
    tools without their secrets."""
    if isinstance(value, Mapping) and "name" in value:
        return str(value["name"])
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(hidden({"value": value})["value"], ensure_ascii=False)


def line_of(value: Json) -> str:
    """Returns a value on one line; one of nothing but space, such as the stop sequence of a line break, as JSON."""
    label = label_of(value)
    return " ".join(label.split()) or (json.dumps(label) if label else "")


def value_text(value: Json) -> str:
    """Returns a value as a heading of at most 40 characters on one line."""
    text = line_of(value)
    return text if len(text) <= 40 else text[:39] + "…"


def heading(axis: str, value: Json) -> str:
    """Returns a value as a heading: numbers with their parameter's name, versions of a text by their own."""
    return value_text(value) if axis in TEXT_AXES and value else f"{axis} {value_text(value) or 'none'}"


def _is_version(value: Json) -> bool:
    return isinstance(value, Mapping) and set(value) == {"name", "text"} and all(
        isinstance(part, str) for part in value.values())
