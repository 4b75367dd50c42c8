"""Edits: messages that were changed in the other program, with all that follows them in the file.

A changed message comes beside the one that is here. What follows it stands below the old one already, so it comes once
more, below the new one, under ids that follow from both: the next import finds it there.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence

from workbench.core.ids import id_within

from .values import ForeignNode


def placed(
    nodes: Sequence[ForeignNode], ids: Mapping[str, str], is_here: Callable[[str], bool],
    parents: Callable[[], Mapping[str, str | None]],
) -> dict[str, str]:
    """Returns the id here of each message by its foreign one, from ``ids``, which say nothing of its place. ``nodes``
    have parents before children; ``parents`` returns the parent of each message of the chat here."""
    own: dict[str, str] = {}
    stored: Mapping[str, str | None] = {}
    of_file = set(ids.values())
    for node in nodes:
        id = ids[node.id]
        above = own[node.parent] if node.parent is not None else None
        if above is not None and is_here(id) and not (is_here(above) and above in of_file):
            stored = stored or parents()
            again = id_within(above, id)
            if is_here(again) or _follows(stored.get(id), above, of_file):
                id = again
        own[node.id] = id
    return own


def _follows(stands_below: str | None, above: str, of_file: Container[str]) -> bool:
    """Returns whether a message comes once more, below ``above``. It does not if the one that it ``stands_below`` is
    still in the file: then ``above`` was taken out here, or had nothing in it before."""
    if stands_below is None or stands_below == above:
        return False
    return above not in of_file or stands_below not in of_file
