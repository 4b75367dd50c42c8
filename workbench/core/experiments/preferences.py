"""Preferences: how often a judge preferred the answers of a cell to those of another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.core.json_types import JsonObject
from workbench.core.text.formatting import counted, interval, percent

from .clusters import Row, Rows, difference
from .statistics import Interval

_EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Preference:
    """The comparisons of one check, by its name: so many ``won``, ``tied`` and ``lost``. ``share`` counts a tie as half
    a preference; where nothing is better than the other it is one half. It is ``about_these`` rows alone where they are
    too few to speak for others."""

    name: str
    won: int
    tied: int
    lost: int
    share: Interval
    rows: int
    about_these: bool

    @property
    def verdict(self) -> str:
        return ("better" if self.share.low > _EVEN else "worse" if self.share.high < _EVEN else "may be chance")

    @property
    def words(self) -> str:
        """Says “preferred in 62 % [48, 74] %, may be chance (10 won, 4 tied, 6 lost)”."""
        share = f"preferred in {percent(self.share.value)} {interval(self.share.low, self.share.high)}"
        rows = counted(self.rows, " on this {n} row", " on these {n} rows") if self.about_these else ""
        return f"{share}, {self.verdict}{rows} ({self.won} won, {self.tied} tied, {self.lost} lost)"

    def to_json(self) -> JsonObject:
        return {"check": self.name, "won": self.won, "tied": self.tied, "lost": self.lost,
                "share": self.share.to_json(), "rows": self.rows, "verdict": self.verdict}


def preference(name: str, rows: Mapping[str, Row]) -> Preference:
    """Returns what comparisons come to, given as 1 for an answer that was preferred, 0 for one that was not, and one
    half for a tie. The interval is that of the differences from one half, row by row (see ``clusters.difference``)."""
    values = [value for row in rows.values() for value in row.values]
    found = difference(_even(rows), rows)
    assert found is not None, "a preference has comparisons"
    low, high = (min(max(_EVEN + end, 0.0), 1.0) for end in (found.interval.low, found.interval.high))
    return Preference(name, values.count(1.0), len(values) - values.count(1.0) - values.count(0.0), values.count(0.0),
                      Interval(_EVEN + found.interval.value, low, high), len(rows), found.about_these)


def _even(rows: Rows) -> dict[str, Row]:
    return {name: Row([_EVEN] * len(row.values), row.greedy, row.free) for name, row in rows.items()}
