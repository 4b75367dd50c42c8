"""Chats as values: title, settings and place, without their messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from workbench.core.json_types import Json


@dataclass(frozen=True, slots=True)
class Chat:
    """``tip`` is the id of the message at the end of the active branch, None while there is none.

    ``params`` holds the parameters set to Custom; ``draft`` is the text in the composer; times are seconds since 1970.
    ``extra`` keeps what an import could not place, and view state (scroll position, lanes). Nothing of a ``temporary``
    chat is written to disk; set to False, it is kept like any other.
    """

    id: str
    title: str = ""
    model: str = ""
    system: str = ""
    params: Mapping[str, Json] = field(default_factory=dict)
    tip: str | None = None
    draft: str = ""
    folder_id: str | None = None
    tags: tuple[str, ...] = ()
    pinned: bool = False
    archived: bool = False
    created: float = 0.0
    updated: float = 0.0
    extra: Mapping[str, Json] = field(default_factory=dict)
    temporary: bool = False


class ChatFields(TypedDict, total=False):
    """Fields of a ``Chat`` by name: those that change, or that a new one begins with."""

    title: str
    model: str
    system: str
    params: Mapping[str, Json]
    tip: str | None
    draft: str
    folder_id: str | None
    tags: tuple[str, ...]
    pinned: bool
    archived: bool
    extra: Mapping[str, Json]
    temporary: bool


@dataclass(frozen=True, slots=True)
class ChatQuery:
    """A selection of chats, newest first (pinned apart). ``title`` filters by a part of the title, in any case."""

    title: str = ""
    folder_id: str | None = None
    tag: str = ""
    pinned: bool | None = None
    archived: bool = False
    offset: int = 0
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder. Folders nest; ``position`` orders those of one parent."""

    id: str
    name: str
    parent_id: str | None = None
    position: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that a search found. ``snippet`` is plain text; ``marks`` are (start, length) in it."""

    chat_id: str
    message_id: str
    chat_title: str
    role: str
    created: float
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()
