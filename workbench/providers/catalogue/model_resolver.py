"""Names of models as users write them: an alias, ``provider/model``, or a model that only one provider has."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from workbench.core.errors import BadInput, UnknownModel
from workbench.core.request.models import ModelRef
from workbench.providers.endpoints.configured import ConfiguredProviders
from workbench.providers.endpoints.environment import environment_config, environment_model
from workbench.providers.endpoints.presets import presets

from .catalogue import Catalogue

if TYPE_CHECKING:
    from workbench.core.ports.settings_file import SettingsFile

DEFAULT_MODEL = "builtin/guide"


class ModelResolver:
    """Resolves names by the aliases of the settings, the configured providers and the catalogue."""

    def __init__(
        self, settings: SettingsFile, environ: Mapping[str, str], configured: ConfiguredProviders,
        catalogue: Catalogue,
    ) -> None:
        self._settings, self._environ = settings, environ
        self._configured, self._catalogue = configured, catalogue

    def resolve(self, text: str) -> ModelRef:
        """Returns the model that ``text`` names. Raises ``UnknownModel`` with similar names when there is none."""
        configured = list(self._configured.names())
        try:
            return resolve(text, self._settings.value.aliases, configured, self._catalogue.known_ids)
        except BadInput:
            provider = text.partition("/")[0].strip()
            if provider not in configured and (preset := presets().get(provider)) is not None and preset.base_url:
                return ModelRef.parse(text)
            raise

    def default_model(self) -> str:
        """Returns the model of a new chat: the user's choice, else the environment's, else ``DEFAULT_MODEL``.

        Where the environment names a provider and no model, it is the first of that provider's list.
        """
        if chosen := self._settings.value.default_model:
            return chosen
        found = environment_config(self._environ)
        if found is None or not self._environ.get("LLM_PROVIDER", "").strip():
            return DEFAULT_MODEL
        models = [environment_model(self._environ), *self._catalogue.known_ids(found.id)]
        model = next(filter(None, models), "")
        return str(ModelRef(found.id, model)) if model else DEFAULT_MODEL


def alias_targets(alias: str) -> list[str]:
    """Returns what an alias stands for: a ``provider/model``, and after commas others that stand in for it."""
    return [target.strip() for target in alias.split(",") if target.strip()]


def resolve(
    text: str, aliases: Mapping[str, str], providers: Sequence[str], models_of: Callable[[str], Iterable[str]]
) -> ModelRef:
    """Returns the model that ``text`` names; a model that no list knows is accepted, as lists are often incomplete.

    Raises ``UnknownModel`` with similar names when there is no such alias or provider.
    """
    name = text.strip()
    if name in aliases and (found := alias_targets(aliases[name])):
        name = found[0]
    provider, slash, model = name.partition("/")
    if slash and provider in providers and model:
        return ModelRef(provider, model)
    if not slash and (owner := _only_owner(name, providers, models_of)):
        return ModelRef(owner, name)
    raise UnknownModel(_not_found(name, provider, bool(slash), aliases, providers, models_of))


def _only_owner(
    model: str, providers: Sequence[str], models_of: Callable[[str], Iterable[str]]
) -> str | None:
    """Returns the provider of a model named alone, when only one has it."""
    owners = [provider for provider in providers if model in models_of(provider)]
    return owners[0] if len(owners) == 1 else None


def _not_found(
    name: str, provider: str, slash: bool, aliases: Mapping[str, str], providers: Sequence[str],
    models_of: Callable[[str], Iterable[str]],
) -> str:
    if slash:
        near = difflib.get_close_matches(provider, providers, 3, 0.6)
        known = f"Did you mean {' or '.join(near)}?" if near else (
            f"Configured are {', '.join(providers)}. Add it with “workbench providers add”.")
        return f"There is no provider “{provider}”. {known}"
    whole = [f"{owner}/{model}" for owner in providers for model in models_of(owner)]
    near = difflib.get_close_matches(name, [*aliases, *providers, *whole[:5000]], 3, 0.5)
    near += [full for full in whole if name.lower() in full.lower()][: max(3 - len(near), 0)]
    known = f"Did you mean {' or '.join(dict.fromkeys(near))}?" if near else (
        "Write provider/model, for instance builtin/guide.")
    return f"There is no model or alias “{name}”. {known}"
