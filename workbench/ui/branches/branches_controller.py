"""The branches controller: reads the tree while it is shown, names and prunes branches, and inserts messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, MessageSummary, Status
from workbench.core.chat.parts import Role, Text
from workbench.core.chat.tree_layout import lay_out
from workbench.core.errors import BadInput
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.shell.notices import Notice

_LAY_OUT = "lay out the branches"
_SOON = 60
"""Milliseconds in which changes of the tree gather: lanes and edits bring several at once."""


class BranchesController(QObject):
    """Tells the layout of the open chat anew whenever its tree changes, but only while it is watched."""

    laid_out = Signal(str, object)  # id of the chat ("" for a new one), TreeLayout
    excerpts_loaded = Signal(dict)  # the excerpts of messages, by id
    rewritten = Signal(str)  # a message that may say something else now
    noticed = Signal(object)  # Notice
    inserted = Signal(object)  # MessageNode

    def __init__(
        self, services: Services, conversation: Conversation, running_replies: RunningReplies,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._conversation, self._running_replies = conversation, running_replies
        self._unfolded: set[str] = set()
        self._summaries: dict[str, MessageSummary] = {}
        self._forget: Callable[[], None] | None = None
        self._clock = QTimer(self, singleShot=True, interval=_SOON)
        self._clock.timeout.connect(self._read)
        conversation.opened.connect(self._on_opened)

    # --- what there is ---

    def watch(self, on: bool) -> None:
        """Begins or ends telling of changes: the tree is in sight, or no longer."""
        if on and self._forget is None:
            self._forget = self._store.changed(self._on_changed)
            self._read()
        elif not on and self._forget is not None:
            self._forget()
            self._forget = None
            self._clock.stop()

    def unfold(self, ids: Iterable[str], on: bool = True) -> None:
        """Shows the messages of a stretch one by one, or folds it again."""
        if on:
            self._unfolded.update(ids)
        else:
            self._unfolded.difference_update(ids)
        self._read()

    def unfold_all(self, on: bool = True) -> None:
        self._unfolded = set(self._summaries) if on else set()
        self._read()

    def load_excerpts(self, ids: Sequence[str]) -> None:
        """Loads how these messages begin: they are about to be seen."""
        if self._forget is not None:
            self._tasks.spawn("load the tree's texts", self._load_excerpts(ids))

    async def _load_excerpts(self, ids: Sequence[str]) -> None:
        self.excerpts_loaded.emit(dict(await self._store.excerpts(ids)))

    def _on_opened(self, _: Chat) -> None:
        self._unfolded.clear()
        if self._forget is not None:
            self._read()

    def _on_changed(self, what: str, id: str) -> None:
        if what == "message" and id in self._summaries:
            self.rewritten.emit(id)
        elif not id or (what == "chat" and id == self._conversation.chat.id):
            self._clock.start()

    def _read(self) -> None:
        if self._tasks.running(_LAY_OUT):
            self._clock.start()  # not over what is being read: changes that keep coming would leave nothing to see
        else:
            self._tasks.start(_LAY_OUT, self._lay_out(self._conversation.chat.id))

    async def _lay_out(self, chat_id: str) -> None:
        summaries: Sequence[MessageSummary] = ()
        tip = None
        if chat_id:
            try:
                tip = (await self._store.chat(chat_id)).tip
                summaries = await self._store.summaries(chat_id)
            except BadInput:
                return  # deleted meanwhile
        summaries = [self._as_it_is(summary) for summary in summaries]
        layout = await asyncio.to_thread(lay_out, summaries, tip, frozenset(self._unfolded))
        if chat_id == self._conversation.chat.id:
            self._summaries = {summary.id: summary for summary in summaries}
            self.laid_out.emit(chat_id, layout)

    def _as_it_is(self, summary: MessageSummary) -> MessageSummary:
        """Returns a message as it is: one that the store calls streaming and nobody streams was interrupted by the end
        of the program."""
        if summary.status == Status.STREAMING and self._running_replies.message(summary.id) is None:
            return summary._replace(status=Status.INTERRUPTED)
        return summary

    # --- where the chat goes on ---

    def show(self, node_id: str) -> None:
        """Makes the branch of a message the main line, with the message in view."""
        self._conversation.open(self._conversation.chat.id, node_id)

    def make_main(self, node_id: str) -> None:
        """Makes the branch of a message the main line; the reader's place stays where it can."""
        self._tasks.start("switch the branch", self._conversation.show_branch(node_id))

    # --- names ---

    def name(self, node_id: str, label: str) -> None:
        """Sets the name of a message; "" removes it."""
        self._tasks.spawn("name a message", self._name(node_id, " ".join(label.split())))

    async def _name(self, node_id: str, label: str) -> None:
        await self._store.set_label(node_id, label)
        await self._conversation.reload()
        if self._forget is not None:
            self._read()

    async def beginning_of_branch(self) -> str:
        """Returns the message with which the path left its siblings last, else the first; "" in an empty chat."""
        path = await self._store.path(self._conversation.chat.id) if self._conversation.chat.id else ()
        return next((header.id for header in reversed(path) if header.siblings > 1), path[0].id if path else "")

    # --- pruning ---

    def prune(self, ids: Sequence[str]) -> None:
        """Takes messages out with all that follows them."""
        gone, below = set(ids), set[str]()
        for summary in self._summaries.values():  # parents first
            if summary.parent_id in gone or summary.parent_id in below:
                below.add(summary.id)
        self._tasks.spawn("prune branches", self._prune([id for id in ids if id not in below]))

    def prune_others(self, node_id: str) -> None:
        """Keeps of a fork only one branch: that of the message, or, where the fork is below it, the shown one."""
        self._tasks.spawn("prune branches", self._prune_others(node_id))

    async def _prune_others(self, node_id: str) -> None:
        headers = await self._store.tree(self._conversation.chat.id)
        parents = {header.id: header.parent_id for header in headers}
        own = [header.id for header in headers
               if header.parent_id == parents.get(node_id) and header.id != node_id]
        if not own:
            kept = {header.id for header in await self._store.path(
                self._conversation.chat.id, await self._store.tip_below(node_id))}
            own = [header.id for header in headers if header.parent_id == node_id and header.id not in kept]
        await self._prune(own)

    def prune_all(self) -> None:
        """Keeps only the main line of the chat."""
        self._tasks.spawn("prune branches", self._prune_all())

    async def _prune_all(self) -> None:
        chat_id = self._conversation.chat.id
        path = {header.id for header in await self._store.path(chat_id)}
        beside = [header.id for header in await self._store.tree(chat_id)
                  if header.id not in path and (header.parent_id is None or header.parent_id in path)]
        await self._prune(beside)

    async def _prune(self, ids: Sequence[str]) -> None:
        if not ids:
            self.noticed.emit(Notice("There is no other branch here."))
            return
        token = await self._store.delete_messages(self._conversation.chat.id, ids, below=True)
        await self._conversation.reload()
        said = "Branch pruned." if len(ids) == 1 else f"{len(ids)} branches pruned."
        self._notice(said, token)

    def _notice(self, text: str, token: str) -> None:
        self.noticed.emit(Notice(
            text, "Undo", lambda: self._tasks.spawn("undo the pruning", self._undo(token)),
            undoes=True, lasting=True))

    async def _undo(self, token: str) -> None:
        await self._store.undo(token)
        await self._conversation.reload()

    # --- putting in ---

    def insert(self, node_id: str, where: str, role: Role, text: str) -> None:
        """Inserts a message of any role ``before`` or ``after`` another, or with the id "" at the end of the chat."""
        self._tasks.spawn("insert a message", self._insert(node_id, where, Message(role, (Text(text),))))

    async def _insert(self, node_id: str, where: str, message: Message) -> None:
        chat = await self._conversation.ensure_kept()
        parent, child = await self._place(node_id or chat.tip or "", where if node_id else "after")
        node, token = await self._store.insert_message(chat.id, parent, child, message)
        on_line = node.id in {summary.id for summary in await self._store.path(chat.id)}
        await self._conversation.reload(show=node.id if on_line else None)
        self.inserted.emit(node)
        self._notice("Message inserted.", token)

    async def _place(self, node_id: str, where: str) -> tuple[str | None, str | None]:
        """Returns the two messages to insert between; the second is next on the path, else on the one shown last."""
        chat_id = self._conversation.chat.id
        if not node_id:
            return None, None
        if self._running_replies.message(node_id) is not None and where == "after":
            raise BadInput("This reply is still coming in: insert the message when it has ended.")
        line = [summary.id for summary in await self._store.path(chat_id)]
        if node_id not in line:
            line = [summary.id for summary in await self._store.path(chat_id, await self._store.tip_below(node_id))]
        at = line.index(node_id)
        if where == "before":
            return (line[at - 1] if at else None), node_id
        return node_id, line[at + 1] if at + 1 < len(line) else None
