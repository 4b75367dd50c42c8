"""Conditions of lessons: the names and values of the parameters that a refusal depended on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.json_types import Json

if TYPE_CHECKING:
    from workbench.core.request.requests import Request

_THINKING = ("thinking", "reasoning", "enable_thinking", "thinking_budget", "chat_template_kwargs", "output_config")


def asked_for(request: Request) -> frozenset[str]:
    """Returns the parameters that a request really uses, also as ``name=value``: one that is off is as good as none."""
    fields = {"stream": True, **request.params, **request.extra_body}
    used = {condition_name(name): value for name, value in fields.items()
            if value is not None and value is not False and value != "none"}
    return frozenset(used) | {f"{name}={condition_value(value)}" for name, value in used.items()}


def condition_value(value: Json) -> str:
    """Returns a short value as it stands in a condition; ``""`` for one that is no number and no word."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value) if isinstance(value, int | str) else ""


def condition_name(field: str) -> str:
    """Returns one name for all fields that ask a model to think."""
    return "reasoning_effort" if field in _THINKING else field
