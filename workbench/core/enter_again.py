"""Re-entry after a restore: the keys, and what else of a provider no backup has."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.core.errors import KeyringUnavailable
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig


async def enter_again(services: Services, missing: Sequence[str]) -> str:
    """Returns a sentence on the keys that are not here, and on ``missing`` (``provider: header or field``, as a restore
    returns them); "" when nothing is missing."""
    presets = {preset.id: preset for preset in services.providers.presets()}

    def needs_key(config: ProviderConfig) -> bool:
        preset = presets.get(config.preset)
        return config.needs_key if config.needs_key is not None else preset is None or preset.needs_key

    wanted = [config for config in services.providers.configs() if config.id != "builtin" and needs_key(config)]
    names = [config.name or config.id for config in wanted if await _without_key(services, config)]
    sentences = []
    if names:
        sentences.append(f"No backup has keys: enter those of {', '.join(names)} again.")
    if missing:
        sentences.append("These values come from no backup, because they may be keys or let others read along: enter "
                         f"them again: {', '.join(missing)}.")
    return " ".join(sentences)


async def _without_key(services: Services, config: ProviderConfig) -> bool:
    try:
        return await services.secrets.status(config.id, services.providers.origin(config)) == "none"
    except KeyringUnavailable:
        return True
