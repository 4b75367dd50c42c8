"""The shape of a protocol: it builds requests and reads answers, and does no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from workbench.core.errors import ProviderError
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.providers import Limit
from workbench.core.reply.events import Event
from workbench.core.reply.records import Adjustment
from workbench.core.request.models import ModelInfo
from workbench.core.request.requests import Request
from workbench.providers.endpoints.endpoint import Endpoint

if TYPE_CHECKING:
    from .sse import ServerEvent


@dataclass(frozen=True)
class Outgoing:
    """A request without its general headers and the key. ``headers`` are the protocol's own.

    ``lines``: the answer comes as JSON lines.
    """

    url: str
    body: JsonObject
    adjustments: tuple[Adjustment, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    lines: bool = False


class EventReader(Protocol):
    """Reads the events of one answer. Nothing comes after a ``Failed``."""

    failed: bool
    """Whether the reply has failed."""
    done: bool
    """Whether the stream announced its end (``[DONE]`` and the like)."""

    @property
    def complete(self) -> bool:
        """Whether the reply is whole, so that only token counts may follow."""
        ...

    @property
    def empty(self) -> bool:
        """Whether nothing of an answer has come."""
        ...

    def event(self, event: ServerEvent) -> Iterator[Event]:
        """Reads one event of a stream."""
        ...

    def whole(self, data: Json) -> Iterator[Event]:
        """Reads an answer that is one JSON value, or one line of several."""
        ...

    def end(self, done: bool) -> Iterator[Event]:
        """Judges the end of the stream; ``done`` tells whether the stream announced it."""
        ...

    def broken(self, error: ProviderError) -> Iterator[Event]:
        """Ends the reply after the connection broke."""
        ...


@runtime_checkable
class KeptReader(EventReader, Protocol):
    """Reads an answer that the server keeps, so that it can be gone on with after the connection broke."""

    id: str
    """What the server calls the answer, ``""`` before it has said so."""
    sequence: int | None
    """The number of the last event that came, None where events have none."""

    def name(self, id: Json) -> None:
        """Takes note of what the server calls the answer, if it can stand in an address."""
        ...

    def repeats(self, name: str, beginning: str) -> bool:
        """Returns whether an event, by its name and its beginning, only tells again what has come."""
        ...


class WireProtocol(Protocol):
    """A way to ask for a reply over HTTP. ``registry.PROTOCOLS`` lists them."""

    name: str

    def outgoing(
        self, endpoint: Endpoint, request: Request, info: ModelInfo, rules: Mapping[str, Limit]
    ) -> Outgoing:
        """Returns the request that asks for a reply, with parameters as ``rules`` allow them."""
        ...

    def reader(self, endpoint: Endpoint, outgoing: Outgoing) -> EventReader:
        """Returns a reader for the answer to ``outgoing``."""
        ...
