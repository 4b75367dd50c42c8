"""Same questions: rows of a plan that ask what another one asks, whose answers are no evidence of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping

from workbench.core.chat.templates import names_in
from workbench.core.text.formatting import counted

from .axes import TEXT_AXES
from .cases import Case
from .plan import Plan
from .results import row_name


def same_questions(plan: Plan) -> Mapping[str, str]:
    """Returns the rows that ask the same as an earlier one, by their names, with the name of the first that does.

    Rows are the same whatever else differs in them, such as an id or a label, and however their space is written: they
    are sent as one and the same question, and the model answers them alike.
    """
    names = sorted({name for axis in TEXT_AXES for text in plan.texts(axis) for name in names_in(text)})
    first: dict[object, str] = {}
    found = {}
    for row in plan.rows:
        name = row_name(row.name, row.values)
        earlier = first.setdefault(_question(plan, row, names), name)
        if earlier != name:
            found[name] = earlier
    return found


def _question(plan: Plan, row: Case, names: list[str]) -> object:
    """Returns what a row asks, which is the same for rows that ask the same: the values in the plan's texts, and what
    a case brings where the plan says nothing."""
    said = row.messages[:-1] if any(plan.texts("prompt")) else row.messages
    own = [[message.to_json() for message in said], "" if any(plan.texts("system")) else row.system,
           "" if plan.models else row.model, {**row.params, **plan.params}]
    return tuple(" ".join(row.values.get(name, "").split()) for name in names), json.dumps(own, sort_keys=True)


def repeated_words(plan: Plan) -> str:
    """Says how many rows of a plan count with another one, ``""`` for none. Equal rows are counted too."""
    names = [row_name(row.name, row.values) for row in plan.rows]
    same = same_questions(plan)
    count = len(names) - len({same.get(name, name) for name in names})
    return counted(count, "{n} row asks what another one asks, and counts as one with it.",
                   "{n} rows ask what others ask, and count as one with them.") if count else ""
