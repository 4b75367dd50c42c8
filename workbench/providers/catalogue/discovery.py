"""Discovery of servers on this machine, on their usual loopback ports. No key is ever sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workbench.core.errors import ProviderError
from workbench.core.json_types import Json
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import Endpoint, resolve_endpoint
from workbench.providers.http.client import load_httpx, make_client
from workbench.providers.http.fetch import fetch_json

from .listings import items_in, models_in

_BY_PORT = {11434: "ollama", 1234: "lmstudio", 8080: "llamacpp", 8000: "vllm", 4000: "litellm"}
"""The usual server on each port; mistral.rs shares LM Studio's."""

PORTS = tuple(_BY_PORT)

_CONNECT_SECONDS = 0.4
_SECONDS = 1.5


async def discover(settings: Settings, ports: Sequence[int] = PORTS) -> list[ProviderConfig]:
    """Returns the servers that answer now, with the ids of their models in ``models``, after two seconds at most."""
    answers = await asyncio.gather(*(_listens(port) for port in ports))
    listening = [port for port, answer in zip(ports, answers, strict=True) if answer]
    if listening:
        await load_httpx()  # only now: where nothing runs, nothing of HTTP is loaded
    found = await asyncio.gather(*(_server_at(settings, port) for port in listening))
    return [config for config in found if config is not None]


async def _server_at(settings: Settings, port: int) -> ProviderConfig | None:
    base_url = f"http://127.0.0.1:{port}/v1"
    config = ProviderConfig("custom", base_url=base_url, needs_key=False,
                            connect_timeout=_CONNECT_SECONDS, proxy="none")
    endpoint = resolve_endpoint(config, settings)
    client = make_client(endpoint.network, base_url)
    try:
        data = await fetch_json(endpoint, client, None, endpoint.url("/models"), seconds=_SECONDS)
    except ProviderError as error:
        # One that wants a key still shows that it is there.
        return _config(_BY_PORT.get(port, "custom"), base_url, ()) if error.status == 401 else None
    finally:
        await client.aclose()
    kind = _kind(endpoint, data, port)
    if kind is None:
        return None
    ids = tuple(info.ref.model for info in models_in(data, kind, endpoint.preset.models))
    return _config(kind, base_url, ids)


async def _listens(port: int) -> bool:
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def _kind(endpoint: Endpoint, data: Json, port: int) -> str | None:
    """Returns which server it is, by what its list says about it, else by its port."""
    if not isinstance(data, dict) or ("data" not in data and "models" not in data):
        return None
    items = list(items_in(data))
    owners = {str(item.get("owned_by", "")).lower() for item in items}
    if "llamacpp" in owners:
        return "llamacpp"
    if "vllm" in owners:
        return "vllm"
    if items and items[0].get("id") == "default" and port == 1234:
        return "mistralrs"
    return _BY_PORT.get(port, "custom")


def _config(kind: str, base_url: str, models: tuple[str, ...]) -> ProviderConfig:
    return ProviderConfig(kind, preset=kind, base_url=base_url, needs_key=False, models=models)
