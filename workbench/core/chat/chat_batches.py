"""Batches of chats: all of them, or those of some folders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .chats import ChatQuery

if TYPE_CHECKING:
    from workbench.core.ports.store import Store

_PAGE = 5000
"""Chats fetched at once."""


async def gather(store: Store, folder_ids: Iterable[str] | None = None, *, archived: bool = True) -> list[str]:
    """Returns the ids of all chats, or of those in these folders and the folders below them; with ``archived`` also of
    archived ones, last."""
    places = await _places(store, folder_ids)
    found: list[str] = []
    for away in (False, True) if archived else (False,):
        for place in places:
            offset = 0
            while chats := await store.chats(ChatQuery(folder_id=place, archived=away, offset=offset, limit=_PAGE)):
                found += [chat.id for chat in chats]
                offset += len(chats)
    return found


async def tally(store: Store, folder_ids: Iterable[str] | None = None) -> tuple[int, int]:
    """Returns how many chats ``gather`` finds outside the archive and in it."""
    places = await _places(store, folder_ids)
    shown, away = [sum([await store.count_chats(ChatQuery(folder_id=place, archived=archived)) for place in places])
                   for archived in (False, True)]
    return shown, away


async def _places(store: Store, folder_ids: Iterable[str] | None) -> list[str] | list[None]:
    """Returns the folders and all below them; ``[None]`` for every place."""
    if folder_ids is None:
        return [None]
    folders, found = await store.folders(), set(folder_ids)
    while below := {folder.id for folder in folders if folder.parent_id in found} - found:
        found |= below
    return [folder.id for folder in folders if folder.id in found]
