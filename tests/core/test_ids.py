"""Identifiers: of one length, safe in a file name, and in the order of their time."""

from __future__ import annotations

import re

import pytest

from workbench.core import ids
from workbench.core.ids import new_id


def test_they_are_alike_and_never_the_same() -> None:
    made = [new_id() for _ in range(1000)]
    assert len(set(made)) == 1000 and all(re.fullmatch("[0-9a-hjkmnp-tv-z]{16}", one) for one in made)


def test_later_ones_sort_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for moment in (0.0, 1.5e9, 1.5e9 + 0.001, 4e9):
        monkeypatch.setattr(ids.time, "time", lambda moment=moment: moment)
        made.append(new_id())
    assert made == sorted(made) and len({one[:9] for one in made}) == 4
