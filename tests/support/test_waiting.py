"""What a wait that is given up says."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.support.waiting import until


def test_what_never_came_is_named(run: Run) -> None:
    came: list[int] = []
    with pytest.raises(TimeoutError, match=r"waited 0\.01 s for the reply"):
        run(until(lambda: came, timeout=0.01, what="the reply"))
    with pytest.raises(TimeoutError, match=r"for .*len\(came\) == 3"):
        run(until(lambda: len(came) == 3, timeout=0.01))
    with pytest.raises(TimeoutError, match="for <method-wrapper"):
        run(until([].__len__, timeout=0.01))
