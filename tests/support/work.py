"""The cost of work without a clock: the number of calls that it makes, the same on every machine and at any load."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def calls(work: Callable[[], object]) -> int:
    """Counts the calls that ``work`` makes in this thread, of functions in Python and in C.

    What C does within a call counts as nothing: times are measured by ``workbench bench``.
    """
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
