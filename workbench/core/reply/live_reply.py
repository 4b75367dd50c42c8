"""A live reply: one reply while it streams, folded once for the store and for every watcher."""

from __future__ import annotations

import time

from workbench.core.chat.messages import Message, MessageNode

from .assembler import Assembler, KeepBlob
from .events import Event, Finished, ReasoningDelta, TextDelta


class LiveReply:
    """``node`` is its place in the chat, with the message as it was when the reply began and, after the end, the whole
    message. Only ``ReplyService`` feeds it."""

    def __init__(self, node: MessageNode, keep_blob: KeepBlob, prefix: str = "") -> None:
        self.node = node
        self._assembler = Assembler(node.message.model, keep_blob)
        self._reasoning_began: float | None = None
        if prefix:
            self._assembler.feed(TextDelta(prefix))

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

    def end_reasoning(self) -> None:
        """Notes how long the reasoning took, if there was any and it has not ended before."""
        if self._reasoning_began is not None and self._assembler.reasoning_seconds is None:
            self._assembler.reasoning_seconds = round(time.monotonic() - self._reasoning_began, 1)
