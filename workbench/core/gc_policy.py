"""The garbage collection policy of a program that must not pause."""

from __future__ import annotations

import gc

THRESHOLDS = (10_000, 20, 10)
"""Of the three generations, in place of 700, 10 and 10. Most of what a reply makes lives on, so that looking for
garbage among it finds nothing: with Python's own numbers that takes a fifth of the time of a long list or table, and
a look through everything, some 60 ms, may come in the middle of a reply. With these it is rare."""


def collect_rarely() -> None:
    """Makes collections rare. Call it when everything is made that lives as long as the program: that is not searched
    again."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    gc.enable()
