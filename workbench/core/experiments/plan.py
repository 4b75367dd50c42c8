"""Plans of experiments: which questions go to which models, with which settings, how often, and which checks hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

from workbench.core.errors import BadInput
from workbench.core.json_types import Json, JsonObject
from workbench.core.request.parameters import by_name, check_all
from workbench.core.request.tool_secrets import hidden
from workbench.core.tools.simulated import SimulatedTool

from .axes import TEXT_AXES, axis_values, check_axis, check_twice, label_of, text_of
from .cases import Case, check_cases
from .check_kinds.judge import PAIRWISE
from .check_kinds.reply import FINISH_REASONS
from .checks import Check, read_check
from .fields import (
    PlanError,
    at,
    json_of,
    list_of,
    meant,
    number_of,
    table_of,
    tables_of,
    text_of_field,
    texts_of,
    whole_of,
)
from .gate import Gate
from .plan_variables import check_variables

MOST_REQUESTS, MOST_PARALLEL = 100_000, 256


@dataclass(frozen=True, slots=True)
class Plan:
    """``prompt`` is the question, filled with each of ``inputs`` (rows of variables; without any there is one empty
    row); or each of ``cases`` is one.

    ``axes`` are parameter (or ``prompt``, ``system``) → values. ``max_cost`` is in US dollars. ``samples`` is how often
    each cell answers each row. In a plan with cases, ``models``, ``prompt``, ``system`` and ``params`` may be empty:
    then each case is asked as it was; otherwise the plan's values are used. ``gate`` says when a run fails a build;
    ``tools`` are functions that the models may call, each answered as it says.
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
    tools: tuple[SimulatedTool, ...] = ()

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

    @property
    def is_checked(self) -> bool:
        """Whether an answer can fail: checks of weight 0 only measure."""
        return any(check.lets_fail for check in self.all_checks)

    def texts(self, axis: str) -> tuple[str, ...]:
        """Returns the versions of ``prompt`` or ``system``: the values of the axis, or the plan's own."""
        if axis in self.axes:
            return tuple(text_of(value) for value in self.axes[axis])
        return (self.prompt if axis == "prompt" else self.system,)

    def to_json(self) -> JsonObject:
        data: JsonObject = {
            "name": self.name, "models": list(self.models), "prompt": self.prompt, "system": self.system,
            "samples": self.samples, "parallel": self.parallel, "max_cost": self.max_cost,
            "min_pass_rate": self.min_pass_rate, "params": hidden(self.params),
            "axes": hidden({name: list(values) for name, values in self.axes.items()}),
            "inputs": [dict(row) for row in self.inputs],
            "checks": [check.to_json() for check in self.checks],
        }
        cases: JsonObject = {"cases": [case.to_json() for case in self.cases]} if self.cases else {}
        tools: JsonObject = {"tools": [tool.to_json() for tool in self.tools]} if self.tools else {}
        return {**data, **cases, **({"gate": self.gate.to_json()} if self.gate else {}), **tools}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """Raises ``BadInput`` with what is wrong; axes may be lists or ranges, as in a plan's file."""
        known = cls.__slots__
        for name in sorted(set(data) - set(known)):
            with at(name):
                raise BadInput(f"The plan has {name}, which no plan has. Known are: {', '.join(sorted(known))}."
                               + meant(name, known))
        samples = whole_of(data, "samples", 1)
        return cls(
            name=str(data.get("name") or "Experiment"),
            models=tuple(_models(data)),
            prompt=text_of_field(data, "prompt"), system=text_of_field(data, "system"),
            samples=samples, parallel=whole_of(data, "parallel", 4), max_cost=number_of(data, "max_cost"),
            min_pass_rate=number_of(data, "min_pass_rate") or 0.0,
            params=dict(_each(table_of(data, "params"), "params", lambda name, value: json_of(value, name))),
            axes=_each(table_of(data, "axes"), "axes", _axis),
            inputs=tuple(texts_of(row) for row in tables_of(data, "inputs")),
            checks=_all(list_of(data, "checks"), "checks", read_check),
            cases=_all(tables_of(data, "cases"), "cases", Case.from_json),
            gate=_gate(data, samples) if "gate" in data else None,
            tools=_all(tables_of(data, "tools"), "tools", SimulatedTool.from_json),
        )


T = TypeVar("T")


def _gate(data: Mapping[str, Any], samples: int) -> Gate:
    table = table_of(data, "gate")
    with at("gate"):
        return Gate.from_json(table, samples)


def _each(table: Mapping[str, Any], where: str, read: Callable[[str, Any], T]) -> dict[str, T]:
    found = {}
    for name, value in table.items():
        with at(where, name):
            found[name] = read(name, value)
    return found


def _all(items: Sequence[Any], where: str, read: Callable[[Any], T]) -> tuple[T, ...]:
    found = []
    for number, item in enumerate(items):
        with at(where, number):
            found.append(read(item))
    return tuple(found)


def _axis(name: str, spec: Any) -> tuple[Json, ...]:
    values = axis_values(name, json_of(spec, name))
    check_axis(name, values)
    return values


def _models(data: Mapping[str, Any]) -> Sequence[str]:
    models = list_of(data, "models")
    if not all(isinstance(model, str) and model.strip() for model in models):
        raise PlanError("models must be a list of texts: models = [\"provider/model\"].", ("models",))
    if twice := sorted({model for model in models if models.count(model) > 1}):
        raise PlanError(f"models names {', '.join(twice)} twice. To ask a model more often, raise samples.",
                        ("models", models.index(twice[0])))
    return models


_OWN = {"model": "models", "messages": "prompt, or cases", "prompt": "prompt", "system": "system", "n": "samples"}
"""Field of a request that parameters must not replace → the field of the plan that sets it."""


def check_names(plan: Plan) -> None:
    """Raises ``PlanError`` for names of parameters that are most likely misspelled, or that a plan sets elsewhere, for
    reasons of an end that no answer has, and for values that an axis has twice. A server may know others than we do, so
    that this is asked of plans that are written and not of those that are kept."""
    names = by_name()
    places: list[tuple[tuple[str | int, ...], str]] = [(("params", name), name) for name in plan.params]
    places += [(("axes", name), name) for name in plan.axes if name not in TEXT_AXES]
    places += [(("cases", number, "params", name), name) for number, case in enumerate(plan.cases)
               for name in case.params]
    for place, check in _checks_by_place(plan):
        own = check.fields.get("params")
        places += [((*place, "params", name), name) for name in (own if isinstance(own, Mapping) else ())]
        if check.kind == "finish_reason" and check.fields["reason"] not in FINISH_REASONS:
            reason = str(check.fields["reason"])
            raise PlanError(f"No answer ends with the reason {reason}. Known are: {', '.join(FINISH_REASONS)}."
                            + meant(reason, FINISH_REASONS), (*place, "reason"))
    _check_tools(plan)
    for path, name in places:
        with at(*path):
            if name in _OWN:
                raise BadInput(f"{name} is not a parameter: set it with {_OWN[name]}.")
            near = get_close_matches(name, names, 1, _NEAR)
            if name not in names and near:
                raise BadInput(f"There is no parameter {name}. Did you mean “{near[0]}”?")
    for name, values in plan.axes.items():
        with at("axes", name):
            check_twice(name, values)


def _check_tools(plan: Plan) -> None:
    """Raises ``PlanError`` for a check of a call where no tool is offered: no answer could pass it."""
    if plan.tools or "tools" in plan.params or "tools" in plan.axes:
        return
    for place, check in _checks_by_place(plan):
        asked = [plan.cases[int(place[1])]] if place[0] == "cases" else plan.rows
        if check.kind in ("calls", "call_order") and not any("tools" in row.params for row in asked):
            raise PlanError("No answer can call a tool, as none is offered: give the tools as [[tools]], or in the "
                            "parameter tools.",
                            place)


def _checks_by_place(plan: Plan) -> Iterator[tuple[tuple[str | int, ...], Check]]:
    for number, check in enumerate(plan.checks):
        yield ("checks", number), check
    for row, case in enumerate(plan.cases):
        for number, check in enumerate(case.checks):
            yield ("cases", row, "checks", number), check


_NEAR = 0.88
"""The likeness from which a name counts as misspelled: max_tokns is, min_tokens and repeat_penalty are names too."""


def _check(plan: Plan) -> None:
    if not plan.models and not (plan.cases and all(case.model for case in plan.cases)):
        raise PlanError("The plan names no models: models = [\"provider/model\"].", ("models",))
    if plan.cases and plan.inputs:
        raise PlanError("A plan has inputs or cases, not both: a case brings its own values.", ("inputs",))
    if plan.samples < 1:
        raise PlanError(f"samples must be at least 1, not {plan.samples}.", ("samples",))
    if not 1 <= plan.parallel <= MOST_PARALLEL:
        raise PlanError(f"parallel must be between 1 and {MOST_PARALLEL}, not {plan.parallel}.", ("parallel",))
    if not 0 <= plan.min_pass_rate <= 1:
        raise PlanError(f"min_pass_rate must be between 0 and 1, not {plan.min_pass_rate:g}.", ("min_pass_rate",))
    for name, values in plan.axes.items():
        with at("axes", name):
            check_axis(name, values)
    if not plan.cases and not all(text.strip() for text in plan.texts("prompt")):
        raise PlanError("The plan has no prompt: give prompt, or prompt_file.", ("prompt",))
    if plan.requests > MOST_REQUESTS:
        raise PlanError(f"The plan asks for {plan.requests:,} requests; at most {MOST_REQUESTS:,} are run.",
                        ("samples",))
    for name, value in plan.params.items():
        with at("params", name):
            check_all({name: value})
    for name in plan.axes:
        if name in plan.params or (name in TEXT_AXES and getattr(plan, name).strip()):
            with at("axes", name):
                raise BadInput(f"{name} is both fixed and an axis. Take it out of one of them.")
    _check_functions(plan)
    _check_pairwise(plan)
    check_cases(plan.cases)
    check_variables(_texts_by_place(plan), plan.checks, plan.rows, are_cases=bool(plan.cases))
    if plan.gate is not None:
        _check_gate(plan, plan.gate)


def _check_functions(plan: Plan) -> None:
    """Raises ``PlanError`` for simulated tools that have one name, and beside what does not go with them."""
    names = [tool.name for tool in plan.tools]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise PlanError(f"Two tools are called {name}. Give one of them another name.", ("tools", number, "name"))
    for place in ("tools", "n") if plan.tools else ():
        if place in plan.axes or place in plan.params:
            raise PlanError(f"A plan with [[tools]] cannot set {place}: leave it out.",
                            ("axes" if place in plan.axes else "params", place))


def _check_pairwise(plan: Plan) -> None:
    """Raises ``PlanError`` for comparisons of cells that there are not, or with several settings."""
    compared = [(place, check) for place, check in _checks_by_place(plan) if check.kind == PAIRWISE]
    known = {"model": list(plan.models), **{name: list(map(label_of, values)) for name, values in plan.axes.items()}}
    for place, check in compared:
        than = check.fields.get("than", {})
        if than != compared[0][1].fields.get("than", {}):
            raise PlanError("All comparisons of a plan must be with the same setting.", (*place, "than"))
        for name, value in than.items() if isinstance(than, dict) else ():
            if label_of(value) not in known.get(name, ()):
                values = ", ".join(known.get(name, ())) or f"{name} is no axis of the plan"
                raise PlanError(f"No setting has {name} {label_of(value)}: {values}." + meant(name, known),
                                (*place, "than", name))
        if max(len(values) for values in known.values()) < 2:
            raise PlanError("There is nothing to compare: name a second model, or give an axis.", place)
        if plan.gate is not None:
            raise PlanError("A gate asks some cells more often than others, which then have nothing to be compared "
                            "with. Leave out the gate, or this check.", place)


def _texts_by_place(plan: Plan) -> dict[tuple[str | int, ...], str]:
    """Returns the prompt and the system prompt, or their versions, by their places in the plan."""
    return {((axis,) if axis not in plan.axes else ("axes", axis, number)): text
            for axis in TEXT_AXES for number, text in enumerate(plan.texts(axis))}


def _check_gate(plan: Plan, gate: Gate) -> None:
    if not any(plan.all_checks):
        raise PlanError("A gate needs checks: without any, every answer passes.", ("gate",))
    if not plan.is_checked:
        raise PlanError("A gate needs a check that counts: those of weight 0 only measure, and every answer passes.",
                        ("gate",))
    if plan.min_pass_rate:
        raise PlanError("A plan has min_pass_rate or a gate, not both: the gate's bar takes its place.",
                        ("min_pass_rate",))
    most = plan.requests // plan.samples * gate.most_samples
    if most > MOST_REQUESTS:
        raise PlanError(f"The gate may come to ask for {most:,} requests; at most {MOST_REQUESTS:,} are run. "
                        "Lower its most_samples.", ("gate", "most_samples"))
