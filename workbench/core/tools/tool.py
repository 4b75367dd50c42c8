"""Tools as values: what a model may call, and the outcome of a call."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workbench.core.json_types import Json, JsonObject

BUILT_IN = "built-in"
"""The source of the program's own tools. No server may have this name."""

SIMULATED = "simulated function"
"""The source of functions that nobody runs. No server can have this name."""

MOST_TEXT = 100_000
"""Characters of a result that the model gets; more would fill most contexts with one call."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool. ``source`` is the server's name as the user gave it, or ``BUILT_IN``; ``schema`` is the JSON schema of
    the arguments. ``hints`` are what a server says of its own tool (readOnlyHint, …): shown, never trusted."""

    source: str
    name: str
    description: str = ""
    schema: Mapping[str, Json] = field(default_factory=lambda: {"type": "object"})
    title: str = ""
    hints: Mapping[str, Json] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """The name as users write it: ``server/tool``, or only the name of a tool that is built in."""
        return self.name if self.source in (BUILT_IN, SIMULATED) else f"{self.source}/{self.name}"

    @property
    def digest(self) -> str:
        """A short hash of all that the model is told of it: permission is given to this and to no later version."""
        told: JsonObject = {"name": self.name, "description": self.description, "schema": dict(self.schema),
                            "hints": dict(self.hints)}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode("utf-8", "replace")).hexdigest()[:16]


OutcomeKind = Literal["ok", "error", "invalid", "denied", "limit", "stopped", "timeout", "unknown"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the model is told about a call. ``kind``: it ran (``ok``, or with an ``error`` of its own); it was not run
    because the call was ``invalid``, ``denied`` or over a ``limit``; it was ``stopped`` or took too long; or it is
    ``unknown`` whether it ran to its end. ``media`` are pictures and sounds, as bytes and MIME type; ``seconds`` is how
    long it ran."""

    text: str
    kind: OutcomeKind = "ok"
    media: tuple[tuple[bytes, str], ...] = ()
    seconds: float = 0.0


def cut(text: str, most: int = MOST_TEXT) -> str:
    """Returns a text of at most ``most`` characters, with a note of what is missing."""
    if len(text) <= most:
        return text
    return f"{text[:most]}\n[The result was cut here: {len(text) - most} of its {len(text)} characters are missing.]"
