"""The cost of work without a clock: the number of calls that it makes, the same on every machine and at any load."""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile


def calls(work: Callable[[], object]) -> int:
    """Counts the calls that ``work`` makes in this thread, of functions in Python and in C.

    What C does within a call counts as nothing: times are measured by ``workbench bench``.
    """
    profile = Profile(subcalls=False)
    profile.enable()
    try:
        work()
    finally:
        profile.disable()
    return sum(entry.callcount for entry in profile.getstats())
