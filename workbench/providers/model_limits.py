"""Limits of models: what the panel shows and the requests obey, and how a lesson is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.core.errors import BadInput, ProviderError
from workbench.core.ports.providers import Limit
from workbench.core.request.models import ModelRef

from .catalogue.model_cache import ModelCache
from .endpoints.presets import BUILTIN
from .limits.dialect import rules_for
from .limits.learned_limits import LearnedLimits
from .targets import Targets

if TYPE_CHECKING:
    from .builtin.provider import BuiltinProvider


class ModelLimits:
    """Joins the facts, what probes measured and what refusals taught."""

    def __init__(
        self, targets: Targets, cache: ModelCache, learned: LearnedLimits, builtin: BuiltinProvider
    ) -> None:
        self._targets, self._cache, self._learned, self._builtin = targets, cache, learned, builtin

    def of(self, ref: ModelRef) -> Mapping[str, Limit]:
        """Returns limits by parameter name; none for a model that cannot be asked."""
        if ref.provider == BUILTIN:
            return self._builtin.limits(ref)
        try:
            target = self._targets.target(ref)
        except (BadInput, ProviderError):
            return {}
        endpoint = target.endpoint
        return rules_for(endpoint.quirks, target.info, endpoint.name, self._learned.of(endpoint, ref.model))

    async def forget(self, ref: ModelRef, parameter: str) -> None:
        """Forgets what was learned and measured of a parameter (of all with ``""``).

        A limit that only the facts know is lifted for this model until everything is forgotten. Raises ``BadInput``
        or ``ProviderError`` for a model that cannot be asked.
        """
        if ref.provider == BUILTIN:
            return
        target = self._targets.target(ref)
        if accepts := target.info.accepts:
            kept = {name: verdict for name, verdict in accepts.items() if parameter and name != parameter}
            await self._cache.keep_measured(ref, kept)
        limit = self.of(ref).get(parameter)
        by_facts = limit is not None and limit.source == "facts"
        await self._learned.forget(target.endpoint, ref.model, parameter, by_facts)
