"""Values for what is exported: a scope of chats, and a format with options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.core.json_types import Json


@dataclass(frozen=True, slots=True)
class Scope:
    """The chats ``chat_ids``, or those in the folder ``folder_id`` and below it, or (with neither) all.

    ``name`` is for files, ``title`` for people. ``count`` is the number of chats outside the archive, ``archived`` of
    those in it.
    """

    title: str
    name: str
    chat_ids: tuple[str, ...] = ()
    folder_id: str = ""
    count: int = 0
    archived: int = 0

    @property
    def folder_ids(self) -> list[str] | None:
        """The folders that the chats are in; None is everywhere."""
        return [self.folder_id] if self.folder_id else None

    def size(self, *, with_archived: bool) -> int:
        """Returns the number of chats that are exported."""
        return self.count + (self.archived if with_archived or self.chat_ids else 0)


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """An export as it was chosen. ``options`` are fields of ``ExportOptions``, and those of a picture."""

    scope: Scope
    format: str
    archived: bool = True
    options: Mapping[str, Json] = field(default_factory=dict)
