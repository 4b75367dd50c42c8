from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from workbench.core.gc_policy import THRESHOLDS, collect_rarely


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before, on, frozen = gc.get_threshold(), gc.isenabled(), gc.get_freeze_count()
    yield
    gc.unfreeze()
    if frozen:
        gc.freeze()
    gc.set_threshold(*before)
    (gc.enable if on else gc.disable)()


class Knot:
    """Holds itself: only the collector finds out that nobody else does."""

    def __init__(self) -> None:
        self.self = self


def test_what_is_there_is_left_alone_and_what_comes_later_is_not() -> None:
    gc.disable()
    old = weakref.ref(Knot())
    collect_rarely()
    assert gc.isenabled() and gc.get_threshold() == THRESHOLDS
    new = weakref.ref(Knot())
    gc.collect()
    assert old() is not None and new() is None
