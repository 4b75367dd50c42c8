"""Where folders stand: what has to be saved when one of them goes to another place."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from workbench.core.chat.chats import Folder


def placed(
    folders: Mapping[str, Folder], folder: Folder, parent_id: str | None, *, beside: Folder | None = None,
    after: bool = False,
) -> list[Folder]:
    """The folders that change when ``folder`` goes into ``parent_id`` (None: the top): to the end, or before or
    ``after`` the folder ``beside`` there. Empty when nothing changes, or it would come to lie in itself."""
    if folder is beside or not may_lie_in(folders, folder, parent_id):
        return []
    row = [one for one in folders.values() if one.parent_id == parent_id and one.id != folder.id]
    at = len(row) if beside is None else row.index(beside) + after
    row.insert(at, folder)
    placed = [dataclasses.replace(one, parent_id=parent_id, position=position) for position, one in enumerate(row)]
    return [one for one in placed if one != folders[one.id]]


def stepped(folders: Mapping[str, Folder], folder: Folder, step: int) -> list[Folder]:
    """The folders that change when ``folder`` changes places with the one before (-1) or after (1) it."""
    row = [one for one in folders.values() if one.parent_id == folder.parent_id]
    at = row.index(folder) + step
    if not 0 <= at < len(row):
        return []
    return placed(folders, folder, folder.parent_id, beside=row[at], after=step > 0)


def may_lie_in(folders: Mapping[str, Folder], folder: Folder, parent_id: str | None) -> bool:
    above = parent_id
    while above is not None and above in folders:
        if above == folder.id:
            return False
        above = folders[above].parent_id
    return True


def nested(folders: Sequence[Folder], parent_id: str | None = None, depth: int = 0) -> Iterator[tuple[Folder, int]]:
    """Each folder with how deep it lies, followed by those in it."""
    for folder in folders:
        if folder.parent_id == parent_id:
            yield folder, depth
            yield from nested(folders, folder.id, depth + 1)
