"""Which chats an export takes, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.core.json_types import Json


@dataclass(frozen=True, slots=True)
class Scope:
    """``chat_ids`` themselves, or all chats in the folder ``folder_id`` and below it, or (with neither) all.
    ``name`` is for files, ``title`` for people. ``count`` and ``archived`` say how many chats are shown and how
    many are in the archive."""

    title: str
    name: str
    chat_ids: tuple[str, ...] = ()
    folder_id: str = ""
    count: int = 0
    archived: int = 0

    @property
    def folder_ids(self) -> list[str] | None:
        """Where the chats are; None is everywhere."""
        return [self.folder_id] if self.folder_id else None

    def size(self, *, with_archived: bool) -> int:
        return self.count + (self.archived if with_archived or self.chat_ids else 0)


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What was chosen in the dialog. ``options`` are fields of ``ExportOptions``, and those of a picture."""

    scope: Scope
    format: str
    archived: bool = True
    options: Mapping[str, Json] = field(default_factory=dict)
