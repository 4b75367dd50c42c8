"""Checks: requirements on each answer of an experiment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.core.chat.templates import fill, names_in
from workbench.core.errors import BadInput
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.check_worker import CheckNotMade, CheckWorker

from .check_kinds.kind import Call, CheckKind, CheckResult, Reply
from .check_kinds.table import KINDS
from .check_kinds.transforms import read_transforms, transformed
from .fields import PlanError, at, json_of, meant, number_of

__all__ = ["KINDS", "Call", "Check", "CheckResult", "Reply", "not_made", "read_check", "run_check"]

COMMON = ("weight", "transform")
"""Fields that every check may have."""


@dataclass(frozen=True, slots=True)
class Check:
    """A requirement on each answer. String fields may hold ``{{variables}}`` of the inputs."""

    kind: str
    fields: Mapping[str, Json] = field(default_factory=dict)

    @property
    def about(self) -> CheckKind:
        return KINDS[self.kind]

    @property
    def label(self) -> str:
        """A short name for tables, such as “max 25 words”."""
        return self.about.label(self.fields)

    @property
    def is_judge(self) -> bool:
        """Whether it asks a model."""
        return self.about.requests > 0

    @property
    def weight(self) -> float | None:
        weight = self.fields.get("weight")
        return None if weight is None else float(str(weight))

    @property
    def lets_fail(self) -> bool:
        """Whether an answer that does not pass it fails."""
        return self.weight != 0 and self.about.demands

    @property
    def variables(self) -> Sequence[str]:
        """The names of the variables in its fields, each once."""
        found: dict[str, None] = {}
        for name, value in self.fields.items():
            if self._has_variables(name):
                _each_text(value, lambda text: found.update(dict.fromkeys(names_in(text))) or text)
        return tuple(found)

    def field_of(self, variable: str) -> tuple[str, ...]:
        """Returns the field that names a variable, to add to a place in the plan; none where no field does."""
        return next(((name,) for name, value in self.fields.items()
                     if variable in Check(self.kind, {name: value}).variables), ())

    def _has_variables(self, name: str) -> bool:
        one = self.about.field(name)
        return one is not None and one.has_variables

    def filled(self, row: Mapping[str, str]) -> Check:
        """Returns the check with the variables of its texts filled. Raises ``BadInput`` for one that the row does not
        have."""
        return Check(self.kind, {
            name: _each_text(value, lambda text: fill(text, row)) if self._has_variables(name) else value
            for name, value in self.fields.items()})

    def verify(self) -> None:
        """Raises ``BadInput`` for fields that cannot be used: of a wrong type, or that do not go together."""
        for one in self.about.fields:
            if one.name in self.fields:
                with at(one.name):
                    one.check(self.fields[one.name])
        if self.about.verify is not None:
            self.about.verify(self.fields)

    def to_json(self) -> JsonObject:
        return {"kind": self.kind, **self.fields}


def _each_text(value: Json, change: Callable[[str], str]) -> Json:
    """Returns a value with each text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _each_text(one, change) for name, one in value.items()}
    return value


def read_check(item: Any) -> Check:
    """Parses a check of a plan. Raises ``BadInput`` with what is wrong."""
    kind = str(item.get("kind")) if isinstance(item, dict) else ""
    if kind not in KINDS:
        raise PlanError(f"A check's kind must be one of {', '.join(KINDS)}; {json.dumps(kind)} is not."
                        + meant(kind, KINDS), ("kind",))
    fields = {name: value for name, value in item.items() if name != "kind"}
    known = [one.name for one in KINDS[kind].fields]
    for name in fields:
        if name not in (*known, *COMMON):
            with at(name):
                raise BadInput(f"The check {kind} has no field {name}; it has {', '.join([*known, *COMMON])}."
                               + meant(name, [*known, *COMMON]))
    if missing := [one.name for one in KINDS[kind].fields if one.required and one.name not in fields]:
        raise BadInput(f"The check {kind} needs {', '.join(missing)}.")
    try:
        number_of(fields, "weight")
        if "transform" in fields:
            with at("transform"):
                read_transforms(fields["transform"])
        check = Check(kind, fields)
        check.verify()
        for name, value in fields.items():
            with at(name):
                json_of(value, name)
    except BadInput as error:
        raise PlanError(f"The check {kind}: {error}", error.path if isinstance(error, PlanError) else ()) from None
    return check


def run_check(check: Check, reply: Reply, worker: CheckWorker) -> CheckResult:
    """Makes any check; one that asks a model cannot be made here. Waits for the worker: for a worker thread."""
    seen = replace(reply, text=transformed(reply.text, check.fields.get("transform")))
    try:
        verdict = check.about.make(check.fields, seen, worker)
    except CheckNotMade as error:
        return not_made(check, str(error))
    return CheckResult(check.kind, verdict.passed, verdict.score, verdict.note, verdict.expected, verdict.got,
                       check.weight)


def not_made(check: Check, reason: str) -> CheckResult:
    """Returns the result of a check that could not be made."""
    return CheckResult(check.kind, None, None, f"could not be made: {reason}", weight=check.weight)
