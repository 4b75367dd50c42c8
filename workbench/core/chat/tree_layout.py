"""The layout of a conversation's tree: rows of an outline that stays narrow however long the conversation is.

Where it does not fork, all messages have one depth. At a fork the branch that was written to last continues at that
depth, below its siblings, which are indented by one; so choosing another branch moves no row. Long runs of plain
messages fold into one row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from .messages import MessageSummary, Status

FOLDED = 5
"""So many messages in a row without a fork, a name or anything unusual fold into one row."""


class TreeRow(NamedTuple):
    """A message in its place, or (``folded``) the first of several that fold.

    ``rails`` has a bit for each depth above this row's whose branch passes by; it is set where that is the active
    branch. ``begins`` says that the row is the first of a branch, ``continues`` that the branch has more rows.
    ``branch`` counts from 1 among ``branches``. ``shown`` says that it is on the active branch, ``last`` at its end,
    ``plain`` that it may fold: no fork, name or unusual state.
    """

    summary: MessageSummary
    depth: int
    rails: int
    begins: bool
    continues: bool
    branch: int
    branches: int
    shown: bool
    last: bool
    plain: bool
    folded: tuple[str, ...] = ()


class TreeLayout(NamedTuple):
    """``keys`` name the rows: two layouts of one chat differ where their keys do. ``ends`` is the number of branches:
    messages without a child."""

    rows: tuple[TreeRow, ...] = ()
    keys: tuple[str, ...] = ()
    messages: int = 0
    ends: int = 0
    deepest: int = 0


class _Place(NamedTuple):
    """The place of a message, by its number among the summaries."""

    number: int
    depth: int
    rails: int
    branch: int
    branches: int
    set_in: bool


class _Family(NamedTuple):
    """The children of one message; ``straight`` is the one that continues at its depth."""

    children: tuple[int, ...]
    straight: int


def lay_out(
    summaries: Sequence[MessageSummary], tip: str | None, unfolded: Collection[str] = frozenset()
) -> TreeLayout:
    """Lays out ``summaries``, parents before children; ``tip`` is the end of the active branch. A run of plain messages
    folds unless its first is ``unfolded``. Takes about 4 µs a message."""
    families = _families(summaries)
    shown = _path(summaries, tip)
    rows: list[TreeRow] = []
    stretch: list[TreeRow] = []
    for row in _walk(summaries, families, shown, tip):
        if not row.plain and stretch:
            rows += _folded(stretch, unfolded)
            stretch = []
        (stretch if row.plain else rows).append(row)
    rows += _folded(stretch, unfolded)
    ends = sum(1 for summary in summaries if summary.id not in families)
    keys = tuple(f"{row.summary.id} +" if row.folded else row.summary.id for row in rows)
    return TreeLayout(tuple(rows), keys, len(summaries), ends, max((row.depth for row in rows), default=0))


def _families(summaries: Sequence[MessageSummary]) -> dict[str | None, _Family]:
    """Groups the messages by parent. Those without a parent are a family too."""
    children: dict[str | None, list[int]] = {}
    for number, summary in enumerate(summaries):
        children.setdefault(summary.parent_id, []).append(number)
    newest = list(range(len(summaries)))  # the newest message at or below each
    numbers = {summary.id: number for number, summary in enumerate(summaries)}
    for number in range(len(summaries) - 1, -1, -1):
        parent = numbers.get(summaries[number].parent_id or "")
        if parent is not None and newest[number] > newest[parent]:
            newest[parent] = newest[number]
    return {parent: _Family(tuple(some), max(some, key=newest.__getitem__)) for parent, some in children.items()}


def _path(summaries: Sequence[MessageSummary], tip: str | None) -> set[str]:
    parents = {summary.id: summary.parent_id for summary in summaries}
    path: set[str] = set()
    while tip in parents:
        path.add(tip)
        tip = parents[tip]
    return path


def _walk(
    summaries: Sequence[MessageSummary], families: Mapping[str | None, _Family], shown: Collection[str], tip: str | None
) -> Iterator[TreeRow]:
    """Yields the rows in order, nothing folded."""
    coming = _next(summaries, families.get(None), shown, 0, 0)
    while coming:
        place = coming.pop()
        summary, below = summaries[place.number], families.get(summaries[place.number].id)
        plain = (
            place.branches == 1 and below is not None and len(below.children) == 1 and summary.parent_id is not None
            and not summary.label and summary.status == Status.COMPLETE and summary.id != tip
        )
        first = place.set_in or (summary.parent_id is None and place.branches == 1)
        yield TreeRow(summary, place.depth, place.rails, first, below is not None, place.branch, place.branches,
                         summary.id in shown, summary.id == tip, plain)
        coming += _next(summaries, below, shown, place.depth, place.rails)


def _next(
    summaries: Sequence[MessageSummary], family: _Family | None, shown: Collection[str], depth: int, rails: int
) -> list[_Place]:
    """Returns the places of a message's children, in reverse order."""
    if family is None:
        return []
    if len(family.children) == 1:
        return [_Place(family.straight, depth, rails, 1, 1, False)]
    count = len(family.children)
    places = [_Place(family.straight, depth, rails, family.children.index(family.straight) + 1, count, False)]
    passes = summaries[family.straight].id in shown  # whether the active branch passes on its way to a later sibling
    for branch in range(count, 0, -1):
        child = family.children[branch - 1]
        if child != family.straight:
            places.append(_Place(child, depth + 1, rails | (passes << depth), branch, count, True))
            passes = passes or summaries[child].id in shown
    return places


def _folded(stretch: list[TreeRow], unfolded: Collection[str]) -> list[TreeRow]:
    if len(stretch) < FOLDED or stretch[0].summary.id in unfolded:
        return stretch
    return [stretch[0]._replace(folded=tuple(row.summary.id for row in stretch))]
