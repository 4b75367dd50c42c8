"""The port for the store of chats and messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from workbench.core.chat.chats import Chat, ChatQuery, Folder, Hit
from workbench.core.chat.context import Choices
from workbench.core.chat.messages import Message, MessageHeader, MessageNode, MessageSummary, Status
from workbench.core.chat.parts import Blob
from workbench.core.errors import StoreDamaged
from workbench.core.json_types import Json
from workbench.core.reply.records import RequestRecord


class Store(Protocol):
    """Chats and messages. Every change is on disk when the call returns. Raises ``StoreError``."""

    async def create_chat(self, chat: Chat) -> Chat:
        """Adds a new chat; empty ``id`` and times are filled in. A ``temporary`` chat, its messages and what they name
        stay in memory, in no list and found by no search."""
        ...

    async def chat(self, chat_id: str) -> Chat:
        """Raises ``BadInput`` when there is none."""
        ...

    async def chats(self, query: ChatQuery) -> Sequence[Chat]: ...
    async def count_chats(self, query: ChatQuery) -> int: ...
    async def update_chat(self, chat_id: str, **changes: Any) -> Chat:
        """Changes fields of a ``Chat`` by name. ``temporary=False`` keeps a temporary chat."""
        ...

    async def update_chats(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Changes fields of many chats, by id: all of them or none."""
        ...

    async def tags(self) -> Sequence[str]:
        """Returns every tag that a chat has, in alphabetical order."""
        ...

    async def delete_chats(self, chat_ids: Iterable[str]) -> str:
        """Hides chats; returns a token for ``undo``. After 30 days they are gone for good."""
        ...

    async def delete_messages(self, chat_id: str, node_ids: Iterable[str], *, below: bool) -> str:
        """Deletes messages (children move up to the parent), with ``below`` also all below them; returns a token for
        ``undo``."""
        ...

    async def insert_message(
        self, chat_id: str, parent_id: str | None, child_id: str | None, message: Message
    ) -> tuple[MessageNode, str]:
        """Inserts a message between one and its child, which moves below the new one with all its branches; the
        siblings of the child stay. Without ``child_id`` it becomes another end, to which the tip moves when it was at
        ``parent_id``. Also returns a token for ``undo``."""
        ...

    async def undo(self, token: str) -> None: ...
    async def purge(self, token: str) -> None:
        """Removes for good what was deleted, before its time."""
        ...

    async def folders(self) -> Sequence[Folder]: ...
    async def save_folder(self, folder: Folder) -> Folder: ...
    async def delete_folder(self, folder_id: str) -> str: ...

    async def add_message(
        self, chat_id: str, parent_id: str | None, message: Message, *, status: Status = Status.COMPLETE,
        origin: str = "", move_tip: bool = True, record: RequestRecord | None = None,
    ) -> MessageNode:
        """Adds a message below ``parent_id``; the chat's tip moves to it unless told otherwise."""
        ...

    async def journal(self, node_id: str, message: Message) -> None:
        """Writes down what has come so far of a streaming reply."""
        ...

    async def finish(
        self, node_id: str, message: Message, status: Status, record: RequestRecord | None
    ) -> MessageNode: ...

    async def set_tip(self, chat_id: str, node_id: str | None) -> None: ...
    async def set_label(self, node_id: str, label: str) -> None: ...
    async def set_extra(self, node_id: str, changes: Mapping[str, Json]) -> None:
        """Changes entries of a message's ``extra``, as a JSON merge patch (RFC 7396): tables are merged, None removes
        an entry. What a running reply adds meanwhile stays, and so does this when the reply ends."""
        ...

    async def context_choices(self, chat_id: str) -> Mapping[str, Choices]:
        """Returns, by message, the choices noted with it (see ``core.chat.context``); few messages have any."""
        ...

    async def path(self, chat_id: str, tip: str | None = None) -> Sequence[MessageHeader]:
        """Returns the messages from the root to ``tip`` (default: the chat's tip), without their contents."""
        ...

    async def tree(self, chat_id: str) -> Sequence[MessageHeader]:
        """Returns all messages of a chat in order of position, parents before children, without their contents."""
        ...

    async def summaries(self, chat_id: str) -> Sequence[MessageSummary]:
        """Returns the same messages in the same order, with the facts that a view of the tree shows of them."""
        ...

    async def excerpts(self, node_ids: Iterable[str]) -> Mapping[str, str]:
        """Returns the first words of messages, by id, on one line: of the text, else a stand-in for it."""
        ...

    async def nodes(self, node_ids: Iterable[str]) -> Sequence[MessageNode]:
        """Returns messages with their contents, in the order asked for; missing ones are left out."""
        ...

    async def siblings(self, node_id: str) -> Sequence[str]:
        """Returns the ids of a message and its siblings, in order."""
        ...

    async def tip_below(self, node_id: str) -> str:
        """Returns the end of the branch through ``node_id`` that was shown last (else the newest)."""
        ...

    async def search(self, query: str, limit: int = 50) -> Sequence[Hit]: ...

    async def put_blob(self, data: bytes, mime: str, name: str = "") -> Blob: ...
    async def blob(self, sha256: str) -> bytes: ...

    @property
    def read_only(self) -> str:
        """Returns why nothing can be written, as a sentence; "" when everything can."""
        ...

    async def damaged(self) -> StoreDamaged:
        """Waits until something turns out damaged, and returns the error; for a task that is cancelled in the end."""
        ...

    async def check(self) -> tuple[bool, str]:
        """Returns whether the database is sound, and a sentence on it (its size, what is wrong)."""
        ...

    async def maintain(self, *, backups: bool, now: datetime) -> Path | None:
        """Makes a rolling backup (returned) if one is due today, and purges what was deleted 30 days ago. Raises
        ``StoreDamaged`` when the database fails its check."""
        ...

    async def value(self, key: str) -> Json:
        """Returns a small value kept by name (learned limits, model lists, measured abilities), None when absent."""
        ...

    async def set_value(self, key: str, value: Json) -> None: ...
    async def values(self, prefix: str) -> Mapping[str, Json]: ...

    async def backup(self, path: Path) -> None:
        """Writes a copy of everything but keys into one file, while the program runs."""
        ...

    async def restore(self, path: Path, mode: Literal["merge", "replace"] = "merge") -> Sequence[str]:
        """Adds what a backup has and the data folder has not, or replaces everything by it after keeping a copy among
        the backups. Returns what no backup has and must be entered again, as ``provider: header or field``; keys must
        be too. Raises ``BadInput`` when the file is not a backup."""
        ...

    def changed(self, listener: Callable[[str, str], None]) -> Callable[[], None]:
        """Calls ``listener(what, id)`` on the event loop after each change, also by another process; ``what`` is
        ``chat``, ``message`` or ``folder``. Returns the function that stops it."""
        ...
