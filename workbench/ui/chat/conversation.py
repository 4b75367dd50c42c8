"""The chat that is shown: its settings, and the path of messages from its root to its tip."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Unpack

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat, ChatFields
from workbench.core.chat.context import CHOICES, Choices, carried, choices_on
from workbench.core.chat.messages import MessageHeader, MessageNode, Status
from workbench.core.chat.path_tokens import PathTokens
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.services import Services
from workbench.ui.chat.message_actions import MessageActions
from workbench.ui.chat.message_view_model import MessagePlace, entry_for, header_for
from workbench.ui.chat.pending_writes import PendingWrites
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.models.provider_names import provider_names
from workbench.ui.transcript.entries import Entry, EntryHeader

FIRST_LOOK = 12
"""So many messages at the end are loaded with the chat, so that its first picture is not empty."""


class Conversation(QObject):
    """Owns which chat is open. Changes are shown at once and written down in the background."""

    missed = Signal(str)  # why a chat that was asked for is not shown
    flush_requested = Signal()  # another chat is about to be shown: what is not told yet must be told now
    opened = Signal(object)  # Chat: another chat than before; its id is "" while it is new
    # Facts about the open chat, one each, told once by whoever changes it.
    stored = Signal(object)  # Chat: it has its id now
    title_changed = Signal(str)
    model_changed = Signal(str)
    params_changed = Signal(dict)
    system_changed = Signal(str)
    temporary_changed = Signal(bool)
    path_changed = Signal(list, str)  # EntryHeader and Entry values in order, key to scroll to ("" for the end)
    path_updated = Signal(list)  # the same when the reader's place must not move
    provided = Signal(list)  # Entry values for headers
    begun = Signal(object)  # Entry at the end of the path
    ended = Signal(object)  # Entry that is complete now
    tokens_changed = Signal()  # more is known of how many tokens the path takes

    def __init__(
        self, services: Services, running_replies: RunningReplies, writes: PendingWrites, actions: MessageActions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._providers, self._settings = services.providers, services.settings
        self._running_replies, self._writes, self._actions = running_replies, writes, actions
        self.chat = Chat("")
        self._headers: dict[str, MessageHeader] = {}
        self._noted: Mapping[str, Choices] = {}
        self._written_elsewhere: set[str] = set()  # messages that another process has not ended, when last read
        self.choices: Choices = {}  # what is left out of the path, or pinned on it
        self._tokens = PathTokens()
        running_replies.begun.connect(self._on_begun)
        running_replies.ended.connect(self._on_ended)

    # --- which chat ---

    def open(self, chat_id: str, show: str = "") -> asyncio.Task[None]:
        """Shows a chat; ``show`` is the message to scroll to, "" for the end."""
        return self._tasks.start("open a chat", self._open(chat_id, show))

    def open_or_new(self, chat_id: str, *, named: bool = False) -> asyncio.Task[None]:
        """Shows a chat, or the new one when it is no longer there, which is told where the user ``named`` it."""
        return self._tasks.start("open a chat", self._open_or_new(chat_id, named=named))

    def open_anew(self) -> asyncio.Task[None]:
        """Shows the open chat as it is in the store now, after that was replaced; the new one when it is gone."""
        return self._tasks.start("open a chat", self._open_anew())

    def open_new(self, **settings: Unpack[ChatFields]) -> asyncio.Task[None]:
        """Shows the chat that is not there yet, as it was left, with these settings of a ``Chat``."""
        return self._tasks.start("open a chat", self._open_new(settings))

    def open_temporary(self) -> asyncio.Task[None]:
        """Shows a new chat of which nothing comes to the disk."""
        return self._tasks.start("open a chat", self._open_temporary())

    async def _open_temporary(self) -> None:
        model = self._providers.default_model()
        params = self._settings.value.defaults_of(model)
        await self._open((await self._store.create_chat(Chat("", model=model, params=params, temporary=True))).id)

    async def _open(self, chat_id: str, show: str = "") -> None:
        if chat_id == self.chat.id and not show:
            return
        if show and show not in {header.id for header in await self._store.path(chat_id)}:
            await self._store.set_tip(chat_id, await self._store.tip_below(show))
        chat, headers = await self._store.chat(chat_id), await self._store.path(chat_id)
        noted = await self._store.context_choices(chat_id)
        entries = await self._entries_on(headers, noted)
        same = chat_id == self.chat.id
        if not same:
            self.flush_requested.emit()
            self._written_elsewhere.intersection_update(header.id for header in headers)
        self.chat = dataclasses.replace(chat, **self._writes.waiting(chat_id))
        self._set_path(headers, noted)
        if not same:
            self.opened.emit(self.chat)
        self.path_changed.emit(entries, show)

    async def _open_or_new(self, chat_id: str, *, named: bool = False) -> None:
        try:
            await self._open(chat_id)
        except BadInput as error:
            await self._open_new({})
            if named:
                self.missed.emit(str(error))

    async def _open_anew(self) -> None:
        if (chat_id := self.chat.id) and not self.chat.temporary:
            self.forget()
            await self._open_or_new(chat_id)

    def forget(self) -> None:
        """Leaves the open chat, which is gone from the store. What is written now stays with it."""
        self.flush_requested.emit()
        self.chat = Chat("")

    async def _open_new(self, settings: ChatFields) -> None:
        self.flush_requested.emit()
        fields: ChatFields = {"model": self._providers.default_model(), **await self._writes.new_chat(), **settings}
        fields.setdefault("params", self._settings.value.defaults_of(fields["model"]))
        self.chat = Chat("", **fields)
        self._set_path((), {})
        self.opened.emit(self.chat)
        self.path_changed.emit([], "")

    async def ensure_kept(self) -> Chat:
        """Returns the open chat once it is on disk with all its settings. Raises ``StoreError``."""
        if not self.chat.id:
            stored = await self._store.create_chat(self.chat)
            await self._writes.forget_new_chat()
            self._become(stored)
        await self._writes.written()
        return self.chat

    # --- its settings ---

    def change(self, **changes: Unpack[ChatFields]) -> None:
        """Changes fields of the open chat."""
        chat = dataclasses.replace(self.chat, **changes)
        self._writes.change(chat, changes)
        self._become(chat)

    def refresh(self, chat: Chat) -> None:
        """Takes over what was changed elsewhere (renamed in the sidebar, by another window)."""
        if chat.id == self.chat.id and not self._writes.waiting(chat.id):
            self._become(chat)

    def _become(self, chat: Chat) -> None:
        """Replaces what is known of the open chat and tells each fact that is new."""
        old, self.chat = self.chat, chat
        if chat.id != old.id:
            self.stored.emit(chat)
        if chat.title != old.title:
            self.title_changed.emit(chat.title)
        if chat.model != old.model:
            self.model_changed.emit(chat.model)
        if chat.params != old.params:
            self.params_changed.emit(dict(chat.params))
        if chat.system != old.system:
            self.system_changed.emit(chat.system)
        if chat.temporary != old.temporary:
            self.temporary_changed.emit(chat.temporary)

    def look_again(self) -> None:
        """Reads the open chat again: another process may have continued it."""
        if self.chat.id and not self._running_replies.running(self.chat.id):
            self._tasks.start("look again", self._look_again(self.chat.id))

    async def _look_again(self, chat_id: str) -> None:
        try:
            chat = await self._store.chat(chat_id)
        except BadInput:
            return  # deleted there; it can be undone there, and is left as it is here
        self.refresh(dataclasses.replace(chat, tip=self.chat.tip))
        path = await self._store.path(chat_id)
        if chat_id == self.chat.id and (self._written_elsewhere or tuple(path) != tuple(self._headers.values())):
            self._written_elsewhere.clear()
            await self.reload()

    def is_stored(self) -> bool:
        """Returns whether the open chat has been written to the store."""
        return bool(self.chat.id)

    # --- its messages ---

    @property
    def keys(self) -> Sequence[str]:
        """The ids of the messages on the path, in order."""
        return tuple(self._headers)

    def header(self, key: str) -> MessageHeader | None:
        return self._headers.get(key)

    def last(self, role: str) -> str:
        """Returns the id of the last message of that role on the path, ``""`` when there is none."""
        return next((key for key in reversed(self._headers) if self._headers[key].role == role), "")

    def tokens(self, before: str = "") -> int:
        """Returns about how many tokens a request with the path takes, up to the message ``before`` if one is named."""
        return self._tokens.total(self._path(before), self.chat.system, self._noted, self.choices)

    def tokens_of(self, before: str = "") -> Mapping[str, int]:
        """Returns about how many tokens each message takes, and under ``path_tokens.SYSTEM`` the system prompt."""
        return self._tokens.of(self._path(before), self.chat.system, self._noted)

    def note_tokens(self, nodes: Iterable[MessageNode]) -> None:
        """Takes over how many tokens messages take that were loaded elsewhere."""
        for node in nodes:
            self._tokens.note(node)
        self.tokens_changed.emit()

    def _path(self, before: str) -> Sequence[MessageHeader]:
        headers = list(self._headers.values())
        return headers[: self.keys.index(before)] if before in self._headers else headers

    def want(self, keys: Iterable[str]) -> None:
        """Loads the contents of messages that the transcript is about to show."""
        self._tasks.spawn("load messages", self._provide(list(keys)))

    async def _provide(self, keys: Sequence[str]) -> None:
        entries = await self._entries([key for key in keys if key in self._headers], self._headers, self.choices)
        if entries:
            self.provided.emit(list(entries.values()))

    async def append(self, node: MessageNode) -> None:
        """Shows a message that was added below the tip."""
        self.chat = dataclasses.replace(self.chat, tip=node.id)
        siblings = await self._store.siblings(node.id)
        place = MessageHeader(node.id, node.parent_id, node.message.role, len(node.message.text),
                     siblings.index(node.id) + 1, len(siblings))
        self._headers[node.id] = place
        self._tokens.note(node)
        self.begun.emit(entry_for(node, place, self.names(), actions=self._actions))

    async def reload(self, show: str | None = None) -> None:
        """Shows the path anew after a change; ``show`` is where to scroll, None to stay."""
        chat_id = self.chat.id
        if not chat_id:
            return
        chat = await self._store.chat(chat_id)
        headers = await self._store.path(chat_id)
        noted = await self._store.context_choices(chat_id)
        entries = await self._entries_on(headers, noted)
        if self.chat.id != chat_id:
            return  # the user went on to another chat meanwhile
        self._set_path(headers, noted)
        self.chat = dataclasses.replace(self.chat, tip=chat.tip)
        if show is None:
            self.path_updated.emit(entries)
        else:
            self.path_changed.emit(entries, show)

    def reload_soon(self) -> None:
        self._tasks.start("reload the path", self.reload())

    async def show_branch(self, node_id: str) -> None:
        """Makes the path through a message the active one, with the message where it is."""
        await self._store.set_tip(self.chat.id, await self._store.tip_below(node_id))
        await self.reload()

    async def choose(self, choices: Choices) -> None:
        """Leaves messages of the path out, pins them, or lets them go again; see ``core.context``."""
        if choices and self.keys:
            await self._store.set_extra(self.keys[-1], {CHOICES: dict(choices)})
            await self.reload()

    def choices_for(self, parent_id: str | None) -> dict[str, Json]:
        """Returns what a message that branches off below ``parent_id`` notes, so that its path keeps the choices."""
        keys = self.keys[: self.keys.index(parent_id) + 1] if parent_id in self.keys else ()
        return carried(self.choices, keys, self._noted)

    def _set_path(self, headers: Sequence[MessageHeader], noted: Mapping[str, Choices]) -> None:
        self._headers, self._noted = {header.id: header for header in headers}, noted
        self.choices = choices_on(self._headers, noted)

    async def _entries_on(
        self, headers: Sequence[MessageHeader], noted: Mapping[str, Choices]
    ) -> list[Entry | EntryHeader]:
        places = {header.id: header for header in headers}
        load = [header.id for header in headers[-FIRST_LOOK:]]
        entries = await self._entries(load, places, choices_on(places, noted))
        return [entries.get(header.id) or header_for(header) for header in headers]

    async def _entries(
        self, keys: Sequence[str], places: Mapping[str, MessageHeader], choices: Choices
    ) -> dict[str, Entry]:
        nodes = await self._store.nodes(keys)
        names = self.names()
        for node in nodes:
            self._tokens.note(node)
            if node.status is Status.STREAMING and self._running_replies.message(node.id) is None:
                self._written_elsewhere.add(node.id)
        return {
            node.id: entry_for(node, places.get(node.id) or MessagePlace(), names, choices,
                               streaming=self._running_replies.message(node.id), actions=self._actions)
            for node in nodes
        }

    def names(self) -> dict[str, str]:
        """Returns the providers' names for people, by id."""
        return provider_names(self._providers)

    def _on_begun(self, node: MessageNode) -> None:
        if node.chat_id != self.chat.id:
            return
        if self.keys and node.parent_id == self.keys[-1]:
            place = MessageHeader(node.id, node.parent_id, node.message.role, 0, 1, 1)
            self._headers[node.id] = place
            self.chat = dataclasses.replace(self.chat, tip=node.id)
            streaming = self._running_replies.message(node.id) or node.message
            self.begun.emit(entry_for(node, place, self.names(), streaming=streaming, actions=self._actions))
        else:  # a version of a reply, which was asked for just now
            self._tasks.start("reload the path", self.reload(show=node.id))

    def _on_ended(self, node: MessageNode) -> None:
        self._tokens.note(node)
        if node.id in self._headers:
            self._headers[node.id] = self._headers[node.id]._replace(size=len(node.message.text))
            self.ended.emit(entry_for(
                node, self._headers[node.id], self.names(), self.choices, actions=self._actions))
