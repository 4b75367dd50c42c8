"""Readiness of a plan: what would fail only when its first answers are paid for is refused before anything is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator

from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.ports.check_worker import CheckNotMade, CheckWorker
from workbench.core.ports.providers import Providers

from .check_kinds.structure import schema_of
from .checks import Check
from .fields import PlanError, at, meant
from .plan import Plan

Path = tuple[str | int, ...]

MOST_SCHEMAS = 200
"""So many schemas that variables make different are looked at; each takes about a millisecond."""


def check_models(plan: Plan, providers: Providers) -> None:
    """Raises ``PlanError`` for a model of the plan, of a case or of a judge that no provider has. The built-in models
    are all known; of another provider's ``near_misses`` tells."""
    for path, model in _models(plan):
        with at(*path):
            ref = providers.resolve(model)
            known = providers.known_models(ref.provider)
            if ref.provider == "builtin" and ref.model not in known:
                raise BadInput(f"There is no model {ref}. Built in are: {', '.join(known)}." + meant(ref.model, known))


def near_misses(plan: Plan, providers: Providers) -> list[str]:
    """Returns a sentence for each model that its provider's list lacks while it has one of nearly that name. Lists are
    often incomplete, so that such a model may be asked all the same."""
    found = {}
    for _, model in _models(plan):
        ref = providers.resolve(model)
        known = providers.known_models(ref.provider)
        if ref.model not in known and (near := meant(ref.model, known)):
            found[ref] = f"{ref} is not in the list of its provider's models, which may be incomplete.{near}"
    return list(found.values())


def _models(plan: Plan) -> Iterator[tuple[Path, str]]:
    yield from ((("models", number), model) for number, model in enumerate(plan.models))
    if not plan.models:
        yield from ((("cases", number, "model"), case.model) for number, case in enumerate(plan.cases))
    yield from (((*path, "model"), str(check.fields["model"])) for path, check in _checks(plan) if check.is_judge)


def check_schemas(plan: Plan, worker: CheckWorker) -> None:
    """Raises ``PlanError`` for a JSON schema of a check that no answer could be held to. Waits for the worker: for a
    worker thread."""
    seen = set[str]()
    for path, check in _checks(plan):
        if "schema" not in check.fields:
            continue
        rows = [row.values for row in plan.rows] if path[0] == "checks" and check.variables else [None]
        for row in rows:
            schema = schema_of((check if row is None else check.filled(row)).fields["schema"])
            written = json.dumps(schema, sort_keys=True)
            if written not in seen and len(seen) < MOST_SCHEMAS:
                seen.add(written)
                _check_schema(schema, (*path, "schema"), worker)


def _check_schema(schema: Json, path: Path, worker: CheckWorker) -> None:
    try:
        where, fault = worker.schema_fault(schema)
    except CheckNotMade as error:
        raise PlanError(f"The schema cannot be used: {error}.", path) from None
    if fault:
        raise PlanError(f"The schema is wrong: {fault}.", (*path, *where))


def _checks(plan: Plan) -> Iterator[tuple[Path, Check]]:
    """Yields each check with its place."""
    yield from ((("checks", number), check) for number, check in enumerate(plan.checks))
    for number, case in enumerate(plan.cases):
        yield from ((("cases", number, "checks", place), check) for place, check in enumerate(case.checks))
