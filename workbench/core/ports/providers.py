"""Providers as the rest of the program knows them: the port, and what it tells of presets, limits and abilities.

It waits as the other ports of ``ports`` do: what needs the network is a coroutine or an asynchronous iterator.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.core.reply.events import Event
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Preview, Request
from workbench.core.settings import ProviderConfig


class Providers(Protocol):
    """All configured providers, by the models they serve."""

    def configs(self) -> Sequence[ProviderConfig]:
        """Configured and enabled ones, ``builtin`` first."""
        ...

    def presets(self) -> Sequence[ProviderPreset]:
        """The shipped ones, in the order to show; the same values at each call."""
        ...

    def names(self) -> Mapping[str, str]:
        """Display names of ``configs``, by id. Costs nothing until ``changed`` is told."""
        ...

    def name_of(self, provider_id: str) -> str:
        """The display name of any provider, also of one that is switched off, not configured, or gone: the
        user's own, else the preset's, else the id."""
        ...

    def changed(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls ``listener`` on the event loop after the configured providers or the aliases changed, so that
        ``configs``, ``names``, ``resolve`` and ``limits`` may answer differently. Returns the way to stop it."""
        ...

    def stream(self, request: Request) -> AsyncIterator[Event]:
        """One request; see ``core.events`` for the order. Closing the iterator closes the connection."""
        ...

    async def preview(self, request: Request) -> Preview:
        """What ``stream`` would send now, without sending it."""
        ...

    async def models(self, provider_id: str, *, refresh: bool = False) -> Sequence[ModelInfo]:
        """The provider's list merged with the facts; from the cache unless ``refresh``.
        Raises ``ProviderError`` when a refresh fails."""
        ...

    def info(self, ref: ModelRef) -> ModelInfo:
        """What is known of a model now; never waits."""
        ...

    def resolve(self, text: str) -> ModelRef:
        """``provider/model`` or an alias. Raises ``BadInput`` with what is near."""
        ...

    def default_model(self) -> str:
        """Who answers in a new chat: what the user chose, else what the environment names, else ``builtin/guide``."""
        ...

    def limits(self, ref: ModelRef) -> Mapping[str, Limit]:
        """By parameter name: what this endpoint and model do not take as it is, and why."""
        ...

    def limits_changed(self, listener: Callable[[ModelRef], None]) -> Callable[[], None]:
        """Calls ``listener`` on the event loop with each model whose ``limits`` are others now: a reply, a sweep, a
        probe or ``forget`` taught so, here or in another process. Returns the way to stop it."""
        ...

    async def forget(self, ref: ModelRef, parameter: str) -> None:
        """Forgets what was learned of a parameter (of all with ``""``)."""
        ...

    def origin(self, config: ProviderConfig) -> str:
        """Scheme, host and port of its base URL, which its key belongs to; ``BadInput`` without one."""
        ...

    async def test(self, config: ProviderConfig) -> str:
        """One sentence on a connection that works; raises ``ProviderError`` otherwise."""
        ...

    async def discover(self) -> Sequence[ProviderConfig]:
        """Servers that answer on the usual loopback ports right now, with their models in ``models``."""
        ...

    def probe(self, ref: ModelRef) -> AsyncIterator[ProbeRow]:
        """Measures what a model accepts, with small real requests; raises ``ProviderError`` when not even a
        plain one is answered."""
        ...

    def estimate(self, ref: ModelRef) -> tuple[int, int, float | None]:
        """What ``probe`` will take: requests, about how many tokens, about how many dollars if known."""
        ...


@dataclass(frozen=True, slots=True)
class ProviderPreset:
    """A shipped provider, as far as the interface shows it."""

    id: str
    name: str
    kind: str  # hosted, local, gateway, relay, custom
    base_url: str
    protocol: str
    needs_key: bool
    key_url: str = ""
    key_env: tuple[str, ...] = ()
    docs_url: str = ""
    variables: tuple[str, ...] = ()
    alternates: tuple[tuple[str, str, str], ...] = ()  # other addresses: label, base URL, protocol


@dataclass(frozen=True, slots=True)
class Limit:
    """Why a parameter is not sent as it stands. ``state``: refused, ignored, renamed or range; ``source``:
    facts, learned or measured. ``choices`` are the only accepted values, when there are such."""

    parameter: str
    state: str
    reason: str
    source: str
    sent_as: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """One measured ability. ``verdict``: yes, refused, ignored or unknown; ``evidence`` is a sentence."""

    name: str
    verdict: str
    evidence: str
    tokens: int = 0
    cost: float | None = None
