"""Presets: the shipped providers (``resources/providers.json``) and their behaviour."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from workbench.core.ports.providers import ProviderPreset
from workbench.core.resources import resource

CUSTOM, BUILTIN = "custom", "builtin"
"""The preset of any other host, and the id of the built-in provider, which has no preset."""


@dataclass(frozen=True)
class Preset:
    """One entry of ``providers.json``; ``resources/providers.md`` describes the keys.

    ``quirks`` is the provider's behaviour where it differs from OpenAI's; a missing key means: as OpenAI.
    """

    id: str
    name: str
    kind: str
    base_url: str
    protocol: str
    chat_path: str
    auth: Mapping[str, Any]
    models: Mapping[str, Any]
    quirks: Mapping[str, Any]
    key_url: str = ""
    key_env: tuple[str, ...] = ()
    docs_url: str = ""
    alternates: tuple[Mapping[str, Any], ...] = ()
    extra_headers: Mapping[str, str] = field(default_factory=dict)
    routes: tuple[Mapping[str, Any], ...] = ()
    stateful: tuple[Mapping[str, Any], ...] = ()
    props: Mapping[str, Any] = field(default_factory=dict)

    @property
    def needs_key(self) -> bool:
        return bool(self.auth.get("required"))

    @property
    def variables(self) -> tuple[str, ...]:
        """Names in braces in the address, which the user must fill."""
        return tuple(part.partition("}")[0] for part in self.base_url.split("{")[1:])

    def public(self) -> ProviderPreset:
        """Returns what the rest of the program knows of a preset."""
        return ProviderPreset(
            self.id, self.name, self.kind, self.base_url, self.protocol, self.needs_key,
            self.key_url, self.key_env, self.docs_url, self.variables,
            tuple((other["label"], other["base_url"], other.get("protocol", self.protocol))
                  for other in self.alternates),
        )


@cache
def presets() -> Mapping[str, Preset]:
    """Returns all presets by id, in the order to show. They are read once (60 kB, about 1 ms)."""
    data = json.loads(resource("providers.json").read_text("utf-8"))
    return {entry["id"]: _preset(entry) for entry in data["providers"]}


@cache
def public_presets() -> tuple[ProviderPreset, ...]:
    """Returns all presets as the rest of the program knows them, in the order to show; made once."""
    return tuple(preset.public() for preset in presets().values())


def preset(id: str) -> Preset:
    """Returns the preset of that id; for an unknown one (of a newer version) that of any compatible host."""
    known = presets()
    return known.get(id, known[CUSTOM])


def _preset(entry: Mapping[str, Any]) -> Preset:
    return Preset(
        id=entry["id"], name=entry["name"], kind=entry["kind"], base_url=entry["base_url"],
        protocol=entry["protocol"], chat_path=entry["chat_path"], auth=entry["auth"],
        models=entry["models"], quirks=entry["quirks"], key_url=entry.get("key_url") or "",
        key_env=tuple(entry.get("key_env") or ()), docs_url=entry.get("docs_url") or "",
        alternates=tuple(entry.get("alternates") or ()), extra_headers=entry.get("extra_headers") or {},
        routes=tuple(entry.get("routes") or ()), stateful=tuple(entry.get("stateful") or ()),
        props=entry.get("props") or {},
    )
