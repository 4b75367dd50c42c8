"""A kind of check: its fields, its words, and the function that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.core.errors import BadInput
from workbench.core.json_types import Json, JsonObject, is_number
from workbench.core.ports.check_worker import CheckNotMade, CheckWorker
from workbench.core.text.numbers import number_of

Fields = Mapping[str, Json]

FieldType = Literal["text", "texts", "pattern", "code", "model", "number", "value", "whole", "json", "choice", "bool",
                    "params"]


@dataclass(frozen=True, slots=True)
class CheckField:
    """A field of a check. Texts in it may hold ``{{variables}}`` of the inputs, except patterns, code and models.

    ``default`` holds where nothing is given; ``low`` and ``high`` are the range of a number. A ``value`` is a number
    that may come from a variable.
    """

    name: str
    title: str
    type: FieldType = "text"
    required: bool = True
    default: Json = None
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    hint: str = ""

    @property
    def has_variables(self) -> bool:
        return self.type in ("text", "texts", "json", "value")

    def check(self, value: Json) -> None:
        """Raises ``BadInput`` for a value that the field cannot have."""
        match self.type:
            case "text" | "pattern" | "code" | "model":
                _demand(isinstance(value, str) and bool(value.strip()), f"{self.name} must be a text")
            case "texts":
                texts = isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value)
                _demand(texts, f"{self.name} must be a list of texts")
            case "number":
                _demand(is_number(value) and self._is_within(value), f"{self.name} must be {self._range()}")
            case "value":
                with_variables = isinstance(value, str) and "{{" in value
                _demand(with_variables or number_in(value) is not None, f"{self.name} must be a number")
            case "whole":
                whole = isinstance(value, int) and not isinstance(value, bool)
                _demand(whole and self._is_within(value), f"{self.name} must be a whole {self._range()[2:]}")
            case "bool":
                _demand(isinstance(value, bool), f"{self.name} must be true or false, without quotation marks")
            case "choice":
                _demand(value in self.choices, f"{self.name} must be one of {', '.join(self.choices)}")
            case "params":
                _demand(isinstance(value, dict), f"{self.name} must be a table of parameters")
            case "json":
                pass

    def _is_within(self, value: Any) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def _range(self) -> str:
        if self.low is not None and self.high is not None:
            return f"a number between {self.low:g} and {self.high:g}"
        return "a number" if self.low is None else f"a number from {self.low:g} on"


def _demand(fine: bool, demand: str) -> None:
    if not fine:
        raise BadInput(f"{demand}.")


def number_in(value: Json) -> float | int | None:
    """Returns a number, also one that is written as a text; None for anything else."""
    if isinstance(value, str):
        value = number_of(value)
    return value if is_number(value) else None


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call of a reply. ``arguments`` is the JSON text as it came."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a check sees of a reply: ``cost`` is in US dollars and times are in seconds, None where not known;
    ``values`` are the variables of its row."""

    text: str
    finish_reason: str = ""
    calls: tuple[Call, ...] = ()
    cost: float | None = None
    first_token: float | None = None
    total: float | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``passed`` is None for a check that could not be made. ``score`` is between 0 and 1, None where a check only
    passes or fails; ``note`` says why it failed. ``expected`` and ``got`` are the classes of a classification, ``""``
    for an answer that is none of them. ``weight`` is how much the check counts in the score, None where the plan does
    not say."""

    kind: str
    passed: bool | None
    score: float | None = None
    note: str = ""
    expected: str = ""
    got: str = ""
    weight: float | None = None

    @property
    def lets_pass(self) -> bool | None:
        """Whether the answer may pass as far as this check goes: one of weight 0 only measures."""
        return True if self.weight == 0 else self.passed

    def to_json(self) -> JsonObject:
        data: JsonObject = {"kind": self.kind, "passed": self.passed}
        if self.score is not None:
            data["score"] = round(self.score, 6)
        if self.weight is not None:
            data["weight"] = self.weight
        data.update({name: text for name, text in (("note", self.note), ("expected", self.expected),
                                                   ("got", self.got)) if text})
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CheckResult:
        return cls(data["kind"], data["passed"], data.get("score"), data.get("note", ""), data.get("expected", ""),
                   data.get("got", ""), data.get("weight"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the function of a kind finds: see ``CheckResult``."""

    passed: bool
    note: str = ""
    score: float | None = None
    expected: str = ""
    got: str = ""


Make = Callable[[Fields, Reply, CheckWorker], Verdict]
"""Makes a check on a reply. Waits for the worker: for a worker thread. Raises ``CheckNotMade``."""


def _is_asked(fields: Fields, reply: Reply, worker: CheckWorker) -> Verdict:
    raise CheckNotMade("a model must be asked")


@dataclass(frozen=True, slots=True)
class CheckKind:
    """A kind of check. ``passes`` ends the sentence “Passes when the answer …”; ``label`` names a check in tables;
    ``verify`` raises ``BadInput`` for fields that do not go together. A judge asks a model so many ``requests`` instead
    of being made here, whose answers have about so many ``verdict_tokens``. One without ``demands`` only measures."""

    name: str
    title: str
    passes: str
    fields: tuple[CheckField, ...]
    label: Callable[[Fields], str]
    make: Make = _is_asked
    verify: Callable[[Fields], None] | None = None
    requests: int = 0
    verdict_tokens: int = 60
    demands: bool = True

    def field(self, name: str) -> CheckField | None:
        return next((one for one in self.fields if one.name == name), None)


def first_words(text: Json, most: int = 24) -> str:
    """Returns the beginning of a text on one line, for a label."""
    line = " ".join(str(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


IGNORE_CASE = CheckField("ignore_case", "Ignore case", "bool", required=False, default=False)

__all__ = ["IGNORE_CASE", "Call", "CheckField", "CheckKind", "CheckNotMade", "CheckResult", "CheckWorker", "Fields",
           "Make", "Reply", "Verdict", "first_words", "number_in"]
