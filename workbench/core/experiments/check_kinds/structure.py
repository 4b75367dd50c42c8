"""Checks on the JSON in an answer: its schema, or a value at a path."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from workbench.core.experiments.fields import PlanError
from workbench.core.json_types import Json

from .kind import CheckField, CheckKind, CheckWorker, Fields, Reply, Verdict, first_words
from .transforms import json_text

_STEP = re.compile(r"""\.([^\W\d][\w-]*)|\[\s*(-?\d+)\s*\]|\[\s*(?:"([^"]*)"|'([^']*)')\s*\]""")


def parse_path(path: str) -> Sequence[str | int]:
    """Returns the steps of a path such as ``$.items[0].name``: a singular query of RFC 9535 (section 2.3.5.1), with or
    without the ``$``. Raises ``BadInput``."""
    rest = path.strip().removeprefix("$")
    rest = rest if rest[:1] in ("", ".", "[") else f".{rest}"
    steps: list[str | int] = []
    while rest:
        match = _STEP.match(rest)
        if match is None:
            raise PlanError(f"path must be like $.items[0].name; “{path}” is not.", ("path",))
        name, index, double, single = match.groups()
        steps.append(int(index) if index is not None else next(x for x in (name, double, single) if x is not None))
        rest = rest[match.end():]
    return steps


_NOTHING = object()


def value_at(data: Json, steps: Sequence[str | int]) -> object:
    """Returns the value at a path, ``NOTHING`` when there is none."""
    found: object = data
    for step in steps:
        if isinstance(found, dict) and isinstance(step, str):
            found = found.get(step, _NOTHING)
        elif isinstance(found, list) and isinstance(step, int) and -len(found) <= step < len(found):
            found = found[step]
        else:
            return _NOTHING
    return found


def same_value(wanted: Json, found: object) -> bool:
    """Returns whether two JSON values are equal. A text also equals what it is written as: a variable of the inputs is
    always a text."""
    if isinstance(wanted, str) and not isinstance(found, str):
        try:
            return json.dumps(json.loads(wanted), sort_keys=True) == json.dumps(found, sort_keys=True)
        except ValueError:
            return False
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(same_value, wanted, found))
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(same_value(wanted[name], found[name]) for name in wanted)
    return wanted == found



def schema_of(value: Json) -> Json:
    """Returns a schema that may be written as a text."""
    return json.loads(value) if isinstance(value, str) else value


def verify_schema(value: Json) -> None:
    """Raises ``PlanError`` for what cannot be a JSON schema; what is wrong within it, ``check_schemas`` finds."""
    try:
        fine = isinstance(schema_of(value), dict | bool)
    except (ValueError, RecursionError) as error:
        raise PlanError(f"schema is not JSON: {error}.", ("schema",)) from None
    if not fine:
        raise PlanError("schema must be a JSON object.", ("schema",))


def _json_schema(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    try:
        answer = json.loads(json_text(reply.text))
    except (ValueError, RecursionError):
        return Verdict(False, "the answer is not JSON")
    wrong = worker.validate(answer, schema_of(fields["schema"]))
    return Verdict(not wrong, wrong)


def _json_path(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    path = str(fields["path"])
    try:
        answer = json.loads(json_text(reply.text))
    except (ValueError, RecursionError):
        return Verdict(False, "the answer is not JSON")
    found = value_at(answer, parse_path(path))
    if found is _NOTHING:
        return Verdict(False, f"there is nothing at {path}")
    if "value" not in fields or same_value(fields["value"], found):
        return Verdict(True)
    return Verdict(False, f"{path} is {json.dumps(found, ensure_ascii=False)[:100]}")


def _path_label(fields: Fields) -> str:
    if "value" not in fields:
        return f"has {first_words(fields['path'], 40)}"
    return f"{first_words(fields['path'], 40)} = {first_words(json.dumps(fields['value'], ensure_ascii=False))}"


KINDS = (
    CheckKind("json_schema", "Fits the JSON schema", "is JSON that fits the schema",
              (CheckField("schema", "Schema", "json", hint='{"type": "object"}'),), lambda fields: "JSON schema",
              _json_schema, lambda fields: verify_schema(fields["schema"])),
    CheckKind("json_path", "Has at a JSON path", "is JSON with something at the path (`$.items[0].name`) and, if "
              "`value` is given, with that value",
              (CheckField("path", "Path", "pattern", hint="$.items[0].name"),
               CheckField("value", "Value", "json", required=False, hint='"Paris", 3, or "{{city}}"')),
              _path_label, _json_path, lambda fields: _verify_path(fields)),
)


def _verify_path(fields: Fields) -> None:
    parse_path(str(fields["path"]))
