"""What the user means by a model's name: an alias, ``provider/model``, or something near to one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence

from workbench.core.errors import BadInput
from workbench.core.request.models import ModelRef


def targets(alias: str) -> list[str]:
    """What an alias stands for: a ``provider/model``, and after commas others that stand in for it."""
    return [target.strip() for target in alias.split(",") if target.strip()]


def resolve(
    text: str, aliases: Mapping[str, str], providers: Sequence[str], models_of: Callable[[str], Iterable[str]]
) -> ModelRef:
    """Raises ``BadInput`` with what is near when there is no such alias or provider.

    A model that no list knows is taken as it is: lists are often incomplete.
    """
    name = text.strip()
    if name in aliases and (found := targets(aliases[name])):
        name = found[0]
    provider, slash, model = name.partition("/")
    if slash and provider in providers and model:
        return ModelRef(provider, model)
    if not slash and (owner := _only_owner(name, providers, models_of)):
        return ModelRef(owner, name)
    raise BadInput(_nothing(name, provider, bool(slash), aliases, providers, models_of))


def _only_owner(
    model: str, providers: Sequence[str], models_of: Callable[[str], Iterable[str]]
) -> str | None:
    """The provider of a model named alone, when only one has it."""
    owners = [provider for provider in providers if model in models_of(provider)]
    return owners[0] if len(owners) == 1 else None


def _nothing(
    name: str, provider: str, slash: bool, aliases: Mapping[str, str], providers: Sequence[str],
    models_of: Callable[[str], Iterable[str]],
) -> str:
    if slash:
        near = difflib.get_close_matches(provider, providers, 3, 0.6)
        known = f"Did you mean {' or '.join(near)}?" if near else (
            f"Configured are {', '.join(providers[:12])}. Add it with “workbench providers add”.")
        return f"There is no provider “{provider}”. {known}"
    whole = [f"{owner}/{model}" for owner in providers for model in models_of(owner)]
    near = difflib.get_close_matches(name, [*aliases, *providers, *whole[:5000]], 3, 0.5)
    near += [full for full in whole if name.lower() in full.lower()][: max(3 - len(near), 0)]
    known = f"Did you mean {' or '.join(dict.fromkeys(near))}?" if near else (
        "Write provider/model, for instance builtin/guide.")
    return f"There is no model or alias “{name}”. {known}"
