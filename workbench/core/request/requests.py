"""Requests: the messages and parameters for a model, before any provider's dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.core.chat.messages import Message
from workbench.core.json_types import Json
from workbench.core.reply.records import Adjustment

from .models import ModelRef


@dataclass(frozen=True, slots=True)
class Request:
    """``params`` holds only what the user set, under the API's names; nothing is added to it.

    ``blobs`` maps the SHA-256 of every blob that the messages name to its bytes. ``extra_body`` is merged
    into the JSON as it is (``None`` removes a field). ``state`` is what a stateful
    endpoint gave us last time.
    """

    model: ModelRef
    messages: tuple[Message, ...]
    params: Mapping[str, Json] = field(default_factory=dict)
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    extra_body: Mapping[str, Json] = field(default_factory=dict)
    state: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """A request that would be sent: the same URL, redacted headers and body that ``Sent`` will report."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Mapping[str, Json]
    adjustments: tuple[Adjustment, ...] = ()
