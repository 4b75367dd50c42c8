"""A live reply: one reply while it streams, folded once for the store and for every watcher."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.json_types import Json

from .assembler import Assembler, KeepBlob
from .events import Event, Finished, MessageExtra, ReasoningDelta, StartedAgain, TextDelta

_NOTHING: Mapping[str, Json] = MappingProxyType({})


class LiveReply:
    """``node`` is its place in the chat, with the message as it was when the reply began and, after the end, the whole
    message. Only ``ReplyService`` feeds it."""

    def __init__(
        self, node: MessageNode, keep_blob: KeepBlob, prefix: str = "", prefix_extra: Mapping[str, Json] = _NOTHING
    ) -> None:
        self.node = node
        self._assembler = Assembler(node.message.model, keep_blob)
        self._reasoning_began: float | None = None
        text = (TextDelta(prefix),) if prefix else ()
        self._prefix: tuple[Event, ...] = (*text, MessageExtra(prefix_extra)) if prefix or prefix_extra else ()
        self._begin()

    def _begin(self) -> None:
        for event in self._prefix:
            self._assembler.feed(event)

    @property
    def empty(self) -> bool:
        return self._assembler.empty

    def message(self) -> Message:
        """Returns what has come so far. Takes time with its length."""
        return self._assembler.message()

    def feed(self, event: Event) -> None:
        """Adds one event, and times the reasoning."""
        if isinstance(event, ReasoningDelta):
            self._reasoning_began = self._reasoning_began or time.monotonic()
        elif isinstance(event, TextDelta | Finished):
            self.end_reasoning()
        self._assembler.feed(event)
        if isinstance(event, StartedAgain):
            self._reasoning_began = None
            self._begin()

    def end_reasoning(self) -> None:
        """Notes how long the reasoning took, if there was any and it has not ended before."""
        if self._reasoning_began is not None and self._assembler.reasoning_seconds is None:
            self._assembler.reasoning_seconds = round(time.monotonic() - self._reasoning_began, 1)
