"""The provider service: everything that ``core.ports.providers.Providers`` asks for, handed to those who do it.

It is made with the program; what only a request needs is loaded with the first one.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from workbench.core.json_types import JsonObject
from workbench.core.ports.providers import Embeddings, Forgotten, Limit, ProbeRow, ProviderPreset
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Preview, Request
from workbench.core.settings import ProviderConfig
from workbench.core.tasks import Tasks

from .catalogue.catalogue import Catalogue
from .catalogue.model_cache import ModelCache
from .catalogue.model_resolver import ModelResolver
from .endpoints.configured import ConfiguredProviders
from .endpoints.endpoint_keys import EndpointKeys
from .endpoints.presets import public_presets
from .http.client_pool import ClientPool
from .limits.learned_limits import LearnedLimits
from .model_limits import ModelLimits
from .targets import Targets

if TYPE_CHECKING:
    from workbench.core.ports.secrets import Secrets
    from workbench.core.ports.settings_file import SettingsFile
    from workbench.core.ports.store import Store
    from workbench.core.reply.events import Event

    from .builtin.provider import BuiltinProvider
    from .probing import Probing
    from .streaming import ReplyStreams


class ProviderService:
    """The configured providers. Implements ``core.ports.providers.Providers``.

    ``environ`` may name a provider and keys (``endpoints.environment``); keys of the keyring come first. ``load`` is
    awaited once before use, ``close`` at the end.
    """

    def __init__(
        self, settings: SettingsFile, secrets: Secrets, store: Store, builtin: BuiltinProvider,
        tasks: Tasks, environ: Mapping[str, str] | None = None,
    ) -> None:
        environ = os.environ if environ is None else environ
        self._settings = settings
        self._clients = clients = ClientPool()
        self._cache, self._learned = cache, learned = ModelCache(store), LearnedLimits(store)
        self._configured = configured = ConfiguredProviders(settings, environ)
        self._keys = keys = EndpointKeys(secrets, environ)
        self._builtin = builtin
        self._catalogue = catalogue = Catalogue(configured, cache, keys, clients, builtin)
        self._resolver = ModelResolver(settings, environ, configured, catalogue)
        self._targets = targets = Targets(configured, catalogue, keys, clients, learned)
        self._limits = ModelLimits(configured, targets, cache, learned, builtin, store, tasks)

    async def load(self) -> None:
        """Reads cached model lists, measured abilities and learned limits from the store."""
        await self._cache.load()
        await self._learned.load()

    async def close(self) -> None:
        """Stops listening, and closes all connections."""
        self._limits.close()
        self._configured.close()
        await self._clients.close()

    # Providers ----------------------------------------------------------------------------------------

    def configs(self) -> Sequence[ProviderConfig]:
        return self._configured.configs()

    def presets(self) -> Sequence[ProviderPreset]:
        return public_presets()

    def names(self) -> Mapping[str, str]:
        return self._configured.names()

    def name_of(self, provider_id: str) -> str:
        return self._configured.name_of(provider_id)

    def changed(self, listener: Callable[[], None]) -> Callable[[], None]:
        return self._configured.changed(listener)

    def origin(self, config: ProviderConfig) -> str:
        return self._configured.endpoint(config).origin

    async def test(self, config: ProviderConfig) -> str:
        from .endpoint_test import EndpointTest

        return await EndpointTest(self._configured, self._cache, self._keys, self._clients).run(config)

    async def discover(self) -> Sequence[ProviderConfig]:
        from .catalogue.discovery import discover

        return await discover(self._settings.value)

    # Models -------------------------------------------------------------------------------------------

    def resolve(self, text: str) -> ModelRef:
        return self._resolver.resolve(text)

    def default_model(self) -> str:
        return self._resolver.default_model()

    async def models(self, provider_id: str, *, refresh: bool = False) -> Sequence[ModelInfo]:
        return await self._catalogue.models(provider_id, refresh=refresh)

    def known_models(self, provider_id: str) -> Sequence[str]:
        return self._catalogue.known_ids(provider_id)

    def info(self, ref: ModelRef) -> ModelInfo:
        return self._catalogue.info(ref)

    # Limits -------------------------------------------------------------------------------------------

    def limits(self, ref: ModelRef) -> Mapping[str, Limit]:
        return self._limits.of(ref)

    def limits_changed(self, listener: Callable[[ModelRef], None]) -> Callable[[], None]:
        return self._limits.changed(listener)

    async def forget(self, ref: ModelRef, parameter: str) -> Forgotten:
        return await self._limits.forget(ref, parameter)

    def lessons(self, provider_id: str) -> Mapping[str, Sequence[JsonObject]]:
        return self._limits.lessons(provider_id)

    def probe(self, ref: ModelRef) -> AsyncGenerator[ProbeRow, None]:
        return self._probing().probe(ref)

    def estimate(self, ref: ModelRef) -> tuple[int, int, float | None]:
        return self._probing().estimate(ref)

    def _probing(self) -> Probing:
        from .probing import Probing

        return Probing(self._targets, self._catalogue, self._cache, self._builtin)

    # Replies ------------------------------------------------------------------------------------------

    def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        return self._streams().stream(request)

    async def preview(self, request: Request) -> Preview:
        return await self._streams().preview(request)

    async def embed(self, ref: ModelRef, texts: Sequence[str]) -> Embeddings:
        from .embedding import TextEmbedding

        return await TextEmbedding(self._targets).embed(ref, texts)

    def _streams(self) -> ReplyStreams:
        from .streaming import ReplyStreams

        return ReplyStreams(self._settings, self._targets, self._builtin)
