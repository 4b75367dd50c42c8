"""Faults of clocks: the clock of the wall that jumps, as it does when a computer wakes or somebody sets it."""

from __future__ import annotations

import time

import pytest

HOUR, YEAR = 3600.0, 365.25 * 24 * 3600
JUMPS = {"an hour back": -HOUR, "an hour forward": HOUR, "ten years forward": 10 * YEAR, "to the beginning": -56 * YEAR}


def jump(patch: pytest.MonkeyPatch, seconds: float) -> None:
    """Sets the clock forward (or back); clocks that only measure spans go on."""
    before = time.time
    patch.setattr(time, "time", lambda: max(before() + seconds, 1.0))
