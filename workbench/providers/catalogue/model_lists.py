"""Fetched lists of models: their pages, and what richer lists of the same host add."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

from workbench.core.api_keys import origin_of
from workbench.core.errors import ProviderError, Refused
from workbench.core.json_types import Json, JsonObject
from workbench.core.request.models import ModelInfo
from workbench.providers.endpoints.endpoint import Endpoint
from workbench.providers.http.fetch import fetch_json
from workbench.providers.wire.error_bodies import error_in_answer

from .info_json import merge
from .listings import MOST_MODELS, items_in, models_in
from .local_models import local_details

if TYPE_CHECKING:
    import httpx

NO_LIST = (404, 405, 501)
"""Statuses of a server that has no list of models, although it may chat."""


async def fetch_models(
    endpoint: Endpoint, client: httpx.AsyncClient, key: str | None
) -> list[ModelInfo]:
    """Returns a provider's own list of chat models, with what its richer lists add. Raises ``ProviderError``."""
    listing = endpoint.preset.models
    if not listing.get("path"):
        raise Refused(f"{endpoint.name} has no list of models. Type the model's name.", "model")
    try:
        pages = await _pages(endpoint, client, key, listing)
    except Refused as error:
        if error.status not in NO_LIST:
            raise
        raise Refused(f"{endpoint.name} has no list of models ({error.status}). Type the model's name, or check the "
                      "base URL.", "model", error.status, error.body) from error
    for page in pages:
        if isinstance(page, dict) and next(items_in(page), None) is None:
            told = error_in_answer(page, endpoint.name)
            if told is not None:
                raise told
    lists = [await asyncio.to_thread(models_in, page, endpoint.id, listing) for page in pages]
    infos = {info.ref.model: info for infos in lists for info in infos}
    extra = await _extra(endpoint, client, key, listing)
    for id, more in extra.items():
        if id in infos:
            infos[id] = merge(more, infos[id])
    details = await local_details(endpoint, client, key, list(infos))
    for id, more in details.items():
        infos[id] = merge(more, infos[id])
    return list(infos.values())


def listing_url(endpoint: Endpoint, path: str) -> str:
    """Returns where a list is.

    A whole address in a preset holds for the preset's own host. When the user entered another host, it is that path
    there: a key never goes to a host that it was not entered for.
    """
    if path.startswith("http") and endpoint.origin != origin_of(endpoint.preset.base_url):
        return re.sub(r"^https?://[^/]+", endpoint.origin, path)
    return endpoint.url(path)


async def _pages(
    endpoint: Endpoint, client: httpx.AsyncClient, key: str | None, listing: Mapping[str, Any]
) -> list[Json]:
    url = listing_url(endpoint, listing["path"])
    paging = listing.get("paging")
    pages: list[Json] = []
    address: str | None = f"{url}?limit={paging['limit']}" if paging else url
    count = 0
    while address is not None and count < MOST_MODELS:
        page = await fetch_json(endpoint, client, key, address)
        if pages and page in (pages[0], pages[-1]):  # a server that knows no pages answers the same again
            break
        pages.append(page)
        count += max(sum(1 for _ in items_in(page)), 1)
        address = _next_page(page, url, endpoint.origin, paging or {})
    return pages


def _next_page(page: Json, url: str, origin: str, paging: Mapping[str, Any]) -> str | None:
    """Returns where the next page of a list is, None behind the last one.

    It is told by the id of the last entry, by a token, or by an address, which must be of the same server.
    """
    if not isinstance(page, dict):
        return None
    if page.get("has_more") and (last := page.get("last_id") or _last_id(page)):
        limit = [("limit", paging["limit"])] if paging else []
        return f"{url}?{urlencode([*limit, (paging.get('cursor', 'after'), last)])}"
    for name, parameter in _TOKENS.items():
        if token := page.get(name):
            return f"{url}?{urlencode([(parameter, token)])}"
    links = page.get("links")
    link = page.get("next") or page.get("next_page") or (links.get("next") if isinstance(links, dict) else None)
    if not isinstance(link, str) or not link.startswith(("/", "?", "http")):
        return None
    found = urljoin(url, link)
    return found if origin_of(found) == origin else None


_TOKENS = {"nextPageToken": "pageToken", "next_page_token": "page_token", "next_cursor": "cursor"}
"""Fields that name the next page, with the parameters that ask for it."""


def _last_id(page: JsonObject) -> str:
    return next((id for item in reversed(list(items_in(page))) if isinstance(id := item.get("id"), str)), "")


async def _extra(
    endpoint: Endpoint, client: httpx.AsyncClient, key: str | None, listing: Mapping[str, Any]
) -> dict[str, ModelInfo]:
    """Fetches richer lists of the same host, as far as it has them."""
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
    """Returns a LiteLLM entry with the facts of its ``model_info``, whose id is not the model's name."""
    inner = item.get("model_info")
    if not isinstance(inner, dict):
        return item
    return {**inner, **item, "id": item.get("model_name") or item.get("id")}
