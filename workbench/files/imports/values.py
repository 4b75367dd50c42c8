"""Foreign chats and messages as values, which every reader of a foreign format yields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workbench.core.chat.messages import Message, Status
from workbench.core.json_types import Json
from workbench.core.reply.records import RequestRecord


@dataclass(frozen=True, slots=True)
class ForeignNode:
    """``id`` and ``parent`` are the other program's; times are seconds since 1970, 0 when unknown."""

    id: str
    parent: str | None
    message: Message
    created: float = 0.0
    status: Status = Status.COMPLETE
    label: str = ""
    origin: str = "import"
    position: int | None = None  # None: in the order in which siblings come
    record: RequestRecord | None = None


@dataclass(frozen=True, slots=True)
class ForeignChat:
    """``id`` is the other program's id of the chat, so that the next import recognises it; ``tip`` the id of the last
    message of the active branch, None: the newest; ``folder`` names from the top down. ``extra`` keeps what has no
    place here. ``native`` chats are this program's own and keep their ids. A chat without an id of its own names the
    ``document`` that it is in, and is known again by what it says; ``id`` may be something that others share. A
    ``loose`` chat has none either, but its messages have: it is known by any of them. A ``merged`` chat comes from
    another database of this program: what is in the trash here stays there, and messages that differ come beside those
    that are here."""

    id: str
    nodes: Sequence[ForeignNode]
    title: str = ""
    tip: str | None = None
    model: str = ""
    system: str = ""
    params: Mapping[str, Json] = field(default_factory=dict)
    folder: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    pinned: bool = False
    archived: bool = False
    created: float = 0.0
    updated: float = 0.0
    draft: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)
    native: bool = False
    document: str = ""
    loose: bool = False
    merged: bool = False
