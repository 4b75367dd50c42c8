"""All providers behind one door: what ``core.provider_port.Providers`` asks for.

Made with the program; what a request needs is loaded with the first one.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from workbench.core.api_keys import is_loopback
from workbench.core.errors import BadInput, KeyringUnavailable, NotReached, ProviderError, Refused
from workbench.core.ports.providers import Limit, ProbeRow, ProviderPreset
from workbench.core.ports.secrets import Secrets
from workbench.core.ports.settings_file import SettingsFile
from workbench.core.ports.store import Store
from workbench.core.reply.events import Event, Failed, ResponseInfo
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Preview, Request
from workbench.core.settings import ProviderConfig
from workbench.providers.catalogue.model_cache import ModelCache
from workbench.providers.catalogue.model_resolver import resolve, targets
from workbench.providers.endpoints.endpoint import Endpoint, resolve_endpoint
from workbench.providers.endpoints.environment import environment_config, environment_model, key_for
from workbench.providers.endpoints.presets import presets
from workbench.providers.http.client_pool import ClientPool
from workbench.providers.http.headers import request_headers
from workbench.providers.limits.dialect import rules_for
from workbench.providers.limits.learned_limits import LearnedLimits

if TYPE_CHECKING:
    from workbench.providers.http.request_attempts import RequestAttempts
    from workbench.providers.probe.prober import Ask
    from workbench.providers.wire.protocol import WireProtocol

BUILTIN = "builtin"
DEFAULT_MODEL = "builtin/guide"

PLAIN_HTTP = "plain_http"
"""The code of the error that asks for ``ProviderConfig.allow_plain_http``."""


class Builtin(Protocol):
    """The models that come with the program."""

    def stream(self, request: Request) -> AsyncGenerator[Event, None]: ...
    def limits(self, ref: ModelRef) -> Mapping[str, Limit]: ...
    def preview(self, request: Request) -> Preview: ...
    def models(self) -> Sequence[ModelInfo]: ...


class ProviderService:
    """The configured providers. Implements ``core.provider_port.Providers``.

    ``environ`` may name a provider and keys (``environment``); keys of the keyring come first. ``load`` is
    awaited once before use, ``close`` at the end.
    """

    def __init__(
        self, settings: SettingsFile, secrets: Secrets, store: Store, builtin: Builtin,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._settings, self._secrets, self._builtin = settings, secrets, builtin
        self._environ = os.environ if environ is None else environ
        self._catalogue = ModelCache(store)
        self._learned = LearnedLimits(store)
        self._clients = ClientPool()

    async def load(self) -> None:
        """Reads cached model lists, measured abilities and learned dialects from the store."""
        await self._catalogue.load()
        await self._learned.load()

    async def close(self) -> None:
        """Closes all connections."""
        await self._clients.close()

    # Providers and models -----------------------------------------------------------------------------

    def configs(self) -> Sequence[ProviderConfig]:
        """The built-in one, those of the settings, and the one that the environment describes."""
        own = [config for config in self._settings.value.providers.values()
               if config.enabled and config.id != BUILTIN]
        found = environment_config(self._environ)
        if found is not None and found.id not in self._settings.value.providers:
            own.append(found)
        return [ProviderConfig(BUILTIN, "Built in", needs_key=False), *own]

    def presets(self) -> Sequence[ProviderPreset]:
        return [preset.shown() for preset in presets().values()]

    def config(self, provider_id: str) -> ProviderConfig:
        """A provider by id; a preset that is not configured counts as configured with nothing changed.
        Raises ``BadInput`` when there is none."""
        for config in self.configs():
            if config.id == provider_id:
                return config
        if provider_id in self._settings.value.providers:
            raise BadInput(f"{provider_id} is switched off. Switch it on in Settings › Providers.")
        if (preset := presets().get(provider_id)) is not None and preset.base_url:
            return ProviderConfig(provider_id, preset=provider_id)
        raise BadInput(f"There is no provider “{provider_id}”. Add it in Settings › Providers.")

    def origin(self, config: ProviderConfig) -> str:
        """Scheme, host and port that the provider's key belongs to. Raises ``BadInput`` without a base URL."""
        return resolve_endpoint(config, self._settings.value).origin

    def resolve(self, text: str) -> ModelRef:
        configured = [config.id for config in self.configs()]
        usable = [id for id, preset in presets().items() if preset.base_url and id not in configured]
        try:
            return resolve(text, self._settings.value.aliases, configured, self._known_ids)
        except BadInput:
            if text.partition("/")[0].strip() in usable:
                return ModelRef.parse(text)
            raise

    def default_model(self) -> str:
        """The environment's provider without ``LLM_MODEL`` answers with the first model of its list."""
        if chosen := self._settings.value.default_model:
            return chosen
        found = environment_config(self._environ)
        if found is None or not self._environ.get("LLM_PROVIDER", "").strip():
            return DEFAULT_MODEL
        models = [environment_model(self._environ), *self._known_ids(found.id)]
        model = next(filter(None, models), "")
        return str(ModelRef(found.id, model)) if model else DEFAULT_MODEL

    def _known_ids(self, provider_id: str) -> Sequence[str]:
        if provider_id == BUILTIN:
            return [info.ref.model for info in self._builtin.models()]
        config = self.config(provider_id)
        known = self._catalogue.listed(config)
        if known is None:
            known = [*self._catalogue.typed(config), *self._catalogue.from_facts(config)]
        return [info.ref.model for info in known]

    async def models(self, provider_id: str, *, refresh: bool = False) -> Sequence[ModelInfo]:
        """The list; before it was ever fetched, what the facts know. A server of which they know nothing is
        asked; while it does not answer, there are the ids that the user typed in."""
        if provider_id == BUILTIN:
            return self._builtin.models()
        config = self.config(provider_id)
        typed: Sequence[ModelInfo] = ()
        if not refresh:
            if (known := self._catalogue.listed(config)) is not None:
                return known
            typed = self._catalogue.typed(config)
            if facts := self._catalogue.from_facts(config):
                return [*typed, *facts]
        endpoint = resolve_endpoint(config, self._settings.value)
        try:
            key = await self._key(endpoint)
            return await self._catalogue.refresh(endpoint, await self._clients.client(endpoint), key)
        except (ProviderError, KeyringUnavailable):
            if refresh or not typed:
                raise
            return typed

    def info(self, ref: ModelRef) -> ModelInfo:
        if ref.provider == BUILTIN:
            return next((info for info in self._builtin.models() if info.ref == ref), ModelInfo(ref))
        try:
            preset_id = self.config(ref.provider).preset
        except BadInput:
            preset_id = ref.provider
        return self._catalogue.info(ref, preset_id)

    def limits(self, ref: ModelRef) -> Mapping[str, Limit]:
        if ref.provider == BUILTIN:
            return self._builtin.limits(ref)
        try:
            endpoint, _, info = self._target(ref)
        except (BadInput, ProviderError):
            return {}
        return rules_for(endpoint.quirks, info, endpoint.name, self._learned.of(endpoint, ref.model))

    async def forget(self, ref: ModelRef, parameter: str) -> None:
        """What was measured of a parameter is forgotten with what was learned; a limit that only the facts
        know is lifted for this model until everything is forgotten."""
        if ref.provider == BUILTIN:
            return
        endpoint, _, info = self._target(ref)
        if info.accepts:
            kept = {name: said for name, said in info.accepts.items() if parameter and name != parameter}
            await self._catalogue.keep_measured(ref, kept)
        limit = self.limits(ref).get(parameter)
        by_facts = limit is not None and limit.source == "facts"
        await self._learned.forget(endpoint, ref.model, parameter, by_facts)

    # Replies ------------------------------------------------------------------------------------------

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """One request; where it fails before anything came, the fallback is asked."""
        from workbench.providers.http.request_attempts import CONTENT

        chain = [request.model, *self._fallbacks(request.model)]
        for at, ref in enumerate(chain):
            failed: Failed | None = None
            began = False
            async with aclosing(self._one(replace(request, model=ref))) as events:
                async for event in events:
                    if isinstance(event, Failed) and not began and at + 1 < len(chain):
                        failed = event
                        break
                    began = began or isinstance(event, CONTENT)
                    yield event
            if failed is None:
                return
            yield ResponseInfo({"fallback": request.model.provider, "fallback_reason": failed.error.sentence,
                                "fallback_model": str(chain[at + 1])})

    async def preview(self, request: Request) -> Preview:
        if request.model.provider == BUILTIN:
            return self._builtin.preview(request)
        exchange = await self._exchange(request.model, for_preview=True)
        return exchange.preview(request)

    async def _one(self, request: Request) -> AsyncGenerator[Event, None]:
        """One provider, without its fallback. Never raises for what the other side did."""
        if request.model.provider == BUILTIN:
            async with aclosing(self._builtin.stream(request)) as events:
                async for event in events:
                    yield event
            return
        try:
            exchange = await self._exchange(request.model)
        except ProviderError as error:
            yield Failed(error)
            return
        except KeyringUnavailable as error:
            yield Failed(NotReached(str(error), "key"))
            return
        except BadInput as error:
            yield Failed(NotReached(str(error), "request"))
            return
        async with aclosing(exchange.events(request)) as events:
            async for event in events:
                yield event

    def _target(self, ref: ModelRef) -> tuple[Endpoint, WireProtocol, ModelInfo]:
        """Where and how a model is asked. Raises ``BadInput`` or ``ProviderError`` when it cannot be."""
        from workbench.providers.protocols.registry import protocol_for

        config = self.config(ref.provider)
        info = self._catalogue.info(ref, config.preset)
        protocol, endpoint = protocol_for(resolve_endpoint(config, self._settings.value), info)
        return endpoint, protocol, info

    async def _exchange(self, ref: ModelRef, for_preview: bool = False) -> RequestAttempts:
        from workbench.providers.http.request_attempts import RequestAttempts

        endpoint, protocol, info = self._target(ref)
        key = "$API_KEY" if for_preview and endpoint.needs_key else await self._key(endpoint)
        if endpoint.needs_key and not key:
            names = endpoint.preset.key_env
            hint = f", or set {names[0]}" if names else ""
            raise Refused(
                f"There is no key for {endpoint.name}. Enter it in Settings › Providers{hint}.", "key")
        if key and not for_preview:
            check_plain_http(endpoint)
        headers = request_headers(endpoint, key)
        return RequestAttempts(
            endpoint, protocol, await self._clients.client(endpoint), key, headers, info, self._learned)

    async def _key(self, endpoint: Endpoint) -> str | None:
        """The key that belongs to the endpoint's origin: from the keyring, else the environment."""
        try:
            key = await self._secrets.get(endpoint.id, endpoint.origin)
        except KeyringUnavailable:
            key = None
            if endpoint.needs_key and not self._key_from_environment(endpoint):
                raise
        return key or self._key_from_environment(endpoint)

    def _key_from_environment(self, endpoint: Endpoint) -> str | None:
        return key_for(self._environ, endpoint.id, endpoint.preset, endpoint.origin)

    def _fallbacks(self, ref: ModelRef) -> list[ModelRef]:
        """Who answers in place of ``ref``: the further targets of an alias for it, then the provider's own
        fallback (a provider, asked for the same model, or a ``provider/model``)."""
        found: list[ModelRef] = []
        for value in self._settings.value.aliases.values():
            first, *others = targets(value) or [""]
            if first == str(ref):
                found += [ModelRef.parse(other) for other in others if "/" in other]
        config = self._settings.value.providers.get(ref.provider)
        if config is not None and (name := config.fallback.strip()):
            found.append(ModelRef.parse(name) if "/" in name else ModelRef(name, ref.model))
        return [other for other in dict.fromkeys(found) if other != ref]

    # Looking around -----------------------------------------------------------------------------------

    async def test(self, config: ProviderConfig) -> str:
        endpoint = resolve_endpoint(config, self._settings.value)
        key = await self._key(endpoint)
        if endpoint.needs_key and not key:
            raise Refused(f"There is no key for {endpoint.name} yet. Enter it first.", "key")
        if key:
            check_plain_http(endpoint)
        began = time.monotonic()
        if not endpoint.preset.models.get("path"):
            address = endpoint.url(endpoint.preset.chat_path)
            if endpoint.protocol == "azure":
                from workbench.providers.protocols.azure import azure_url

                address = azure_url(endpoint, "any")
            from workbench.providers.http.fetch import knock

            await knock(endpoint, await self._clients.client(endpoint), key, address)
            took = (time.monotonic() - began) * 1000
            return f"{endpoint.name} answers in {took:.0f} ms and takes the key. Type the names of its models."
        infos = await self._catalogue.refresh(endpoint, await self._clients.client(endpoint), key)
        took = (time.monotonic() - began) * 1000
        count = "one model" if len(infos) == 1 else f"{len(infos)} models"
        return f"{endpoint.name} answers in {took:.0f} ms and serves {count}."

    async def discover(self) -> Sequence[ProviderConfig]:
        from workbench.providers.catalogue.discovery import discover

        return await discover(self._settings.value)

    async def probe(self, ref: ModelRef) -> AsyncGenerator[ProbeRow, None]:
        """Rows as they are found; what is certain is remembered with the model at the end. Raises
        ``ProviderError`` when not even a plain request is answered."""
        from workbench.providers.probe.prober import accepts_of, probe

        info = self.info(ref)
        ask = self._builtin_ask if ref.provider == BUILTIN else await self._prober(ref)
        found: dict[str, ProbeRow] = {}
        async for row in probe(ref, ask, info.price):
            found[row.name] = row
            yield row
        if ref.provider != BUILTIN:
            await self._catalogue.keep_measured(ref, accepts_of(found))

    def estimate(self, ref: ModelRef) -> tuple[int, int, float | None]:
        """What a probe will take: requests, about how many tokens, about how many dollars if known."""
        from workbench.providers.probe.prober import estimate

        return estimate(self.info(ref))

    def _builtin_ask(self, request: Request, as_is: frozenset[str]) -> AsyncGenerator[Event, None]:
        return self._builtin.stream(request)

    async def _prober(self, ref: ModelRef) -> Ask:
        """Asks with lessons of its own, so that helping parameters adapt and nothing measured is forgotten."""
        exchange = await self._exchange(ref)
        lessons = LearnedLimits(None)
        info = replace(exchange.info, accepts={})

        def ask(request: Request, as_is: frozenset[str]) -> AsyncGenerator[Event, None]:
            return replace(exchange, info=info, learned=lessons, as_is=as_is).events(request)

        return ask


def check_plain_http(endpoint: Endpoint) -> None:
    """Raises ``NotReached`` before a key would leave this machine unencrypted without the user's word."""
    if (endpoint.base_url.startswith("http:") and not is_loopback(endpoint.base_url)
            and not endpoint.config.allow_plain_http):
        raise NotReached(
            f"{endpoint.base_url} is not encrypted, so the key for {endpoint.name} was not sent. Use https, "
            "or allow it for this provider in Settings › Providers.", "key", code=PLAIN_HTTP)
