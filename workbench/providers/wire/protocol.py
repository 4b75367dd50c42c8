"""What a protocol is: it builds requests and reads answers, and knows no network.

A new protocol is a module with a ``Protocol`` of its own, and a line in ``protocols.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from workbench.core.errors import ProviderError
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.providers import Limit
from workbench.core.reply.events import Adjustment, Event
from workbench.core.request.models import ModelInfo
from workbench.core.request.requests import Request
from workbench.providers.endpoints.endpoint import Endpoint

if TYPE_CHECKING:
    from .sse import ServerEvent


@dataclass(frozen=True)
class Outgoing:
    """A request ready to go, but for its general headers and the key. ``headers`` are the protocol's own;
    ``lines`` says that the answer comes as JSON lines."""

    url: str
    body: JsonObject
    adjustments: tuple[Adjustment, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    lines: bool = False


class EventReader(Protocol):
    """Reads the events of one answer. After a ``Failed`` nothing more comes out of it."""

    failed: bool
    done: bool
    """The stream said that it is over (``[DONE]`` and the like)."""

    @property
    def complete(self) -> bool:
        """The reply is whole; only token counts may follow."""
        ...

    @property
    def empty(self) -> bool:
        """Nothing of an answer has come."""
        ...

    def event(self, event: ServerEvent) -> Iterator[Event]: ...

    def whole(self, data: Json) -> Iterator[Event]:
        """An answer that is one JSON value, or one line of several."""
        ...

    def end(self, done: bool) -> Iterator[Event]:
        """The stream ended; ``done`` tells whether it said so."""
        ...

    def broken(self, error: ProviderError) -> Iterator[Event]:
        """The connection broke."""
        ...


class WireProtocol(Protocol):
    """One way of asking for a reply over HTTP."""

    name: str

    def outgoing(
        self, endpoint: Endpoint, request: Request, info: ModelInfo, rules: Mapping[str, Limit]
    ) -> Outgoing: ...

    def reader(self, endpoint: Endpoint, outgoing: Outgoing) -> EventReader: ...
