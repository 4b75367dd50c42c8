"""A file whose place the user chose is written, or a sentence says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.errors import BadInput
from workbench.ui.shell.write_file import write_file


def test_a_file_is_written_and_replaced(run: Run, tmp_path: Path) -> None:
    for data in (b"first and longer", b"second"):
        run(write_file(tmp_path / "f", data))
        assert (tmp_path / "f").read_bytes() == data


def test_a_place_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "none" / "f"
    with pytest.raises(BadInput, match=r"could not be written: No such file or directory\. Choose another place\."):
        run(write_file(place, b""))
