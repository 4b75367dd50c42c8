"""Environment variables that name providers and keys. Keys are handed on, never shown or logged.

``LLM_PROVIDER`` names a preset, ``BASE_URL`` its address and ``LLM_MODEL`` the model that new chats ask (both only
together with ``LLM_PROVIDER``: other programs use these names too). ``OPENAI_BASE_URL`` is the address that
``OPENAI_API_KEY`` belongs to. A server of the user's own may have its key in a variable made from its id
(``own_variable``). Azure's are ``AZURE_OPENAI_ENDPOINT`` and ``OPENAI_API_VERSION``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbench.core.api_keys import origin_of
from workbench.core.settings import ProviderConfig

from .presets import CUSTOM, Preset, presets


def environment_config(environ: Mapping[str, str]) -> ProviderConfig | None:
    """Returns the provider that the environment describes, or None."""
    name = environ.get("LLM_PROVIDER", "").strip().lower()
    base_url = environ.get("BASE_URL", "").strip() if name else ""
    openai_url = environ.get("OPENAI_BASE_URL", "").strip()
    known = presets()
    if name and name not in known:
        return ProviderConfig(name, preset=CUSTOM, base_url=base_url) if base_url else None
    if not name and not openai_url:
        return None
    name = name or "openai"
    if name == "openai" and openai_url and not base_url:
        base_url = openai_url
    if name == "azure" and (resource := environ.get("AZURE_OPENAI_ENDPOINT", "").strip()):
        version = environ.get("OPENAI_API_VERSION", "").strip()
        return ProviderConfig(name, preset=name, base_url=base_url or resource,
                              variables={"api_version": version} if version else {})
    address = base_url if base_url != known[name].base_url else ""
    if not address and not known[name].base_url:
        return None
    return ProviderConfig(name, preset=name, base_url=address)


def environment_model(environ: Mapping[str, str]) -> str:
    """Returns the model that the environment names beside its provider, ``""`` without one."""
    return environ.get("LLM_MODEL", "").strip() if environ.get("LLM_PROVIDER", "").strip() else ""


def key_for(environ: Mapping[str, str], provider_id: str, preset: Preset, origin: str) -> str | None:
    """Returns the key for a provider of that preset at that origin; None when it belongs elsewhere."""
    if preset.id == CUSTOM:
        return environ.get(own_variable(provider_id), "").strip() or None
    origins = {origin_of(preset.base_url), *(origin_of(str(other.get("base_url", "")))
                                             for other in preset.alternates)}
    own = environment_config(environ)
    if own is not None and own.preset == preset.id and own.base_url:
        origins = {origin_of(own.base_url)}
    if origin not in origins - {""} and "{" not in preset.base_url:
        return None
    if "{" in preset.base_url and not _fits(preset, origin):
        return None
    return next((environ[name].strip() for name in preset.key_env if environ.get(name, "").strip()), None)


def own_variable(provider_id: str) -> str:
    """Returns the variable for a server of the user's own: ``my-lab`` → ``MY_LAB_API_KEY``.

    ``""`` where that name belongs to a preset, whose key must not go to another host.
    """
    name = re.sub(r"\W", "_", provider_id).upper() + "_API_KEY"
    taken = {variable for preset in presets().values() for variable in preset.key_env}
    return "" if name in taken else name


def _fits(preset: Preset, origin: str) -> bool:
    """Returns whether an origin is one that an address with a gap may stand for (Azure's resources)."""
    begin, _, end = preset.base_url.partition("{")
    host = end.partition("}")[2].partition("/")[0]
    return origin.startswith(begin) and origin.removesuffix(":443").endswith(host)
