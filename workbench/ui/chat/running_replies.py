"""Running replies of all chats at once: started, stopped, and told as signals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.errors import StoreError
from workbench.core.reply.replies import ReplyService
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.tasks import Tasks
from workbench.ui.chat.reply_signals import ReplySignals

if TYPE_CHECKING:
    from workbench.core.reply.live_reply import LiveReply


class RunningReplies(ReplySignals):
    """Starts and stops replies, and tells what comes as signals. Switching chats stops nothing."""

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
        from workbench.ui.chat.reply_watcher import SignallingWatcher  # with the first reply, not with the program

        try:
            await self._replies.reply(wanted, SignallingWatcher(self, self._live, begun))
        except StoreError as error:
            self.failed.emit(wanted.chat.id, error)

    def stop(self, chat_id: str) -> None:
        """Stops every reply of a chat; what came is kept."""
        for name in tuple(self._asking.get(chat_id, ())):
            self._tasks.cancel(name)

    def running(self, chat_id: str) -> bool:
        return chat_id in self._asking

    def chats(self) -> frozenset[str]:
        """Returns the chats in which something is coming in."""
        return frozenset(self._asking)

    def message(self, node_id: str) -> Message | None:
        """Returns what has come of a reply so far, newer than the store's; None when it is not coming in."""
        reply = self._live.get(node_id)
        return reply.message() if reply is not None else None

    def _over(self, chat_id: str, name: str) -> None:
        names = self._asking.get(chat_id, [])
        if name in names:
            names.remove(name)
        if not names:
            self._asking.pop(chat_id, None)
        self.changed.emit(chat_id)
