"""What models there are and what is known of each: the provider's own list, merged with the facts."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from workbench.core.errors import ProviderError, Refused
from workbench.core.json_types import Json, JsonObject
from workbench.core.keys import origin_of
from workbench.core.models import ModelInfo, ModelRef
from workbench.core.ports import Store
from workbench.core.settings import ProviderConfig

from .endpoint import Endpoint
from .facts import fact, fact_ids
from .fetch import fetch_json
from .info_json import info_from_json, info_to_json, merged
from .listings import items_in, models_in
from .local_models import local_details

if TYPE_CHECKING:
    import httpx

LISTS, PROBES = "models:", "probe:"
"""Beginnings of the store's keys for cached lists and for what probes measured."""

_MOST_PAGES = 20


class Catalogue:
    """Model lists, in memory and kept in the store between sessions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lists: dict[str, dict[str, ModelInfo]] = {}
        self._kept: dict[str, list[Json]] = {}  # as the store has them; made into values when asked for
        self._probes: dict[str, Mapping[str, str]] = {}

    async def load(self) -> None:
        """Reads the cached lists and what was measured."""
        for key, value in (await self._store.recall_all(LISTS)).items():
            if isinstance(value, dict) and isinstance(models := value.get("models"), list):
                self._kept[key.removeprefix(LISTS)] = models
        for key, value in (await self._store.recall_all(PROBES)).items():
            if isinstance(value, dict):
                self._probes[key.removeprefix(PROBES)] = {name: str(said) for name, said in value.items()}

    def _list(self, provider: str) -> Mapping[str, ModelInfo] | None:
        if (models := self._kept.pop(provider, None)) is not None and provider not in self._lists:
            infos = (info_from_json(provider, item) for item in models if isinstance(item, dict))
            self._lists[provider] = {info.ref.model: info for info in infos}
        return self._lists.get(provider)

    def listed(self, config: ProviderConfig) -> Sequence[ModelInfo] | None:
        """The cached list and the ids typed in by the user; None when none was ever fetched."""
        known = self._list(config.id)
        if known is None:
            return None
        return [*(self.info(info.ref, config.preset) for info in known.values()),
                *(info for info in self.typed(config) if info.ref.model not in known)]

    def typed(self, config: ProviderConfig) -> Sequence[ModelInfo]:
        """The ids that the user typed in."""
        return [self.info(ModelRef(config.id, id), config.preset) for id in config.models]

    def from_facts(self, config: ProviderConfig) -> Sequence[ModelInfo]:
        """What the facts know of a provider, newest first, without what is no longer served."""
        infos = (self.info(ModelRef(config.id, id), config.preset) for id in fact_ids(config.preset)
                 if id not in config.models)
        return sorted((info for info in infos if not info.deprecated), key=lambda info: info.released,
                      reverse=True)

    def info(self, ref: ModelRef, preset_id: str) -> ModelInfo:
        """What is known now."""
        facts = fact(preset_id, ref)
        server = (self._list(ref.provider) or {}).get(ref.model)
        info = merged(server, facts) if server is not None else facts or ModelInfo(ref)
        measured = self._probes.get(str(ref))
        return dataclasses.replace(info, accepts=measured) if measured else info

    async def refresh(
        self, endpoint: Endpoint, client: httpx.AsyncClient, key: str | None
    ) -> Sequence[ModelInfo]:
        """Fetches the list. Raises ``ProviderError``; the cache stays as it was then."""
        infos = await fetch_models(endpoint, client, key)
        self._lists[endpoint.id] = {info.ref.model: info for info in infos}
        await self._store.keep(f"{LISTS}{endpoint.id}", {
            "when": int(time.time()), "models": [info_to_json(info) for info in infos]})
        return [self.info(info.ref, endpoint.preset.id) for info in infos]

    async def keep_measured(self, ref: ModelRef, accepts: Mapping[str, str]) -> None:
        """Keeps what a probe found; an empty mapping forgets it."""
        self._probes[str(ref)] = dict(accepts)
        await self._store.keep(f"{PROBES}{ref}", cast(Json, dict(accepts)) or None)


async def fetch_models(
    endpoint: Endpoint, client: httpx.AsyncClient, key: str | None
) -> list[ModelInfo]:
    """The provider's own list of chat models, with what its richer lists add."""
    listing = endpoint.preset.models
    if not listing.get("path"):
        raise Refused(f"{endpoint.name} has no list of models. Type the model's name.", "model")
    pages = await _pages(endpoint, client, key, listing)
    lists = [await asyncio.to_thread(models_in, page, endpoint.id, listing) for page in pages]
    infos = {info.ref.model: info for infos in lists for info in infos}
    extra = await _extra(endpoint, client, key, listing)
    for id, more in extra.items():
        if id in infos:
            infos[id] = merged(more, infos[id])
    details = await local_details(endpoint, client, key, list(infos))
    for id, more in details.items():
        infos[id] = merged(more, infos[id])
    return list(infos.values())


def listing_url(endpoint: Endpoint, path: str) -> str:
    """Where a list lies. A whole address in a preset holds for the preset's own host; when the user entered
    another one, it is that path there: a key never goes to a host that it was not entered for."""
    if path.startswith("http") and endpoint.origin != origin_of(endpoint.preset.base_url):
        return re.sub(r"^https?://[^/]+", endpoint.origin, path)
    return endpoint.url(path)


async def _pages(
    endpoint: Endpoint, client: httpx.AsyncClient, key: str | None, listing: Mapping[str, Any]
) -> list[Json]:
    url = listing_url(endpoint, listing["path"])
    paging = listing.get("paging")
    if not paging:
        return [await fetch_json(endpoint, client, key, url)]
    pages: list[Json] = []
    after = ""
    for _ in range(_MOST_PAGES):
        page = await fetch_json(endpoint, client, key, f"{url}?limit={paging['limit']}{after}")
        pages.append(page)
        if not isinstance(page, dict) or not page.get("has_more") or not page.get("last_id"):
            break
        after = f"&{paging['cursor']}={page['last_id']}"
    return pages


async def _extra(
    endpoint: Endpoint, client: httpx.AsyncClient, key: str | None, listing: Mapping[str, Any]
) -> dict[str, ModelInfo]:
    """Richer lists of the same host, as far as it has them; their absence is no error."""
    async def one(extra: Mapping[str, Any]) -> Iterable[ModelInfo]:
        try:
            data = await fetch_json(
                endpoint, client, key, listing_url(endpoint, extra["path"]), seconds=10.0,
                key_header=extra.get("auth_header", ""))
        except ProviderError:
            return ()
        flat: list[Json] = [_flat(item) for item in items_in(data)]
        return models_in(flat, endpoint.id, {**listing, **extra})

    wanted = [listing[name] for name in ("extra", "extra_v1") if name in listing]
    found = await asyncio.gather(*(one(extra) for extra in wanted))
    return {info.ref.model: info for infos in found for info in infos}


def _flat(item: JsonObject) -> JsonObject:
    """LiteLLM keeps what is known of a model in an object of its own, whose id is not the model's name."""
    inner = item.get("model_info")
    if not isinstance(inner, dict):
        return item
    return {**inner, **item, "id": item.get("model_name") or item.get("id")}
