"""Providers as the rest of the program knows them: their port, and values for presets, limits and abilities.

As in the other ports, what needs the network is a coroutine or an asynchronous generator. Listeners are called on the
event loop; each method that adds one returns the function that removes it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from workbench.core.json_types import JsonObject
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Preview, Request
from workbench.core.settings import ProviderConfig

if TYPE_CHECKING:
    from workbench.core.reply.events import Event

Forgotten: TypeAlias = Literal["learned", "facts", "nothing"]

class Providers(Protocol):
    """All configured providers, and the models they serve."""

    # Providers

    def configs(self) -> Sequence[ProviderConfig]:
        """Returns the configured and enabled ones, ``builtin`` first."""
        ...

    def presets(self) -> Sequence[ProviderPreset]:
        """Returns the shipped ones, in the order to show; the same values at each call."""
        ...

    def names(self) -> Mapping[str, str]:
        """Returns the display names of ``configs``, by id. They are looked up anew only after ``changed``."""
        ...

    def name_of(self, provider_id: str) -> str:
        """Returns the display name of any provider: the user's own, else the preset's, else the id.

        Also of one that is switched off, not configured, or gone.
        """
        ...

    def changed(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls ``listener`` after the configured providers or the aliases changed.

        ``configs``, ``names``, ``resolve`` and ``limits`` may answer differently then.
        """
        ...

    def origin(self, config: ProviderConfig) -> str:
        """Returns scheme, host and port of the base URL, which the key belongs to; ``BadInput`` without one."""
        ...

    async def test(self, config: ProviderConfig) -> str:
        """Returns one sentence on a connection that works; raises ``ProviderError`` otherwise."""
        ...

    async def discover(self) -> Sequence[ProviderConfig]:
        """Returns servers that answer on the usual loopback ports now, with their models in ``models``."""
        ...

    # Models

    def resolve(self, text: str) -> ModelRef:
        """Returns the model for ``provider/model`` or an alias. Raises ``BadInput`` with similar names."""
        ...

    def default_model(self) -> str:
        """Returns the model of a new chat: the user's choice, else the environment's, else ``builtin/guide``."""
        ...

    async def models(self, provider_id: str, *, refresh: bool = False) -> Sequence[ModelInfo]:
        """Returns the provider's list merged with the facts; from the cache unless ``refresh``.

        Raises ``ProviderError`` when a refresh fails.
        """
        ...

    def known_models(self, provider_id: str) -> Sequence[str]:
        """Returns the ids of a provider's models as far as they are known without asking it."""
        ...

    def info(self, ref: ModelRef) -> ModelInfo:
        """Returns what is known of a model now; never waits."""
        ...

    # Limits

    def limits(self, ref: ModelRef) -> Mapping[str, Limit]:
        """Returns, by parameter name, what this endpoint and model do not accept as it is, and why."""
        ...

    def limits_changed(self, listener: Callable[[ModelRef], None]) -> Callable[[], None]:
        """Calls ``listener`` with each model whose ``limits`` have changed.

        A reply, an experiment, a probe or ``forget`` changed them, in this process or another. Models whose provider
        changed are told by ``changed`` only.
        """
        ...

    async def forget(self, ref: ModelRef, parameter: str) -> Forgotten:
        """Forgets what was learned of a parameter (of all with ``""``), or lifts what only the facts say of it."""
        ...

    def lessons(self, provider_id: str) -> Mapping[str, Sequence[JsonObject]]:
        """Returns what refusals taught about a provider's models, by model.

        Each lesson has ``parameter``, ``state``, ``reason`` (the server's words), ``when`` (seconds since 1970) and
        ``sent`` (the fields of the refused request); ``beside`` and ``without`` when it holds for a combination only.
        """
        ...

    def probe(self, ref: ModelRef) -> AsyncGenerator[ProbeRow, None]:
        """Measures what a model accepts, with small real requests.

        Raises ``ProviderError`` when not even a plain one is answered.
        """
        ...

    def estimate(self, ref: ModelRef) -> tuple[int, int, float | None]:
        """Returns what ``probe`` takes: requests, about how many tokens, about how many dollars if known."""
        ...

    # Replies

    def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """Runs one request; see ``core.reply.events`` for the order. Closing the generator closes the connection."""
        ...

    async def preview(self, request: Request) -> Preview:
        """Returns what ``stream`` would send now, without sending it."""
        ...

    async def embed(self, ref: ModelRef, texts: Sequence[str]) -> Embeddings:
        """Returns a vector for each text. Raises ``BadInput`` where a provider gives none, ``ProviderError`` or
        ``KeyringUnavailable``."""
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
class Embeddings:
    """Vectors of texts, all of one length, in the order of the texts. ``cost`` is in US dollars, None where it is not
    known."""

    vectors: Sequence[Sequence[float]]
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """The reason why a parameter is not sent as it is. ``state``: refused, ignored, renamed or range; ``source``:
    facts, learned or measured. ``choices`` are the only accepted values, if there are any."""

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
