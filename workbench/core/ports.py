"""What the program needs from outside, as Protocols. ``app.py`` and ``cli`` hand in the real ones.

Everything that waits (network, disk, keyring) is a coroutine; the implementations do the waiting off the
event loop's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol

from .chats import Chat, ChatQuery, Folder, Hit
from .context import Choices
from .exports import ExportFormat
from .json_types import Json
from .messages import Message, Node, Status, Stub, TreeStub
from .parts import Blob, Part
from .records import RequestRecord
from .settings import Settings

if TYPE_CHECKING:
    from .templates import Template


class Store(Protocol):
    """Chats and messages. Every change is on disk when the call returns. Raises ``StoreError``."""

    async def create_chat(self, chat: Chat) -> Chat:
        """Keeps a new chat; ``id`` and times may be empty and are filled in. A ``temporary`` one, its messages
        and what names it stay in memory, in no list and found by no search."""
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
        """Every tag that a chat has, in order of the alphabet."""
        ...

    async def delete_chats(self, chat_ids: Iterable[str]) -> str:
        """Puts chats out of sight; returns a token for ``undo``. Gone for good after 30 days."""
        ...

    async def delete_messages(self, chat_id: str, node_ids: Iterable[str], *, below: bool) -> str:
        """Takes messages out (children move up to the parent), or with all ``below``; token for ``undo``."""
        ...

    async def insert_message(
        self, chat_id: str, parent_id: str | None, child_id: str | None, message: Message
    ) -> tuple[Node, str]:
        """Puts a message between one and what follows it, which moves below the new one with all its branches;
        the siblings of what follows stay. Without ``child_id`` it becomes another end, to which the tip moves
        when it stood at ``parent_id``. Also returns a token for ``undo``."""
        ...

    async def undo(self, token: str) -> None: ...
    async def purge(self, token: str) -> None:
        """Takes what was deleted away for good, before its time."""
        ...

    async def folders(self) -> Sequence[Folder]: ...
    async def save_folder(self, folder: Folder) -> Folder: ...
    async def delete_folder(self, folder_id: str) -> str: ...

    async def add_message(
        self, chat_id: str, parent_id: str | None, message: Message, *, status: Status = Status.COMPLETE,
        origin: str = "", move_tip: bool = True, record: RequestRecord | None = None,
    ) -> Node:
        """Adds a message below ``parent_id``; the chat's tip moves to it unless told otherwise."""
        ...

    async def journal(self, node_id: str, message: Message) -> None:
        """What has come so far of a streaming reply."""
        ...

    async def finish(
        self, node_id: str, message: Message, status: Status, record: RequestRecord | None
    ) -> Node: ...

    async def set_tip(self, chat_id: str, node_id: str | None) -> None: ...
    async def set_label(self, node_id: str, label: str) -> None: ...
    async def set_extra(self, node_id: str, changes: Mapping[str, Json]) -> None:
        """Changes entries of a message's ``extra``, as a JSON merge patch (RFC 7396) does: tables are merged, None
        takes an entry out. What a running reply adds meanwhile stays, and so does this when the reply ends."""
        ...

    async def context_choices(self, chat_id: str) -> Mapping[str, Choices]:
        """By message: the choices noted with it (see ``core.context``); few messages have any."""
        ...

    async def line(self, chat_id: str, tip: str | None = None) -> Sequence[Stub]:
        """The messages from the root to ``tip`` (default: the chat's tip), without their contents."""
        ...

    async def tree(self, chat_id: str) -> Sequence[Stub]:
        """All messages of a chat in order of position, parents before children, without their contents."""
        ...

    async def outline(self, chat_id: str) -> Sequence[TreeStub]:
        """The same messages in the same order, with what a view of the tree shows of them."""
        ...

    async def beginnings(self, node_ids: Iterable[str]) -> Mapping[str, str]:
        """The first words of messages, by id, on one line: of the text, else what stands in its place."""
        ...

    async def nodes(self, node_ids: Iterable[str]) -> Sequence[Node]:
        """Messages with their contents, in the order asked for; missing ones are left out."""
        ...

    async def siblings(self, node_id: str) -> Sequence[str]:
        """The ids of a message and its siblings, in order."""
        ...

    async def tip_below(self, node_id: str) -> str:
        """The end of the line through ``node_id`` that was shown last (else the newest)."""
        ...

    async def search(self, query: str, limit: int = 50) -> Sequence[Hit]: ...

    async def put_blob(self, data: bytes, mime: str, name: str = "") -> Blob: ...
    async def blob(self, sha256: str) -> bytes: ...

    async def check(self) -> tuple[bool, str]:
        """Whether the database is sound, and a sentence on it (its size, what is wrong)."""
        ...

    async def maintain(self, *, backups: bool, now: datetime) -> Path | None:
        """What is due once a day: a rolling backup (returned when one was made) and the purge of what was
        deleted 30 days ago. Raises ``StoreDamaged`` when the database fails its check."""
        ...

    async def recall(self, key: str) -> Json:
        """A small value kept by name (learned dialects, model lists, measured abilities); None: absent."""
        ...

    async def keep(self, key: str, value: Json) -> None: ...
    async def recall_all(self, prefix: str) -> Mapping[str, Json]: ...

    async def backup(self, path: Path) -> None:
        """Writes a copy of everything into one file, while the program runs."""
        ...

    async def restore(self, path: Path, mode: Literal["merge", "replace"] = "merge") -> None:
        """Adds what a backup has and the store has not, or puts it in the place of everything, of which a copy
        is kept among the backups. Raises ``BadInput`` when the file is no backup."""
        ...

    def changed(self, listener: Callable[[str, str], None]) -> Callable[[], None]:
        """Calls ``listener(what, id)`` on the event loop after each change, also by another process; ``what``
        is ``chat``, ``message`` or ``folder``. Returns the way to stop it."""
        ...


class Secrets(Protocol):
    """Keys, by provider and origin (scheme, host, port). Raises ``KeyringUnavailable``."""

    async def get(self, provider_id: str, origin: str) -> str | None:
        """From this session, the keyring, or None."""
        ...

    async def set(self, provider_id: str, origin: str, key: str, *, session_only: bool = False) -> None:
        """Keeps a cleaned key; raises ``BadInput`` for one that cannot be a header value."""
        ...

    async def remove(self, provider_id: str, origin: str) -> None: ...

    async def status(self, provider_id: str, origin: str) -> str:
        """``keyring``, ``session`` or ``none``; with the last four characters after a space when kept."""
        ...

    async def backend(self) -> str:
        """The keyring's name for people; raises ``KeyringUnavailable``."""
        ...


class SettingsFile(Protocol):
    """The one settings file."""

    @property
    def value(self) -> Settings: ...

    def change(self, **changes: Any) -> Settings:
        """Saves and announces; raises ``BadInput`` for a value that a setting cannot have."""
        ...

    def changed(self, listener: Callable[[Settings], None]) -> Callable[[], None]: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file made ready to be sent: its part, the blobs the part names, and a word for the user."""

    part: Part
    blobs: Mapping[str, bytes]
    note: str = ""


class Attachments(Protocol):
    """Files to parts: limits are checked before decoding, images lose EXIF and are made to fit."""

    async def prepare(self, path: Path) -> Prepared:
        """Raises ``BadInput`` with what is wrong with the file and what to do."""
        ...

    async def prepare_bytes(self, data: bytes, name: str) -> Prepared: ...


class Staged(Protocol):
    """``async with`` gives the folder. ``moved`` are the files that stand in their place afterwards."""

    moved: Sequence[Path]

    async def __aenter__(self) -> Path: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Exchange(Protocol):
    """Export and import."""

    def formats(self) -> Sequence[ExportFormat]: ...

    def staged(self, path: Path) -> Staged:
        """A folder for files that stand beside ``path`` when its block has ended well, or not at all."""
        ...

    async def export(
        self, chat_ids: Sequence[str], format: str, path: Path, *, options: Mapping[str, Json],
        progress: Callable[[int, int], None],
    ) -> Sequence[Path]:
        """Writes files atomically and returns them; cancelling leaves nothing half done. ``options`` are fields
        of ``ExportOptions``."""
        ...

    def sources(self) -> Sequence[ImportSource]: ...

    async def import_files(
        self, paths: Sequence[Path], *, dry_run: bool, progress: Callable[[int, int], None]
    ) -> ImportReport: ...


@dataclass(frozen=True, slots=True)
class ImportSource:
    """A program that chats can come from, and a sentence on what it ``gives``."""

    name: str
    gives: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came, or would come. ``notes`` are sentences on what was not understood; ``unchanged`` counts chats
    that an earlier import brought in full, ``skipped`` items that were none. ``files`` says the same of each file
    by its ``name``."""

    format: str
    chats: int = 0
    updated: int = 0
    messages: int = 0
    branches: int = 0
    images: int = 0
    skipped: int = 0
    notes: tuple[str, ...] = ()
    unchanged: int = 0
    name: str = ""
    files: tuple[ImportReport, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateList:
    """Templates by the names of their files (without ``.md``), and a sentence on each file that is none."""

    templates: Mapping[str, Template]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """A template as it was. ``written`` is seconds since 1970."""

    template: Template
    written: float


class Templates(Protocol):
    """Prompt templates, each a file that may also be written by hand. Raises ``BadInput``."""

    async def listed(self) -> TemplateList:
        """By name."""
        ...

    async def save(self, template: Template, key: str = "") -> str:
        """Writes ``<key>.md``, a new file without a key; returns the key. What the file held before is kept."""
        ...

    async def remember(self, key: str) -> None:
        """Keeps the present version, which is about to be used, so that it can be found again."""
        ...

    async def versions(self, key: str) -> Sequence[TemplateVersion]:
        """The present one first, then those kept, newest first."""
        ...

    async def delete(self, key: str) -> None:
        """Takes the file away; its versions stay."""
        ...
