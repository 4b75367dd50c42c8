"""The data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.core.errors import BadInput
from workbench.storage.paths import data_folder


def test_the_first_place_that_is_named_counts(isolated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_folder(tmp_path / "mine") == tmp_path / "mine"
    assert data_folder() == isolated
    assert isolated.stat().st_mode & 0o777 == 0o700
    monkeypatch.delenv("WORKBENCH_DATA_DIR")
    assert data_folder().is_relative_to(tmp_path / "home") and data_folder().name == "chat-workbench"


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BadInput, match="--data-dir"):
        data_folder(tmp_path / "file" / "below")
