"""Events of a reply, as a union of small values.

A provider yields these in order. ``choice`` counts from 0 when several replies were asked for at once.
The stream of a provider ends after ``Finished`` for each choice and an optional ``UsageReport``, or after
``Failed``; it never raises for what the other side did.

They never change, but are not frozen: that would double the cost of each token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from workbench.core.errors import ProviderError
from workbench.core.json_types import Json

from .records import Adjustment, TokenLogprob
from .usage import Usage


@dataclass(slots=True)
class Sent:
    """A request left. ``headers`` are redacted already; ``body`` is exactly the JSON that was sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Mapping[str, Json]
    adjustments: tuple[Adjustment, ...] = ()
    attempt: int = 1


@dataclass(slots=True)
class Responded:
    """The response's head. ``headers`` are those worth keeping (request id, rate limits, …)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Retrying:
    """Another attempt follows after ``delay`` seconds; ``reason`` is a sentence."""

    delay: float
    reason: str
    attempt: int
    learned: Adjustment | None = None


@dataclass(slots=True)
class Alive:
    """The connection lives but no text came: a keep-alive, or silence for ``seconds``."""

    seconds: float = 0.0
    note: str = ""


@dataclass(slots=True)
class TextDelta:
    text: str
    choice: int = 0


@dataclass(slots=True)
class ReasoningDelta:
    text: str
    choice: int = 0


@dataclass(slots=True)
class TextWasReasoning:
    """All text so far was reasoning: only a closing tag came, the opening one is in the chat template."""

    choice: int = 0


@dataclass(slots=True)
class ReasoningWasText:
    """``text``, the end of the reasoning so far, turned out to be none: it is taken away, and follows as text."""

    text: str
    choice: int = 0


@dataclass(slots=True)
class StartedAgain:
    """The server began the reply again from its beginning: nothing that came of it so far counts."""

    choice: int = 0


@dataclass(slots=True)
class ReasoningExtra:
    """Opaque data that belongs to the reasoning (a signature, encrypted thinking, details), merged into the
    part's ``extra``: lists are extended, other values replaced."""

    data: Mapping[str, Json]
    choice: int = 0


@dataclass(slots=True)
class ToolCallDelta:
    """A piece of a tool call: ``arguments`` is appended, ``id`` is set once, ``name`` is all of the name so far."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)
    choice: int = 0


@dataclass(slots=True)
class ToolResultData:
    """The whole result of a call that the server made by itself."""

    call_id: str
    text: str
    name: str = ""
    is_error: bool = False
    extra: Mapping[str, Json] = field(default_factory=dict)
    choice: int = 0


@dataclass(slots=True)
class Logprobs:
    tokens: tuple[TokenLogprob, ...]
    choice: int = 0


@dataclass(slots=True)
class ImageData:
    """An image in the answer: bytes, or an address that is never fetched unasked.

    It takes the place of an earlier one with the same ``of``, which was a preview of it.
    """

    data: bytes = b""
    mime: str = ""
    url: str = ""
    choice: int = 0
    of: str = ""


@dataclass(slots=True)
class AudioData:
    data: bytes = b""
    transcript: str = ""
    format: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)
    choice: int = 0


@dataclass(slots=True)
class Cited:
    """A source. ``passage`` is what the server says beside it: the words that it cites, where they stand in the source,
    and where in the reply they are cited (``start_index`` and ``end_index``, in characters)."""

    url: str
    title: str = ""
    passage: Mapping[str, Json] = field(default_factory=dict)
    choice: int = 0


@dataclass(slots=True)
class MessageExtra:
    """Fields of the message that must be kept and sent back but that the program does not know."""

    data: Mapping[str, Json]
    choice: int = 0


@dataclass(slots=True)
class ResponseInfo:
    """Facts about the response: its id, the model that really answered, its fingerprint, timings …"""

    data: Mapping[str, Json]


@dataclass(slots=True)
class UsageReport:
    """Token counts so far; the last one counts, they are never added up."""

    usage: Usage


@dataclass(slots=True)
class Finished:
    """One choice is complete. ``reason`` as the server said it (``stop``, ``length``, ``tool_calls`` …)."""

    reason: str
    choice: int = 0


@dataclass(slots=True)
class Failed:
    """The end of the stream, by an error. What came before stays."""

    error: ProviderError


Event: TypeAlias = (
    Sent | Responded | Retrying | Alive | TextDelta | ReasoningDelta | TextWasReasoning | ReasoningWasText
    | StartedAgain | ReasoningExtra | ToolCallDelta | ToolResultData | Logprobs | ImageData | AudioData | Cited
    | MessageExtra | ResponseInfo | UsageReport | Finished | Failed
)
