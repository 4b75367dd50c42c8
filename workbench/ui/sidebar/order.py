"""The order of folders: which of them change when one is moved."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from workbench.core.chat.chats import Folder


def moved_into(
    folders: Mapping[str, Folder], folder: Folder, parent_id: str | None, *, beside: Folder | None = None,
    after: bool = False,
) -> list[Folder]:
    """Returns the folders that change when ``folder`` moves into ``parent_id`` (None is the top level).

    It goes to the end, or before or ``after`` the folder ``beside``. The list is empty when nothing changes, or
    when the folder would lie in itself.
    """
    if folder is beside or not may_contain(folders, parent_id, folder):
        return []
    row = [one for one in folders.values() if one.parent_id == parent_id and one.id != folder.id]
    at = len(row) if beside is None else row.index(beside) + after
    row.insert(at, folder)
    changed = [dataclasses.replace(one, parent_id=parent_id, position=position) for position, one in enumerate(row)]
    return [one for one in changed if one != folders[one.id]]


def moved_by(folders: Mapping[str, Folder], folder: Folder, step: int) -> list[Folder]:
    """Returns the folders that change when ``folder`` swaps places with the previous (-1) or next (1) one."""
    row = [one for one in folders.values() if one.parent_id == folder.parent_id]
    at = row.index(folder) + step
    if not 0 <= at < len(row):
        return []
    return moved_into(folders, folder, folder.parent_id, beside=row[at], after=step > 0)


def may_contain(folders: Mapping[str, Folder], parent_id: str | None, folder: Folder) -> bool:
    """Returns whether ``folder`` may move into ``parent_id``: not into itself nor into one below it."""
    above = parent_id
    while above is not None and above in folders:
        if above == folder.id:
            return False
        above = folders[above].parent_id
    return True


def nested(folders: Sequence[Folder], parent_id: str | None = None, depth: int = 0) -> Iterator[tuple[Folder, int]]:
    """Yields each folder with its depth (0 at the top level), followed by the folders in it."""
    for folder in folders:
        if folder.parent_id == parent_id:
            yield folder, depth
            yield from nested(folders, folder.id, depth + 1)
