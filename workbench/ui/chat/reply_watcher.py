"""The watcher of replies in the window: tells what comes of one request as signals."""

from __future__ import annotations

from collections.abc import Callable

from workbench.core.chat.messages import MessageNode
from workbench.core.errors import StoreError
from workbench.core.reply.events import (
    Alive,
    Event,
    ReasoningDelta,
    ReasoningWasText,
    Responded,
    Retrying,
    Sent,
    StartedAgain,
    TextDelta,
    TextWasReasoning,
)
from workbench.core.reply.live_reply import LiveReply
from workbench.ui.chat.reply_signals import ReplySignals


class SignallingWatcher:
    """Implements ``ReplyWatcher`` for the replies of one request: emits the signals of ``owner``."""

    def __init__(
        self, owner: ReplySignals, live: dict[str, LiveReply], begun: Callable[[MessageNode], None] | None
    ) -> None:
        """``live`` are the replies that are coming in, by node id; ``begun`` is told of each before everybody else."""
        self._owner, self._live, self._begun = owner, live, begun
        self._waits = False

    def begun(self, reply: LiveReply) -> None:
        self._live[reply.node.id] = reply
        if self._begun is not None:
            self._begun(reply.node)
        self._owner.begun.emit(reply.node)

    def event(self, reply: LiveReply, event: Event) -> None:
        owner, node_id = self._owner, reply.node.id
        match event:
            case TextDelta(text=text):
                self._resume(node_id)
                owner.text_added.emit(node_id, text)
            case ReasoningDelta(text=text):
                self._resume(node_id)
                owner.reasoning_added.emit(node_id, text)
            case TextWasReasoning() | ReasoningWasText() | StartedAgain():
                owner.rewritten.emit(node_id)
            case Retrying():
                self._wait(node_id, event.reason, event.delay)
            case Alive(seconds=seconds) if seconds >= 5:
                self._wait(node_id, event.note or f"The provider has been silent for {seconds:.0f} s, the "
                                                   "connection is alive.", 0.0)
            case Sent() | Responded():
                self._resume(node_id)
            case _:
                pass

    def _wait(self, node_id: str, why: str, seconds: float) -> None:
        self._waits = True
        self._owner.delay_changed.emit(node_id, why, seconds)

    def _resume(self, node_id: str) -> None:
        if self._waits:
            self._waits = False
            self._owner.delay_changed.emit(node_id, "", 0.0)

    def unsaved(self, reply: LiveReply, error: StoreError | None) -> None:
        self._owner.unsaved.emit(reply.node.id, str(error) if error else "")

    def ended(self, reply: LiveReply) -> None:
        self._resume(reply.node.id)
        self._live.pop(reply.node.id, None)
        self._owner.ended.emit(reply.node)
