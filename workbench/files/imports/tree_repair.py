"""Tree repair: every foreign message once, none above itself, parents first."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Container, Sequence

from workbench.core.chat.messages import Status
from workbench.core.chat.parts import Reasoning, Text

from .values import ForeignNode

Note = Callable[[str], None]


def repaired(nodes: Sequence[ForeignNode], note: Note) -> list[ForeignNode]:
    """Returns the nodes with parents before children and siblings in their order. Faults are repaired and noted: an id
    that occurs twice, a parent that does not exist, a message below itself."""
    unique = _unique(nodes, note)
    linked: dict[str, ForeignNode] = {}
    for id, node in unique.items():
        if node.parent is not None and node.parent not in unique:
            note("A message whose parent was missing is at the beginning of its chat.")
            node = dataclasses.replace(node, parent=None)
        linked[id] = node
    _cut_circles(linked, note)
    below: dict[str | None, list[str]] = {}
    for id, node in linked.items():
        below.setdefault(node.parent, []).append(id)
    ordered: list[ForeignNode] = []
    waiting = below.get(None, [])[::-1]
    while waiting:
        id = waiting.pop()
        ordered.append(linked[id])
        waiting += reversed(below.get(id, ()))
    return ordered


def _unique(nodes: Sequence[ForeignNode], note: Note) -> dict[str, ForeignNode]:
    unique: dict[str, ForeignNode] = {}
    for node in nodes:
        id, number = node.id, 2
        while id in unique:
            if unique[id].message == node.message:
                id = ""
                break
            id, number = f"{node.id}#{number}", number + 1
        if not id:
            note("A message that was in the file twice was imported once.")
            continue
        if id != node.id:
            note("Two messages had the same name; both were imported.")
            node = dataclasses.replace(node, id=id)
        unique[id] = node
    return unique


def _cut_circles(linked: dict[str, ForeignNode], note: Note) -> None:
    """Walks up from every node; one that comes back to a node of the same walk closes a circle."""
    done: set[str] = set()
    for start in linked:
        walk: dict[str, None] = {}
        id: str | None = start
        while id is not None and id not in done and id not in walk:
            walk[id] = None
            id = linked[id].parent
        if id is not None and id in walk:
            note("Messages that were below themselves were moved to the beginning of their chat.")
            linked[id] = dataclasses.replace(linked[id], parent=None)
        done.update(walk)


def without(
    nodes: Sequence[ForeignNode], left_out: Container[str], tip: str | None
) -> tuple[list[ForeignNode], str | None]:
    """Returns the other nodes, and the end of the line among them. What hung below one that is left out hangs below the
    nearest message above it."""
    stands_at: dict[str | None, str | None] = {None: None}
    kept = []
    for node in nodes:
        above = stands_at.get(node.parent)
        stands_at[node.id] = above if node.id in left_out else node.id
        if node.id not in left_out:
            kept.append(node if above == node.parent else dataclasses.replace(node, parent=above))
    return kept, stands_at.get(tip)


def says_something(node: ForeignNode) -> bool:
    """Returns whether there is anything to see of a message: more than blank space, or how it ended."""
    return node.status is not Status.COMPLETE or any(
        not isinstance(part, Text | Reasoning) or part.text.strip() for part in node.message.parts)


def newest_tip(nodes: Sequence[ForeignNode]) -> str | None:
    """Returns the end of the newest branch, by the order of messages; None without messages."""
    last: dict[str | None, str] = {node.parent: node.id for node in nodes}
    end = last.get(None)
    while end is not None and end in last:
        end = last[end]
    return end
