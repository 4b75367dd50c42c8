"""Plans of experiments: which questions go to which models, with which settings, how often, and which checks hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.core.chat.templates import names_in
from workbench.core.errors import BadInput
from workbench.core.json_types import Json, JsonObject
from workbench.core.request.parameters import check_all

from .axes import TEXT_AXES, axis_values, check_axis, text_of
from .cases import Case, check_cases
from .checks import Check, read_check
from .fields import list_of, number_of, table_of, tables_of, texts_of, whole_of
from .gate import Gate

MOST_REQUESTS = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """``prompt`` is the question, filled with each of ``inputs`` (rows of variables; without any there is one empty
    row); or each of ``cases`` is one.

    ``axes`` are parameter (or ``prompt``, ``system``) → values. ``max_cost`` is in US dollars. ``samples`` is how often
    each cell answers each row. In a plan with cases, ``models``, ``prompt``, ``system`` and ``params`` may be empty:
    then each case is asked as it was; otherwise the plan's values are used. ``gate`` says when a run fails a build.
    """

    name: str
    models: tuple[str, ...]
    prompt: str = ""
    system: str = ""
    samples: int = 1
    parallel: int = 4
    max_cost: float | None = None
    min_pass_rate: float = 0.0
    params: Mapping[str, Json] = field(default_factory=dict)
    axes: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    inputs: tuple[Mapping[str, str], ...] = ()
    checks: tuple[Check, ...] = ()
    cases: tuple[Case, ...] = ()
    gate: Gate | None = None

    def __post_init__(self) -> None:
        _check(self)

    @property
    def rows(self) -> Sequence[Case]:
        """The questions that each combination of settings is asked: the cases, or the inputs as such."""
        return self.cases or tuple(Case("", values=row) for row in self.inputs or ({},))

    @property
    def asked_models(self) -> Sequence[str]:
        """The models of the plan, or those of its cases; each once."""
        return self.models or tuple(dict.fromkeys(case.model for case in self.cases))

    @property
    def requests(self) -> int:
        count = max(len(self.models), 1) * len(self.rows) * self.samples
        for values in self.axes.values():
            count *= len(values)
        return count

    @property
    def all_checks(self) -> Iterator[Check]:
        """The checks of the plan and of its cases."""
        yield from self.checks
        for case in self.cases:
            yield from case.checks

    def texts(self, axis: str) -> tuple[str, ...]:
        """Returns the versions of ``prompt`` or ``system``: the values of the axis, or the plan's own."""
        if axis in self.axes:
            return tuple(text_of(value) for value in self.axes[axis])
        return (self.prompt if axis == "prompt" else self.system,)

    def to_json(self) -> JsonObject:
        data: JsonObject = {
            "name": self.name, "models": list(self.models), "prompt": self.prompt, "system": self.system,
            "samples": self.samples, "parallel": self.parallel, "max_cost": self.max_cost,
            "min_pass_rate": self.min_pass_rate, "params": dict(self.params),
            "axes": {name: list(values) for name, values in self.axes.items()},
            "inputs": [dict(row) for row in self.inputs],
            "checks": [check.to_json() for check in self.checks],
        }
        cases: JsonObject = {"cases": [case.to_json() for case in self.cases]} if self.cases else {}
        return {**data, **cases, **({"gate": self.gate.to_json()} if self.gate else {})}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """Raises ``BadInput`` with what is wrong; axes may be lists or ranges, as in a plan's file."""
        known = cls.__slots__
        unknown = sorted(set(data) - set(known))
        if unknown:
            raise BadInput(f"The plan has {', '.join(unknown)}, which no plan has. Known are: "
                           f"{', '.join(sorted(known))}.")
        samples = whole_of(data, "samples", 1)
        return cls(
            name=str(data.get("name") or "Experiment"),
            models=tuple(str(model) for model in list_of(data, "models")),
            prompt=str(data.get("prompt") or ""), system=str(data.get("system") or ""),
            samples=samples, parallel=whole_of(data, "parallel", 4),
            max_cost=number_of(data, "max_cost"), min_pass_rate=number_of(data, "min_pass_rate") or 0.0,
            params=dict(table_of(data, "params")),
            axes={name: axis_values(name, spec) for name, spec in table_of(data, "axes").items()},
            inputs=tuple(texts_of(row) for row in tables_of(data, "inputs")),
            checks=tuple(read_check(item) for item in list_of(data, "checks")),
            cases=tuple(Case.from_json(item) for item in tables_of(data, "cases")),
            gate=Gate.from_json(table_of(data, "gate"), samples) if "gate" in data else None,
        )


def _check(plan: Plan) -> None:
    if not plan.models and not (plan.cases and all(case.model for case in plan.cases)):
        raise BadInput("The plan names no models: models = [\"provider/model\"].")
    if not plan.cases and not all(text.strip() for text in plan.texts("prompt")):
        raise BadInput("The plan has no prompt: give prompt, or prompt_file.")
    if plan.cases and plan.inputs:
        raise BadInput("A plan has inputs or cases, not both: a case brings its own values.")
    if plan.samples < 1 or not 1 <= plan.parallel <= 256:
        raise BadInput("samples must be at least 1, and parallel between 1 and 256.")
    if not 0 <= plan.min_pass_rate <= 1:
        raise BadInput("min_pass_rate must be between 0 and 1.")
    if plan.requests > MOST_REQUESTS:
        raise BadInput(f"The plan asks for {plan.requests:,} requests; at most {MOST_REQUESTS:,} are run.")
    check_all(plan.params)
    for name, values in plan.axes.items():
        if name in plan.params or (name in TEXT_AXES and getattr(plan, name).strip()):
            raise BadInput(f"{name} is both fixed and an axis. Take it out of one of them.")
        check_axis(name, values)
    check_cases(plan.cases)
    _check_variables(plan)
    if plan.gate is not None:
        _check_gate(plan, plan.gate)


def _check_gate(plan: Plan, gate: Gate) -> None:
    if not any(plan.all_checks):
        raise BadInput("A gate needs checks: without any, every answer passes.")
    if plan.min_pass_rate:
        raise BadInput("A plan has min_pass_rate or a gate, not both: the gate's bar takes its place.")
    most = plan.requests // plan.samples * gate.most_samples
    if most > MOST_REQUESTS:
        raise BadInput(f"The gate may come to ask for {most:,} requests; at most {MOST_REQUESTS:,} are run. "
                       "Lower its most_samples.")


def _check_variables(plan: Plan) -> None:
    texts = [*plan.texts("prompt"), *plan.texts("system")]
    filled = [check for check in plan.checks if check.variables]
    wanted = {name for text in texts for name in names_in(text)}.union(*(check.variables for check in filled))
    for number, row in enumerate(plan.rows, 1):
        who = f"The case “{row.name}”" if plan.cases else f"Input {number}"
        if missing := sorted(wanted - set(row.values)):
            raise BadInput(f"{who} has no value for {', '.join(missing)}, which the prompt or a check needs.")
        for check in filled:
            try:
                check.filled(row.values).verify()
            except BadInput as error:
                raise BadInput(f"{who} does not fit the check {check.kind}: {error}") from None
