"""The catalogue of models: those of the configured providers and the built-in ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.core.errors import BadInput, KeyringUnavailable, ProviderError
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.settings import ProviderConfig
from workbench.providers.endpoints.configured import ConfiguredProviders
from workbench.providers.endpoints.endpoint_keys import EndpointKeys
from workbench.providers.endpoints.presets import BUILTIN
from workbench.providers.http.client_pool import ClientPool

from .model_cache import ModelCache

if TYPE_CHECKING:
    from workbench.providers.builtin.provider import BuiltinProvider


class Catalogue:
    """Answers from the cache, and fetches lists where it must."""

    def __init__(
        self, configured: ConfiguredProviders, cache: ModelCache, keys: EndpointKeys, clients: ClientPool,
        builtin: BuiltinProvider,
    ) -> None:
        self._configured, self._cache, self._keys = configured, cache, keys
        self._clients, self._builtin = clients, builtin

    async def models(self, provider_id: str, *, refresh: bool = False) -> Sequence[ModelInfo]:
        """Returns a provider's list; before it was ever fetched, what the facts know.

        A server that the facts do not know is asked; while it does not answer, its list is the ids that the user
        typed in. Raises ``ProviderError`` or ``KeyringUnavailable`` when a refresh fails.
        """
        if provider_id == BUILTIN:
            return self._builtin.models()
        config = self._configured.config(provider_id)
        typed: Sequence[ModelInfo] = ()
        if not refresh:
            if (known := self._cache.listed(config)) is not None:
                return known
            typed = self._cache.typed(config)
            if facts := self._cache.from_facts(config):
                return [*typed, *facts]
        try:
            return await self.refresh(config)
        except (ProviderError, KeyringUnavailable):
            if refresh or not typed:
                raise
            return typed

    async def refresh(self, config: ProviderConfig) -> Sequence[ModelInfo]:
        """Fetches a provider's list. Raises ``BadInput``, ``ProviderError`` or ``KeyringUnavailable``."""
        endpoint = await self._keys.unlocked(self._configured.endpoint(config))
        key = await self._keys.find_to_send(endpoint)
        return await self._cache.refresh(endpoint, await self._clients.client(endpoint), key)

    def info(self, ref: ModelRef) -> ModelInfo:
        """Returns what is known of a model now."""
        if ref.provider == BUILTIN:
            return next((info for info in self._builtin.models() if info.ref == ref), ModelInfo(ref))
        try:
            preset_id = self._configured.config(ref.provider).preset
        except BadInput:
            preset_id = ref.provider
        return self._cache.info(ref, preset_id)

    def known_ids(self, provider_id: str) -> Sequence[str]:
        """Returns the ids of a provider's models as far as they are known without asking it."""
        if provider_id == BUILTIN:
            return [info.ref.model for info in self._builtin.models()]
        config = self._configured.config(provider_id)
        known = self._cache.listed(config)
        if known is None:
            known = [*self._cache.typed(config), *self._cache.from_facts(config)]
        return [info.ref.model for info in known]
