"""One file imported again: twice, killed, from two processes at once, grown and edited."""

from __future__ import annotations

import pytest

from tests.files.imports.repeated import main


@pytest.mark.process
def test_nothing_comes_twice_and_nothing_is_lost() -> None:
    main(120)
