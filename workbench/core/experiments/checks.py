"""Checks: requirements on each answer of an experiment."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.core.chat.templates import fill
from workbench.core.errors import BadInput
from workbench.core.json_types import Json, JsonObject
from workbench.core.request.schema_check import ValidateSchema

from .fields import number_of, whole_of
from .text_measures import canonical, folded, similarity, word_count

CHECK_FIELDS: Mapping[str, tuple[str, ...]] = {
    "contains": ("text",), "not_contains": ("text",), "regex": ("pattern",), "json_schema": ("schema",),
    "max_words": ("words",), "equals": ("text",), "similarity": ("text", "at_least"),
    "judge": ("rubric", "model"),
}
"""Kind of check → its fields; all are required but ``at_least`` (0.8) and a check's own ``ignore_case``."""

_UNFILLED = ("pattern", "model")
"""Fields in which braces are not variables."""

REGEX_CHARACTERS = 20_000
"""A pattern sees at most so much of an answer: some take exponential time on long texts."""


@dataclass(frozen=True, slots=True)
class Check:
    """A requirement on each answer. String fields may hold ``{{variables}}`` of the inputs."""

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

    @property
    def texts(self) -> Sequence[str]:
        """The fields that may have variables."""
        return [value for name, value in self.fields.items() if isinstance(value, str) and name not in _UNFILLED]

    def filled(self, row: Mapping[str, str]) -> Check:
        """Returns the check with the variables of its texts filled. Raises ``BadInput`` for one that the row does not
        have."""
        return Check(self.kind, {name: fill(value, row) if isinstance(value, str) and name not in _UNFILLED else value
                                 for name, value in self.fields.items()})

    def to_json(self) -> JsonObject:
        return {"kind": self.kind, **self.fields}


def read_check(item: Any) -> Check:
    """Parses a check of a plan. Raises ``BadInput`` with what is wrong."""
    kind = str(item.get("kind")) if isinstance(item, dict) else ""
    if kind not in CHECK_FIELDS:
        raise BadInput(f"A check's kind must be one of {', '.join(CHECK_FIELDS)}; {json.dumps(kind)} is not.")
    fields = {name: value for name, value in item.items() if name != "kind"}
    missing = [name for name in CHECK_FIELDS[kind] if name not in fields and name != "at_least"]
    if missing:
        raise BadInput(f"The check {kind} needs {', '.join(missing)}.")
    if kind == "max_words" and whole_of(fields, "words", 0) < 1:
        raise BadInput("The check max_words needs a number of words from 1 on.")
    if (number_of(fields, "at_least") or 0) > 1:
        raise BadInput(f"at_least of the check {kind} must be between 0 and 1.")
    return Check(kind, fields)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``score`` is between 0 and 1, None where a check only passes or fails; ``note`` says why it failed."""

    kind: str
    passed: bool
    score: float | None = None
    note: str = ""

    def to_json(self) -> JsonObject:
        data: JsonObject = {"kind": self.kind, "passed": self.passed}
        if self.score is not None:
            data["score"] = round(self.score, 6)
        if self.note:
            data["note"] = self.note
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CheckResult:
        return cls(data["kind"], data["passed"], data.get("score"), data.get("note", ""))


def run_check(check: Check, text: str, validate: ValidateSchema) -> CheckResult:
    """Runs any check but ``judge``, which asks a model."""
    return _KINDS[check.kind](check.fields, text, validate)


def _folded(fields: Mapping[str, Json], text: str) -> tuple[str, str]:
    spelled = folded if fields.get("ignore_case") else canonical
    return spelled(str(fields["text"])), spelled(text)


def _contains(fields: Mapping[str, Json], text: str, _: ValidateSchema) -> CheckResult:
    wanted, answer = _folded(fields, text)
    found = wanted in answer
    return CheckResult("contains", found, None, "" if found else f"“{wanted}” is missing")


def _not_contains(fields: Mapping[str, Json], text: str, _: ValidateSchema) -> CheckResult:
    wanted, answer = _folded(fields, text)
    return CheckResult("not_contains", wanted not in answer, None,
                       f"“{wanted}” is there" if wanted in answer else "")


def _regex(fields: Mapping[str, Json], text: str, _: ValidateSchema) -> CheckResult:
    try:
        found = re.search(str(fields["pattern"]), text[:REGEX_CHARACTERS])
    except re.error as error:
        return CheckResult("regex", False, None, f"the pattern is wrong: {error}")
    return CheckResult("regex", found is not None, None, "" if found else "nothing matches the pattern")


def _json_schema(fields: Mapping[str, Json], text: str, validate: ValidateSchema) -> CheckResult:
    schema = fields["schema"]
    try:
        demanded = json.loads(schema) if isinstance(schema, str) else schema
        wrong = validate(json.loads(unfenced(text)), demanded)
    except (ValueError, RecursionError):
        wrong = "the answer is not JSON"
    return CheckResult("json_schema", not wrong, None, wrong)


def unfenced(text: str) -> str:
    """Returns JSON without the code fence that models put around it."""
    match = re.fullmatch(r"\s*```\w*\s*\n(.*?)\n?\s*```\s*", text, re.DOTALL)
    return match[1] if match else text


def _max_words(fields: Mapping[str, Json], text: str, _: ValidateSchema) -> CheckResult:
    count, most = word_count(text), int(str(fields["words"]))
    return CheckResult("max_words", count <= most, None, "" if count <= most else f"{count} words")


def _equals(fields: Mapping[str, Json], text: str, _: ValidateSchema) -> CheckResult:
    wanted, answer = _folded(fields, text)
    same = wanted.strip() == answer.strip()
    return CheckResult("equals", same, None, "" if same else "the answer is another")


def _similarity(fields: Mapping[str, Json], text: str, _: ValidateSchema) -> CheckResult:
    score, least = similarity(str(fields["text"]), text), float(str(fields.get("at_least", 0.8)))
    note = "" if score >= least else f"{score:.2f} is under {least:g}"
    return CheckResult("similarity", score >= least, score, note)


_KINDS = {
    "contains": _contains, "not_contains": _not_contains, "regex": _regex, "json_schema": _json_schema,
    "max_words": _max_words, "equals": _equals, "similarity": _similarity,
}

_JUDGE = (
    "You judge one answer by a rubric. Write one line of reason, then a last line with nothing but a number "
    "from 0 (fails the rubric) to 10 (meets it fully).\n\n"
    "<rubric>\n{rubric}\n</rubric>\n\n<question>\n{question}\n</question>\n\n<answer>\n{answer}\n</answer>"
)


def judge_prompt(rubric: str, question: str, answer: str) -> str:
    """Returns the prompt for the judging model."""
    return _JUDGE.replace("{rubric}", rubric).replace("{question}", question).replace("{answer}", answer)


def read_verdict(text: str, at_least: float = 0.7) -> CheckResult:
    """Parses a judge's answer: the last number on its last line, out of 10."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    found = re.findall(r"\d+(?:\.\d+)?", lines[-1]) if lines else []
    if not found:
        return CheckResult("judge", False, None, "the judge gave no number")
    score = min(float(found[0]), 10.0) / 10
    return CheckResult("judge", score >= at_least, score, lines[0][:200])
