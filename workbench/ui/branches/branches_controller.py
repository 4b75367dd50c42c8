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
    """Tells the outline of the open chat anew whenever its tree changes, but only while it is watched."""

    laid_out = Signal(str, object)  # id of the chat ("" for a new one), Outline
    words = Signal(dict)  # the beginnings of messages, by id
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
        self._stubs: dict[str, MessageSummary] = {}
        self._forget: Callable[[], None] | None = None
        self._clock = QTimer(self, singleShot=True, interval=_SOON)
        self._clock.timeout.connect(self._read)
        conversation.opened.connect(self._on_opened)

    # --- what there is ---

    def watch(self, on: bool) -> None:
        """The tree is looked at, or no more."""
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
        self._unfolded = set(self._stubs) if on else set()
        self._read()

    def want(self, ids: Sequence[str]) -> None:
        """The words of these messages are about to be seen."""
        if self._forget is not None:
            self._tasks.spawn("load the tree's texts", self._load_words(ids))

    async def _load_words(self, ids: Sequence[str]) -> None:
        self.words.emit(dict(await self._store.excerpts(ids)))

    def _on_opened(self, _: Chat) -> None:
        self._unfolded.clear()
        if self._forget is not None:
            self._read()

    def _on_changed(self, what: str, id: str) -> None:
        if what == "message" and id in self._stubs:
            self.rewritten.emit(id)
        elif not id or (what == "chat" and id == self._conversation.chat.id):
            self._clock.start()

    def _read(self) -> None:
        if self._tasks.running(_LAY_OUT):
            self._clock.start()  # not over what is being read: changes that keep coming would leave nothing to see
        else:
            self._tasks.start(_LAY_OUT, self._lay_out(self._conversation.chat.id))

    async def _lay_out(self, chat_id: str) -> None:
        stubs: Sequence[MessageSummary] = ()
        tip = None
        if chat_id:
            try:
                tip = (await self._store.chat(chat_id)).tip
                stubs = await self._store.summaries(chat_id)
            except BadInput:
                return  # deleted meanwhile
        stubs = [self._as_it_is(stub) for stub in stubs]
        outline = await asyncio.to_thread(lay_out, stubs, tip, frozenset(self._unfolded))
        if chat_id == self._conversation.chat.id:
            self._stubs = {stub.id: stub for stub in stubs}
            self.laid_out.emit(chat_id, outline)

    def _as_it_is(self, stub: MessageSummary) -> MessageSummary:
        """What the store calls streaming and nobody streams was interrupted by the end of the program."""
        if stub.status == Status.STREAMING and self._running_replies.message(stub.id) is None:
            return stub._replace(status=Status.INTERRUPTED)
        return stub

    # --- where the chat goes on ---

    def show(self, node_id: str) -> None:
        """Makes the branch of a message the main line, with the message in view."""
        self._conversation.open(self._conversation.chat.id, node_id)

    def make_main(self, node_id: str) -> None:
        """Makes the branch of a message the main line; the reader's place stays where it can."""
        self._tasks.start("switch the branch", self._conversation.show_branch(node_id))

    # --- names ---

    def name(self, node_id: str, label: str) -> None:
        """``label`` stands at the message from now on; "" takes it away."""
        self._tasks.spawn("name a message", self._name(node_id, " ".join(label.split())))

    async def _name(self, node_id: str, label: str) -> None:
        await self._store.set_label(node_id, label)
        await self._conversation.reload()
        if self._forget is not None:
            self._read()

    async def beginning_of_branch(self) -> str:
        """The message with which the shown line left its siblings last, else the first; "" in an empty chat."""
        line = await self._store.path(self._conversation.chat.id) if self._conversation.chat.id else ()
        return next((stub.id for stub in reversed(line) if stub.siblings > 1), line[0].id if line else "")

    # --- pruning ---

    def prune(self, ids: Sequence[str]) -> None:
        """Takes messages out with all that follows them."""
        gone, below = set(ids), set[str]()
        for stub in self._stubs.values():  # parents first
            if stub.parent_id in gone or stub.parent_id in below:
                below.add(stub.id)
        self._tasks.spawn("prune branches", self._prune([id for id in ids if id not in below]))

    def prune_others(self, node_id: str) -> None:
        """Keeps of a fork only one branch: that of the message, or, where the fork is below it, the shown one."""
        self._tasks.spawn("prune branches", self._prune_others(node_id))

    async def _prune_others(self, node_id: str) -> None:
        stubs = await self._store.tree(self._conversation.chat.id)
        parents = {stub.id: stub.parent_id for stub in stubs}
        own = [stub.id for stub in stubs if stub.parent_id == parents.get(node_id) and stub.id != node_id]
        if not own:
            kept = {stub.id for stub in await self._store.path(
                self._conversation.chat.id, await self._store.tip_below(node_id))}
            own = [stub.id for stub in stubs if stub.parent_id == node_id and stub.id not in kept]
        await self._prune(own)

    def prune_all(self) -> None:
        """Keeps only the main line of the chat."""
        self._tasks.spawn("prune branches", self._prune_all())

    async def _prune_all(self) -> None:
        chat_id = self._conversation.chat.id
        line = {stub.id for stub in await self._store.path(chat_id)}
        beside = [stub.id for stub in await self._store.tree(chat_id)
                  if stub.id not in line and (stub.parent_id is None or stub.parent_id in line)]
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
        """A message of any role ``before`` or ``after`` another, or with the id "" at the end of the chat."""
        self._tasks.spawn("insert a message", self._insert(node_id, where, Message(role, (Text(text),))))

    async def _insert(self, node_id: str, where: str, message: Message) -> None:
        chat = await self._conversation.ensure_kept()
        parent, child = await self._place(node_id or chat.tip or "", where if node_id else "after")
        node, token = await self._store.insert_message(chat.id, parent, child, message)
        on_line = node.id in {stub.id for stub in await self._store.path(chat.id)}
        await self._conversation.reload(show=node.id if on_line else None)
        self.inserted.emit(node)
        self._notice("Message inserted.", token)

    async def _place(self, node_id: str, where: str) -> tuple[str | None, str | None]:
        """Between which two messages; the second is the next on the shown line, else on the one shown last."""
        chat_id = self._conversation.chat.id
        if not node_id:
            return None, None
        if self._running_replies.message(node_id) is not None and where == "after":
            raise BadInput("This reply is still coming in: insert the message when it has ended.")
        line = [stub.id for stub in await self._store.path(chat_id)]
        if node_id not in line:
            line = [stub.id for stub in await self._store.path(chat_id, await self._store.tip_below(node_id))]
        at = line.index(node_id)
        if where == "before":
            return (line[at - 1] if at else None), node_id
        return node_id, line[at + 1] if at + 1 < len(line) else None
