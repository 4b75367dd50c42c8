"""Replacement of files that another program holds for a moment, as scanners of Windows do."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.core.file_replacement import replace_file


class Held(PermissionError):
    def __init__(self, code: int) -> None:
        super().__init__(13, "Access is denied")
        self.winerror = code


@pytest.mark.parametrize("code", [5, 32, 33])
def test_a_file_that_is_held_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    (new := tmp_path / "new").write_text("new")
    (old := tmp_path / "old").write_text("old")
    real, tries = Path.replace, [0]

    def held(self: Path, target: Path) -> Path:
        tries[0] += 1
        if tries[0] < 3:
            raise Held(code)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", held)
    replace_file(new, old)
    assert old.read_text() == "new" and tries[0] == 3


def test_other_failures_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "none", tmp_path / "target")
