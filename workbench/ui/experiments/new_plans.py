"""Plans that experiments begin with: around the settings of a chat, and the one that an empty page offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workbench.core.json_types import Json, is_number

if TYPE_CHECKING:
    from workbench.core.experiments.cases import Case
    from workbench.core.experiments.plan import Plan


def plan_around(
    title: str, model: str, settings: Mapping[str, Json], prompt: str = "", cases: Sequence[Case] = ()
) -> Plan:
    """Returns a plan that varies the temperature of a chat's settings; its own is among the values if it is a
    number."""
    from workbench.core.experiments.chat_turns import asked_again
    from workbench.core.experiments.plan import Plan

    params = asked_again(settings)
    own = params.pop("temperature", None)
    temperatures = {0, 0.5, 1.0, own} if is_number(own) else {0, 0.5, 1.0}
    return Plan(title or "Experiment", (model or "builtin/ngram",), prompt, samples=3, params=params,
                axes={"temperature": tuple(sorted(temperatures))}, cases=tuple(cases))


def first_plan() -> Plan:
    """Returns the plan that an empty page offers: it costs nothing and shows what temperature does."""
    from workbench.core.experiments.plan import Plan

    return Plan("My first experiment", ("builtin/ngram",), "The request", samples=5,
                params={"max_tokens": 30, "seed": 1}, axes={"temperature": (0, 0.5, 1.0, 1.5)})
