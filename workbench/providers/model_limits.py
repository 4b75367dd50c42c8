"""Limits of models: which parameters they do not accept as they are, why, and when that changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.core.errors import BadInput, ProviderError, StoreError
from workbench.core.json_types import Json, JsonObject
from workbench.core.listeners import Listeners
from workbench.core.ports.providers import Forgotten, Limit
from workbench.core.request.models import ModelRef
from workbench.core.settings import ProviderConfig
from workbench.core.tasks import Tasks

from .catalogue.model_cache import ModelCache
from .endpoints.configured import ConfiguredProviders
from .endpoints.presets import BUILTIN
from .limits.dialect import rules_for
from .limits.learned_limits import PROTOCOL_LESSON, LearnedLimits, each_lesson, holding
from .targets import Targets

if TYPE_CHECKING:
    from workbench.core.ports.store import Store

    from .builtin.provider import BuiltinProvider


class ModelLimits:
    """Joins the facts, what probes measured and what refusals taught, and tells when one of them changes."""

    def __init__(
        self, configured: ConfiguredProviders, targets: Targets, cache: ModelCache, learned: LearnedLimits,
        builtin: BuiltinProvider, store: Store, tasks: Tasks,
    ) -> None:
        self._configured, self._targets, self._builtin = configured, targets, builtin
        self._cache, self._learned, self._store, self._tasks = cache, learned, store, tasks
        self._listeners = Listeners[[ModelRef]]()
        self._stop_store: Callable[[], None] | None = None
        cache.measured_changed.add(self._listeners.tell)
        learned.changed.add(self._on_learned)

    def close(self) -> None:
        """Stops listening to other processes."""
        if self._stop_store is not None:
            self._stop_store()

    def of(self, ref: ModelRef) -> Mapping[str, Limit]:
        """Returns limits by parameter name; none for a model that cannot be asked.

        What was refused beside another parameter only is not among them: it depends on the request.
        """
        if ref.provider == BUILTIN:
            return self._builtin.limits(ref)
        try:
            target = self._targets.target(ref)
        except (BadInput, ProviderError):
            return {}
        endpoint = target.endpoint
        return rules_for(endpoint.quirks, target.info, endpoint.name,
                         holding(self._learned.of(endpoint, ref.model), ()))

    async def forget(self, ref: ModelRef, parameter: str) -> Forgotten:
        """Forgets what was learned and measured of a parameter (of all with ``""``), and returns what that was.

        A limit that only the facts know is lifted for this model until everything is forgotten. Raises ``BadInput``
        or ``ProviderError`` for a model that cannot be asked.
        """
        if ref.provider == BUILTIN:
            return "nothing"
        target = self._targets.target(ref)
        accepts, lessons = target.info.accepts, self._learned.of(target.endpoint, ref.model)
        known = parameter in accepts or parameter in lessons if parameter else bool(accepts or lessons)
        chat = self._configured.endpoint(self._configured.config(ref.provider))
        if chat != target.endpoint and parameter in ("", PROTOCOL_LESSON):
            known = known or PROTOCOL_LESSON in self._learned.of(chat, ref.model)
            await self._learned.forget(chat, ref.model, PROTOCOL_LESSON, facts=False)
        if accepts:
            kept = {name: verdict for name, verdict in accepts.items() if parameter and name != parameter}
            await self._cache.save_measured(ref, kept)
        limit = self.of(ref).get(parameter)
        by_facts = limit is not None and limit.source == "facts"
        await self._learned.forget(target.endpoint, ref.model, parameter, by_facts)
        return "learned" if known else "facts" if by_facts else "nothing"

    def lessons(self, provider_id: str) -> dict[str, Sequence[JsonObject]]:
        """Returns what refusals taught about a provider's models, by model; none for one that cannot be asked."""
        if provider_id == BUILTIN:
            return {}
        config = self._configured.config(provider_id)
        refs = dict.fromkeys(self._learner(config, key) for key in self._learned.learners())
        return {ref.model: each_lesson(self._lessons(config, ref)) for ref in refs if ref is not None}

    def _lessons(self, config: ProviderConfig, ref: ModelRef) -> Mapping[str, Json]:
        """Returns the lessons that hold for a model: those of its protocol, and the one that led to that."""
        moved = self._learned.of(self._configured.endpoint(config), ref.model).get(PROTOCOL_LESSON)
        known = self._learned.of(self._targets.target(ref).endpoint, ref.model)
        return known if moved is None else {PROTOCOL_LESSON: moved, **known}

    def changed(self, listener: Callable[[ModelRef], None]) -> Callable[[], None]:
        """Calls ``listener`` with each model whose limits have changed. Returns the function that stops it.

        From the first listener on, lessons of other processes are noticed too, within about a second.
        """
        if self._stop_store is None:
            self._stop_store = self._store.changed(self._on_store)
        return self._listeners.add(listener)

    def _on_store(self, what: str, id: str) -> None:
        if what == "message" and not id:  # anything may have changed, for instance by another process
            self._tasks.start("limits learned elsewhere", self._load())

    async def _load(self) -> None:
        with suppress(StoreError):  # the next write says what is wrong
            await self._learned.load()
            await self._cache.load_measured()

    def _on_learned(self, key: str) -> None:
        """Tells every provider at the address that a lesson belongs to."""
        for config in (*self._configured.configs(), *self._configured.unconfigured()):
            if (ref := self._learner(config, key)) is not None:
                self._listeners.tell(ref)

    def _learner(self, config: ProviderConfig, key: str) -> ModelRef | None:
        """Returns the model of a provider that the lessons under ``key`` are for, if it has one."""
        try:
            endpoint = self._configured.endpoint(config)
            # Some models are asked at the site itself instead of below the base URL; the target knows.
            for one in (endpoint, replace(endpoint, base_url=endpoint.site),
                        replace(endpoint, protocol="openai-responses")):
                ref = ModelRef(config.id, self._learned.model_of(key, one))
                if ref.model and (one is endpoint or self._learned.model_of(
                        key, self._targets.target(ref).endpoint) == ref.model):
                    return ref
        except (BadInput, ProviderError):
            pass  # a provider that cannot be asked has no limits
        return None
