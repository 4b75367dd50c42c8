"""Request records: what was sent for a reply and what came back, kept with the reply for good."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from workbench.core.json_types import Json, JsonObject

from .usage import Usage


@dataclass(slots=True)
class Adjustment:
    """A change that the dialect made before sending. ``sent_as`` is the new name or value, ``""`` if dropped."""

    parameter: str
    action: Literal["dropped", "renamed", "clamped", "moved"]
    reason: str
    sent_as: str = ""


@dataclass(slots=True)
class TokenChance:
    """A token and its natural-log probability."""

    token: str
    logprob: float


@dataclass(slots=True)
class TokenLogprob:
    token: str
    logprob: float
    top: tuple[TokenChance, ...] = ()


@dataclass(frozen=True, slots=True)
class Retry:
    """A retry after ``delay`` seconds, and its reason."""

    delay: float
    reason: str


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """Everything about one request. Headers are redacted before they get here; no key is ever in it.

    ``started`` is seconds since 1970; ``first_byte``, ``first_token``, ``ended`` and ``arrivals`` (one per
    piece of text) are seconds after it by a monotonic clock. ``asked`` are the parameters as the user set
    them, ``body`` is the JSON as it was sent. ``info`` is what the server said about itself (id, model,
    system_fingerprint, timings). ``fallback`` names the provider that should have answered.
    """

    model: str
    method: str = "POST"
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Json] = field(default_factory=dict)
    asked: Mapping[str, Json] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()
    retries: tuple[Retry, ...] = ()
    status: int = 0
    response_headers: Mapping[str, str] = field(default_factory=dict)
    started: float = 0.0
    first_byte: float | None = None
    first_token: float | None = None
    ended: float | None = None
    arrivals: tuple[float, ...] = ()
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    finish_reason: str = ""
    info: Mapping[str, Json] = field(default_factory=dict)
    logprobs: tuple[TokenLogprob, ...] = ()
    template: Mapping[str, Json] = field(default_factory=dict)  # see templates_used
    fallback: str = ""

    @property
    def tokens_per_second(self) -> float | None:
        """Output tokens over the time from the first token to the end."""
        if self.usage.output is None or self.first_token is None or self.ended is None:
            return None
        seconds = self.ended - self.first_token
        return self.usage.output / seconds if seconds > 0 else None

    def to_json(self) -> JsonObject:
        """Returns only the fields that differ from their defaults; logprobs as ``[token, logprob, [[token, logprob],
        …]]``."""
        data: JsonObject = {}
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if item.name == "model" or value not in (item.default, (), {}, Usage()):
                data[item.name] = _plain(value)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RequestRecord:
        """Returns the record that ``to_json`` wrote; keys of a newer version are dropped."""
        known = {item.name for item in dataclasses.fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        values["adjustments"] = tuple(Adjustment(**item) for item in data.get("adjustments", ()))
        values["retries"] = tuple(Retry(**item) for item in data.get("retries", ()))
        values["arrivals"] = tuple(data.get("arrivals", ()))
        values["usage"] = Usage.from_json(data.get("usage", {}))
        values["logprobs"] = tuple(
            TokenLogprob(token, chance, tuple(TokenChance(*other) for other in top))
            for token, chance, top in data.get("logprobs", ())
        )
        return cls(**values)


def _plain(value: Any) -> Json:
    if isinstance(value, Usage):
        return value.to_json()
    if isinstance(value, TokenLogprob):
        return [value.token, value.logprob, [[other.token, other.logprob] for other in value.top]]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return cast(Json, dataclasses.asdict(value))
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return round(value, 6)
    return dict(value) if isinstance(value, Mapping) else cast(Json, value)
