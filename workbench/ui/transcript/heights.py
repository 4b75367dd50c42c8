"""A growing column of heights that knows where a row is, and which row is at a height, in O(log n).

A Fenwick tree (P. M. Fenwick, "A new data structure for cumulative frequency tables", 1994). All heights
are whole pixels, so that sums never drift.
"""

from __future__ import annotations

from collections.abc import Iterable


class Heights:
    """Heights of rows from top to bottom. Indices are from 0; offsets are pixels from the top."""

    __slots__ = ("_tree", "_values")

    def __init__(self, values: Iterable[int] = ()) -> None:
        self._values = list(values)
        self._tree = [0, *self._values]
        for node in range(1, len(self._tree)):
            above = node + (node & -node)
            if above < len(self._tree):
                self._tree[above] += self._tree[node]

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> int:
        return self._values[index]

    def append(self, value: int) -> None:
        """Adds a row below all others."""
        self._values.append(value)
        index = len(self._values)
        covered, step = value, 1
        while not index & step:  # node `index` sums the rows index - lowbit(index) + 1 … index
            covered += self._tree[index - step]
            step <<= 1
        self._tree.append(covered)

    def truncate(self, count: int) -> None:
        """Keeps the first ``count`` rows. No node of the tree looks at rows below its own."""
        del self._values[count:]
        del self._tree[count + 1 :]

    def set(self, index: int, value: int) -> None:
        change = value - self._values[index]
        if not change:
            return
        self._values[index] = value
        node = index + 1
        while node < len(self._tree):
            self._tree[node] += change
            node += node & -node

    def offset(self, index: int) -> int:
        """Returns the top of row ``index``; ``offset(len(self))`` is the total."""
        total = 0
        while index > 0:
            total += self._tree[index]
            index -= index & -index
        return total

    def total(self) -> int:
        return self.offset(len(self._values))

    def find(self, y: int) -> int:
        """Returns the row that covers pixel ``y``: the first above the top, the last below the bottom."""
        count = len(self._values)
        node, step = 0, 1 << count.bit_length()
        while step:
            following = node + step
            if following <= count and self._tree[following] <= y:
                node = following
                y -= self._tree[following]
            step >>= 1
        return min(node, count - 1) if count else 0
