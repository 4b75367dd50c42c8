"""Running replies of all chats at once: started, stopped, and told as signals."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.errors import StoreError
from workbench.core.reply.events import (
    Alive,
    Event,
    ReasoningDelta,
    Responded,
    Retrying,
    Sent,
    StartedAgain,
    TextDelta,
    TextWasReasoning,
)
from workbench.core.reply.live_reply import LiveReply
from workbench.core.reply.replies import ReplyService
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.tasks import Tasks


class RunningReplies(QObject):
    """Starts and stops replies, and tells what comes as signals. Switching chats stops nothing."""

    began = Signal(object)  # MessageNode
    text = Signal(str, str)  # node id, piece
    reasoning = Signal(str, str)  # node id, piece
    rewritten = Signal(str)  # node id: what came as text was reasoning
    waiting = Signal(str, str, float)  # node id, why ("" when it goes on), seconds until it is tried again
    ended = Signal(object)  # MessageNode
    unsaved = Signal(str, str)  # node id, why it could not be written down ("" when it could)
    changed = Signal(str)  # id of a chat in which replies started or ended
    failed = Signal(str, object)  # chat id, the StoreError because of which no reply could begin

    def __init__(self, replies: ReplyService, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._replies, self._tasks = replies, tasks
        self._count = 0
        self._asking: dict[str, list[str]] = {}  # chat id -> names of its tasks
        self._live: dict[str, LiveReply] = {}  # by node id

    def start(self, wanted: ReplyRequest, begun: Callable[[MessageNode], None] | None = None) -> None:
        """Requests a reply; ``begun`` is told of each reply as it begins, before everybody else."""
        self._count += 1
        name = f"reply {self._count}"
        self._asking.setdefault(wanted.chat.id, []).append(name)
        task = self._tasks.start(name, self._reply(wanted, begun))
        # Not in a finally of the coroutine: one that is cancelled before its first step never runs that.
        task.add_done_callback(lambda _: self._over(wanted.chat.id, name))
        self.changed.emit(wanted.chat.id)

    async def _reply(self, wanted: ReplyRequest, begun: Callable[[MessageNode], None] | None) -> None:
        try:
            await self._replies.reply(wanted, _Watching(self, begun))
        except StoreError as error:
            self.failed.emit(wanted.chat.id, error)

    def stop(self, chat_id: str) -> None:
        """Stops every reply of a chat; what came is kept."""
        for name in tuple(self._asking.get(chat_id, ())):
            self._tasks.cancel(name)

    def running(self, chat_id: str) -> bool:
        return chat_id in self._asking

    def chats(self) -> frozenset[str]:
        """The chats in which something is coming in."""
        return frozenset(self._asking)

    def message(self, node_id: str) -> Message | None:
        """What has come of a reply so far, newer than the store's; None when it is not coming in."""
        reply = self._live.get(node_id)
        return reply.message() if reply is not None else None

    def _over(self, chat_id: str, name: str) -> None:
        names = self._asking.get(chat_id, [])
        if name in names:
            names.remove(name)
        if not names:
            self._asking.pop(chat_id, None)
        self.changed.emit(chat_id)


class _Watching:
    """Passes on what happens to the replies of one request; see ``ReplyWatcher``."""

    def __init__(self, owner: RunningReplies, begun: Callable[[MessageNode], None] | None) -> None:
        self._owner, self._begun = owner, begun
        self._waits = False

    def began(self, reply: LiveReply) -> None:
        self._owner._live[reply.node.id] = reply
        if self._begun is not None:
            self._begun(reply.node)
        self._owner.began.emit(reply.node)

    def event(self, reply: LiveReply, event: Event) -> None:
        owner, node_id = self._owner, reply.node.id
        match event:
            case TextDelta(text=text):
                self._resume(node_id)
                owner.text.emit(node_id, text)
            case ReasoningDelta(text=text):
                self._resume(node_id)
                owner.reasoning.emit(node_id, text)
            case TextWasReasoning() | StartedAgain():
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
        self._owner.waiting.emit(node_id, why, seconds)

    def _resume(self, node_id: str) -> None:
        if self._waits:
            self._waits = False
            self._owner.waiting.emit(node_id, "", 0.0)

    def unsaved(self, reply: LiveReply, error: StoreError | None) -> None:
        self._owner.unsaved.emit(reply.node.id, str(error) if error else "")

    def ended(self, reply: LiveReply) -> None:
        self._resume(reply.node.id)
        self._owner._live.pop(reply.node.id, None)
        self._owner.ended.emit(reply.node)
