"""Probing of models: measures through the endpoint that replies use, and remembers what is certain."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.core.ports.providers import ProbeRow
from workbench.core.reply.events import Event
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request

from .catalogue.catalogue import Catalogue
from .catalogue.model_cache import ModelCache
from .endpoints.presets import BUILTIN
from .limits.learned_limits import LearnedLimits
from .targets import Targets

if TYPE_CHECKING:
    from .builtin.provider import BuiltinProvider
    from .probe.prober import Send


class Probing:
    """Runs probes and estimates them."""

    def __init__(
        self, targets: Targets, catalogue: Catalogue, cache: ModelCache, builtin: BuiltinProvider
    ) -> None:
        self._targets, self._catalogue, self._cache, self._builtin = targets, catalogue, cache, builtin

    async def probe(self, ref: ModelRef) -> AsyncGenerator[ProbeRow, None]:
        """Yields rows as they are found; keeps the certain verdicts with the model at the end.

        Raises ``ProviderError`` when not even a plain request is answered.
        """
        from .probe.prober import accepts_of, probe

        price = self._catalogue.info(ref).price
        send = self._send_builtin if ref.provider == BUILTIN else await self._sender(ref)
        found: dict[str, ProbeRow] = {}
        async with aclosing(probe(ref, send, price)) as rows:
            async for row in rows:
                found[row.name] = row
                yield row
        if ref.provider != BUILTIN:
            await self._cache.save_measured(ref, accepts_of(found))

    def estimate(self, ref: ModelRef) -> tuple[int, int, float | None]:
        """Returns what a probe takes: requests, about how many tokens, and about how many dollars if known."""
        from .probe.prober import estimate

        return estimate(self._catalogue.info(ref))

    def _send_builtin(self, request: Request, as_is: frozenset[str]) -> AsyncGenerator[Event, None]:
        return self._builtin.stream(request)

    async def _sender(self, ref: ModelRef) -> Send:
        """Sends with lessons of its own: parameters that only help may adapt, and what is known is not changed."""
        attempts = await self._targets.attempts(ref)
        lessons = LearnedLimits(None)
        info = replace(attempts.info, accepts={})

        def send(request: Request, as_is: frozenset[str]) -> AsyncGenerator[Event, None]:
            return replace(attempts, info=info, learned=lessons, as_is=as_is).events(request)

        return send
