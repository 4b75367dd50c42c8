"""Plans as TOML files, which the command line runs."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping

from workbench.core.experiments.plan import Plan
from workbench.core.json_types import Json

_TABLES = ("params", "axes", "gate")
_LISTS = ("inputs", "cases", "checks")


def plan_toml(plan: Plan) -> str:
    """Returns TOML that ``read_plan`` reads back as an equal plan: single values first, then the tables."""
    data = {name: value for name, value in plan.to_json().items() if value not in (None, "", [], {})}
    lines = list(_pairs({name: value for name, value in data.items() if name not in (*_TABLES, *_LISTS)}))
    for name in _TABLES:
        if isinstance(table := data.get(name), Mapping):
            lines += ["", f"[{name}]", *_pairs(table)]
    for name in _LISTS:
        items = data.get(name)
        for item in items if isinstance(items, list) else ():
            if isinstance(item, Mapping):
                lines += ["", f"[[{name}]]", *_pairs(item)]
    return "\n".join([*lines, ""])


def _pairs(table: Mapping[str, Json]) -> Iterable[str]:
    return (f"{_key(name)} = {_value(value)}" for name, value in table.items() if value is not None)


def _value(value: Json) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value)
        case float() if not math.isfinite(value):
            return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
        case list():
            items = [_value(item) for item in value if item is not None]
            one = f"[{', '.join(items)}]"
            return one if len(one) < 100 else "[\n" + "".join(f"    {item},\n" for item in items) + "]"
        case Mapping():
            return "{ " + ", ".join(_pairs(value)) + " }" if value else "{}"
        case _:
            return repr(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _string(name)


def _string(text: str) -> str:
    """Returns a basic string: JSON's escapes are TOML's, except for lone halves of surrogate pairs, which TOML cannot
    hold."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
