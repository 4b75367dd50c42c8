"""The port for imports: many changes to the store at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workbench.core.chat.chats import Chat, Folder
from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import Blob


class Transaction(Protocol):
    """Many changes that are written together or not at all; used by imports."""

    def put_chat(self, chat: Chat) -> None: ...
    def put_node(self, node: MessageNode) -> None: ...
    def put_blob(self, blob: Blob, data: bytes) -> None: ...
    def put_folder(self, folder: Folder) -> None: ...
    def known(self, source: str) -> str | None:
        """Returns the id of the chat that an earlier import made from this source id."""
        ...

    def known_beginning(self, beginning: str) -> Sequence[tuple[str, str]]:
        """Returns the source ids of earlier imports that begin so, each with the id of its chat; at most a thousand."""
        ...

    def known_ending(self, ending: str) -> Sequence[tuple[str, str]]:
        """Returns the same for source ids that end so; endings of one import all have one length."""
        ...

    def chats_of(self, message_ids: Sequence[str]) -> Sequence[tuple[str, str, str]]:
        """Returns those messages that earlier imports brought: the id of each, and the source id and id of its chat."""
        ...

    def message_ids(self, chat_id: str) -> Sequence[str]:
        """Returns the ids of the messages of a chat that is in sight; none of another one."""
        ...

    def move_tip(self, chat_id: str, old: str, new: str) -> None:
        """Ends the shown line of a chat in ``new``, if it ends in ``old`` when the import is done."""
        ...

    def in_trash(self, chat_id: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class StoredChat:
    """A chat in another database of this program: ``folder`` are names from the top down, messages come after those
    above them, and ``blobs`` yields what they name, with its bytes."""

    chat: Chat
    folder: tuple[str, ...]
    nodes: Sequence[MessageNode]
    blobs: Callable[[], Iterator[tuple[Blob, bytes]]]


class BulkStore(Protocol):
    """The part of the store that imports and exports need beside ``Store``."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]: ...
    def stored_chats(self, path: Path) -> AbstractContextManager[Iterator[StoredChat]]:
        """Opens another database of this program, from a copy. Waits for the disk. Raises ``BadInput`` for one that
        is none, or the open one, and ``StoreTooNew``."""
        ...
