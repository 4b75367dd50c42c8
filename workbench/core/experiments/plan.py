"""The plan of an experiment: what is asked, of whom, with which settings, how often, and what must hold."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import BadInput
from ..json_types import Json, JsonObject
from ..parameters import by_name, check_all
from ..templates import names_in

MOST_REQUESTS = 100_000

CHECK_FIELDS: Mapping[str, tuple[str, ...]] = {
    "contains": ("text",), "not_contains": ("text",), "regex": ("pattern",), "json_schema": ("schema",),
    "max_words": ("words",), "equals": ("text",), "similarity": ("text", "at_least"),
    "judge": ("rubric", "model"),
}
"""Kind of check → its fields; all are required but ``at_least`` (0.8) and a check's own ``ignore_case``."""


@dataclass(frozen=True, slots=True)
class Check:
    """One demand on each answer. String fields may hold ``{{variables}}`` of the inputs."""

    kind: str
    fields: Mapping[str, Json] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """A short name for tables, such as “max 25 words”."""
        match self.kind:
            case "max_words":
                return f"max {self.fields['words']} words"
            case "judge":
                return f"judge: {self.fields['model']}"
            case "json_schema":
                return "JSON schema"
            case "regex":
                return f"/{self.fields['pattern']}/"
            case _:
                return f"{self.kind.replace('_', ' ')} “{str(self.fields['text'])[:24]}”"


@dataclass(frozen=True, slots=True)
class Plan:
    """``axes`` are parameter (or ``system``) → values. ``max_cost`` is in US dollars. ``inputs`` are rows of
    variables; without any there is one empty row. ``samples`` is how often each cell answers each input."""

    name: str
    models: tuple[str, ...]
    prompt: str
    system: str = ""
    samples: int = 1
    parallel: int = 4
    max_cost: float | None = None
    min_pass_rate: float = 0.0
    params: Mapping[str, Json] = field(default_factory=dict)
    axes: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    inputs: tuple[Mapping[str, str], ...] = ()
    checks: tuple[Check, ...] = ()

    def __post_init__(self) -> None:
        _check(self)

    @property
    def requests(self) -> int:
        cells = len(self.models)
        for values in self.axes.values():
            cells *= len(values)
        return cells * max(len(self.inputs), 1) * self.samples

    def to_json(self) -> JsonObject:
        return {
            "name": self.name, "models": list(self.models), "prompt": self.prompt, "system": self.system,
            "samples": self.samples, "parallel": self.parallel, "max_cost": self.max_cost,
            "min_pass_rate": self.min_pass_rate, "params": dict(self.params),
            "axes": {name: list(values) for name, values in self.axes.items()},
            "inputs": [dict(row) for row in self.inputs],
            "checks": [{"kind": check.kind, **check.fields} for check in self.checks],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """Raises ``BadInput`` with what is wrong; axes may be lists or ranges, as in a plan's file."""
        unknown = sorted(set(data) - _KEYS)
        if unknown:
            raise BadInput(f"The plan has {', '.join(unknown)}, which no plan has. Known are: "
                           f"{', '.join(sorted(_KEYS))}.")
        return cls(
            name=str(data.get("name") or "Experiment"),
            models=tuple(str(model) for model in _list(data, "models")),
            prompt=str(data.get("prompt") or ""), system=str(data.get("system") or ""),
            samples=_whole(data, "samples", 1), parallel=_whole(data, "parallel", 4),
            max_cost=_number(data, "max_cost"), min_pass_rate=_number(data, "min_pass_rate") or 0.0,
            params=dict(_table(data, "params")),
            axes={name: axis_values(name, spec) for name, spec in _table(data, "axes").items()},
            inputs=tuple({str(k): _as_text(v) for k, v in row.items()} for row in _list(data, "inputs")),
            checks=tuple(_read_check(item) for item in _list(data, "checks")),
        )


_KEYS = {"name", "models", "prompt", "system", "samples", "parallel", "max_cost", "min_pass_rate", "params",
         "axes", "inputs", "checks"}


def read_plan(path: Path) -> Plan:
    """A plan from its TOML file, which ``prompt_file`` and ``inputs_file`` are relative to.

    Raises ``BadInput`` with what is wrong.
    """
    try:
        data = tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path} is no TOML: {error}.") from None
    folder = path.parent
    if "prompt_file" in data:
        data["prompt"] = _read(folder / str(data.pop("prompt_file")))
    if "inputs_file" in data:
        data["inputs"] = [*data.get("inputs", []), *read_inputs(folder / str(data.pop("inputs_file")))]
    data.setdefault("name", path.stem)
    return Plan.from_json(data)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise BadInput(f"{path} could not be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not text in UTF-8. Save it as UTF-8 and try again.") from None


def read_inputs(path: Path) -> list[dict[str, str]]:
    """Rows of variables from a CSV file with a header, or from JSON lines. Raises ``BadInput``."""
    text = _read(path)
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        rows = []
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                rows.append(_json_row(line, number, path))
        return rows
    table = [row for row in csv.reader(io.StringIO(text)) if any(row)]
    if len(table) < 2:
        raise BadInput(f"{path} needs a line of names and at least one row below it.")
    for number, row in enumerate(table[1:], 2):
        if len(row) != len(table[0]):
            raise BadInput(f"{path}: row {number} has {len(row)} cells, but there are {len(table[0])} names.")
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def _json_row(line: str, number: int, path: Path) -> dict[str, str]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise BadInput(f"{path}: line {number} is no JSON object.")
    return {key: _as_text(value) for key, value in row.items()}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def axis_values(name: str, spec: Any) -> tuple[Json, ...]:
    """A list as it is, or ``{from, to, steps}`` with both ends included. Raises ``BadInput``."""
    if isinstance(spec, list) and spec:
        return tuple(spec)
    if not isinstance(spec, dict) or set(spec) != {"from", "to", "steps"}:
        raise BadInput(f"The axis {name} must be a list of values, or {{ from = …, to = …, steps = … }}.")
    first, last, steps = spec["from"], spec["to"], spec["steps"]
    if not all(isinstance(value, int | float) and value is not True for value in (first, last, steps)):
        raise BadInput(f"The axis {name} needs numbers for from, to and steps.")
    if steps != int(steps) or not 2 <= steps <= 1000:
        raise BadInput(f"The axis {name} needs a whole number of steps between 2 and 1000.")
    values = [round(first + (last - first) * step / (int(steps) - 1), 10) for step in range(int(steps))]
    known = by_name().get(name)
    return tuple(round(value) if known is not None and known.type == "int" else value for value in values)


def _check(plan: Plan) -> None:
    if not plan.models:
        raise BadInput("The plan names no models: models = [\"provider/model\"].")
    if not plan.prompt.strip():
        raise BadInput("The plan has no prompt: give prompt, or prompt_file.")
    if plan.samples < 1 or not 1 <= plan.parallel <= 256:
        raise BadInput("samples must be at least 1, and parallel between 1 and 256.")
    if not 0 <= plan.min_pass_rate <= 1:
        raise BadInput("min_pass_rate must be between 0 and 1.")
    if plan.requests > MOST_REQUESTS:
        raise BadInput(f"The plan asks for {plan.requests:,} requests; at most {MOST_REQUESTS:,} are run.")
    check_all(plan.params)
    for name, values in plan.axes.items():
        if name in plan.params:
            raise BadInput(f"{name} is both a fixed parameter and an axis. Take it out of one of them.")
        for value in values:
            if name == "system":
                if not isinstance(value, str):
                    raise BadInput("The axis system needs texts.")
            else:
                check_all({name: value})
    wanted = {name for text in (plan.prompt, plan.system) for name in names_in(text)}
    for number, row in enumerate(plan.inputs or ({},), 1):
        if missing := sorted(wanted - set(row)):
            raise BadInput(f"Input {number} has no value for {', '.join(missing)}, which the prompt needs.")


def _read_check(item: Any) -> Check:
    kind = str(item.get("kind")) if isinstance(item, dict) else ""
    if kind not in CHECK_FIELDS:
        raise BadInput(f"A check's kind must be one of {', '.join(CHECK_FIELDS)}; {json.dumps(kind)} is not.")
    fields = {name: value for name, value in item.items() if name != "kind"}
    missing = [name for name in CHECK_FIELDS[kind] if name not in fields and name != "at_least"]
    if missing:
        raise BadInput(f"The check {kind} needs {', '.join(missing)}.")
    return Check(kind, fields)


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise BadInput(f"{name} must be a list.")
    return value


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name, {})
    if not isinstance(value, dict):
        raise BadInput(f"{name} must be a table.")
    return value


def _number(data: Mapping[str, Any], name: str) -> float | None:
    value = data.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
        raise BadInput(f"{name} must be a number that is not negative.")
    return value


def _whole(data: Mapping[str, Any], name: str, default: int) -> int:
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"{name} must be a whole number.")
    return value
