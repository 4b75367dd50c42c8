"""Details of local models that their servers tell only when asked: the real context, whether they see images."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workbench.core.errors import ProviderError
from workbench.core.json_types import Json
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.providers.endpoints.endpoint import Endpoint
from workbench.providers.http.fetch import fetch_json

if TYPE_CHECKING:
    import httpx

_MOST_ASKED = 50
_SECONDS = 5.0


async def local_details(
    endpoint: Endpoint, client: httpx.AsyncClient, key: str | None, ids: Sequence[str]
) -> Mapping[str, ModelInfo]:
    """Returns infos by model id; none for hosts without such an address, or while it does not answer."""
    detail, props = endpoint.preset.models.get("detail"), endpoint.preset.props
    if detail:
        url = at_origin(endpoint, detail["path"])
        found = await asyncio.gather(*(
            _fetch_or_none(endpoint, client, key, url, {detail["body"]: id}) for id in ids[:_MOST_ASKED]))
        return {id: ollama_info(ModelRef(endpoint.id, id), data)
                for id, data in zip(ids, found, strict=False) if isinstance(data, dict)}
    if props and len(ids) == 1:
        data = await _fetch_or_none(endpoint, client, key, at_origin(endpoint, props["path"]), None)
        if isinstance(data, dict):
            return {ids[0]: llamacpp_info(ModelRef(endpoint.id, ids[0]), data)}
    return {}


def ollama_info(ref: ModelRef, data: Mapping[str, Json]) -> ModelInfo:
    """Reads the answer of ``POST /api/show``."""
    abilities = data.get("capabilities")
    names = {str(name) for name in abilities} if isinstance(abilities, list) else None
    facts = data.get("model_info")
    context = next((value for name, value in facts.items()
                    if name.endswith(".context_length") and isinstance(value, int)),
                   None) if isinstance(facts, dict) else None
    if names is None:
        return ModelInfo(ref, context=context, source="server")
    return ModelInfo(
        ref, context=context, source="server",
        input=("text", "image") if "vision" in names else ("text",),
        tool_call="tools" in names, reasoning="thinking" in names,
    )


def llamacpp_info(ref: ModelRef, data: Mapping[str, Json]) -> ModelInfo:
    """Reads the answer of ``GET /props``: the context of one slot is what a chat really has."""
    settings = data.get("default_generation_settings")
    context = settings.get("n_ctx") if isinstance(settings, dict) else None
    sees = data.get("modalities")
    template = data.get("chat_template_caps")
    tools = template.get("supports_tools") if isinstance(template, dict) else None
    return ModelInfo(
        ref, context=context if isinstance(context, int) and context > 0 else None, source="server",
        input=(("text", "image") if sees.get("vision") else ("text",)) if isinstance(sees, dict) else None,
        tool_call=tools if isinstance(tools, bool) else None,
    )


def at_origin(endpoint: Endpoint, address: str) -> str:
    """Returns a preset's address on the host that the user entered."""
    return re.sub(r"^https?://[^/]+", endpoint.origin, address)


async def _fetch_or_none(
    endpoint: Endpoint, client: httpx.AsyncClient, key: str | None, url: str, body: Json
) -> Json:
    try:
        return await fetch_json(endpoint, client, key, url, body=body, seconds=_SECONDS)
    except ProviderError:
        return None
