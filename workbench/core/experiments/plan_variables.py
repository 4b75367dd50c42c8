"""Variables of a plan: each that a text or a check names has a value in every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.core.chat.templates import names_in
from workbench.core.errors import BadInput

from .cases import Case
from .checks import Check
from .fields import PlanError, at, meant

Path = tuple[str | int, ...]


def check_variables(
    texts: Mapping[Path, str], checks: Sequence[Check], rows: Sequence[Case], *, are_cases: bool
) -> None:
    """Raises ``PlanError`` for a variable without a value, and for values that do not fit a check. ``texts`` are by
    their places in the plan."""
    wanted = _places(texts, checks)
    known = list(dict.fromkeys(name for row in rows for name in row.values))
    for name, path in wanted.items():
        if name not in known:
            raise PlanError(_unknown(name, known, are_cases=are_cases), path)
    filled = [(number, check) for number, check in enumerate(checks, 1) if check.variables]
    for number, row in enumerate(rows):
        with at("cases" if are_cases else "inputs", number):
            who = f"The case “{row.name}”" if are_cases else f"Input {number + 1}"
            if missing := [name for name in wanted if name not in row.values]:
                raise BadInput(f"{who} has no value for {', '.join(missing)}, which the prompt or a check needs.")
            for place, check in filled:
                try:
                    check.filled(row.values).verify()
                except BadInput as error:
                    raise BadInput(f"{who} does not fit check {place}, {check.kind}: {error}") from None


def _places(texts: Mapping[Path, str], checks: Sequence[Check]) -> dict[str, Path]:
    """Returns the place that first names each variable."""
    found: dict[str, Path] = {}
    for path, text in texts.items():
        for name in names_in(text):
            found.setdefault(name, path)
    for number, check in enumerate(checks):
        for name in check.variables:
            found.setdefault(name, ("checks", number, *check.field_of(name)))
    return found


def _unknown(name: str, known: Sequence[str], *, are_cases: bool) -> str:
    if are_cases:
        return f"The cases have no value for {name}: give it in their values." + meant(name, known)
    if not known:
        return f"There is no value for {name}: give inputs, each with a value for it."
    return f"The inputs have no value for {name}; they have {', '.join(known)}." + meant(name, known)
