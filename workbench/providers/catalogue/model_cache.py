"""The cache of model lists and measured abilities, and what is known of a model when the facts are added."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from workbench.core.json_types import Json
from workbench.core.listeners import Listeners
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.settings import ProviderConfig
from workbench.providers.endpoints.endpoint import Endpoint

from .info_json import info_from_json, info_to_json, merge
from .model_facts import fact, fact_ids

if TYPE_CHECKING:
    import httpx

    from workbench.core.ports.store import Store

LISTS, PROBES = "models:", "probe:"
"""Beginnings of the store's keys for cached lists and for what probes measured."""


class ModelCache:
    """Model lists and measured abilities: in memory, and in the store between sessions.

    ``measured_changed`` gets each model whose measured abilities have changed.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lists: dict[str, dict[str, ModelInfo]] = {}
        self._stored_lists: dict[str, list[Json]] = {}  # as the store has them; made into values when asked for
        self._measured: dict[str, Mapping[str, str]] = {}
        self.measured_changed = Listeners[[ModelRef]]()

    async def load(self) -> None:
        """Reads the lists and the measured abilities of earlier sessions. Raises ``StoreError``."""
        for key, value in (await self._store.values(LISTS)).items():
            if isinstance(value, dict) and isinstance(models := value.get("models"), list):
                self._stored_lists[key.removeprefix(LISTS)] = models
        await self.load_measured()

    async def load_measured(self) -> None:
        """Reads measured abilities, also those that another process measured since. Raises ``StoreError``."""
        before = dict(self._measured)
        stored = {key.removeprefix(PROBES): {name: str(verdict) for name, verdict in value.items()}
                  for key, value in (await self._store.values(PROBES)).items() if isinstance(value, dict)}
        for model in before.keys() | stored.keys():
            if self._measured.get(model) is before.get(model):  # else it was measured here meanwhile
                self._set_measured(model, stored.get(model, {}))

    async def save_measured(self, ref: ModelRef, accepts: Mapping[str, str]) -> None:
        """Keeps what a probe found; an empty mapping forgets it."""
        self._set_measured(str(ref), dict(accepts))
        await self._store.set_value(f"{PROBES}{ref}", cast(Json, dict(accepts)) or None)

    def _set_measured(self, model: str, accepts: Mapping[str, str]) -> None:
        if accepts == self._measured.get(model, {}):
            return
        if accepts:
            self._measured[model] = accepts
        else:
            del self._measured[model]
        self.measured_changed.tell(ModelRef.parse(model))

    def _list(self, provider: str) -> Mapping[str, ModelInfo] | None:
        if (models := self._stored_lists.pop(provider, None)) is not None and provider not in self._lists:
            infos = (info_from_json(provider, item) for item in models if isinstance(item, dict))
            self._lists[provider] = {info.ref.model: info for info in infos}
        return self._lists.get(provider)

    def listed(self, config: ProviderConfig) -> Sequence[ModelInfo] | None:
        """Returns the cached list and the ids typed in by the user; None when none was ever fetched."""
        known = self._list(config.id)
        if known is None:
            return None
        return [*(self.info(info.ref, config.preset) for info in known.values()),
                *(info for info in self.typed(config) if info.ref.model not in known)]

    def typed(self, config: ProviderConfig) -> Sequence[ModelInfo]:
        """Returns the models whose ids the user typed in."""
        return [self.info(ModelRef(config.id, id), config.preset) for id in config.models]

    def from_facts(self, config: ProviderConfig) -> Sequence[ModelInfo]:
        """Returns what the facts know of a provider, newest first, without what is no longer served."""
        infos = (self.info(ModelRef(config.id, id), config.preset) for id in fact_ids(config.preset)
                 if id not in config.models)
        return sorted((info for info in infos if not info.deprecated), key=lambda info: info.released,
                      reverse=True)

    def info(self, ref: ModelRef, preset_id: str) -> ModelInfo:
        """Returns what is known of a model now."""
        facts = fact(preset_id, ref)
        server = (self._list(ref.provider) or {}).get(ref.model)
        info = merge(server, facts) if server is not None else facts or ModelInfo(ref)
        measured = self._measured.get(str(ref))
        return dataclasses.replace(info, accepts=measured) if measured else info

    async def refresh(
        self, endpoint: Endpoint, client: httpx.AsyncClient, key: str | None
    ) -> Sequence[ModelInfo]:
        """Fetches a list and stores it. Raises ``ProviderError``; the cache is unchanged then."""
        from .model_lists import fetch_models

        infos = await fetch_models(endpoint, client, key)
        self._lists[endpoint.id] = {info.ref.model: info for info in infos}
        await self._store.set_value(f"{LISTS}{endpoint.id}", {
            "when": int(time.time()), "models": [info_to_json(info) for info in infos]})
        return [self.info(info.ref, endpoint.preset.id) for info in infos]
