"""Files in folders that the user chose, and none outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.core.errors import BadInput
from workbench.tools.built_in import folders
from workbench.tools.built_in.folders import inside, listing, piece, plain_text


@pytest.fixture
def root(tmp_path: Path) -> Path:
    chosen = tmp_path / "chosen"
    (chosen / "deep").mkdir(parents=True)
    (chosen / "a.txt").write_text("text", "utf-8")
    (chosen / "deep" / "名字.md").write_text("# 你好", "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (chosen / "way-out").symlink_to(tmp_path)
    (chosen / "circle").symlink_to(chosen / "circle")
    return chosen


@pytest.mark.parametrize("path", ["../secret.txt", "way-out/secret.txt", "/etc/passwd", "deep/../../secret.txt", "\0",
                                  "circle", "none.txt", "x" * 5000])
def test_nothing_outside(root: Path, path: str) -> None:
    with pytest.raises(BadInput):
        inside([str(root)], path)


def test_what_lies_inside(root: Path) -> None:
    assert plain_text(inside([str(root)], "a.txt")) == "text"
    assert plain_text(inside([str(root)], str(root / "deep" / "名字.md"))) == "# 你好"
    assert listing([str(root)], "deep") == f"名字.md {len('# 你好'.encode())}"
    assert listing([str(root)], "").splitlines()[0] == "a.txt 4"
    assert listing([str(root), str(root / "deep")], "") == f"{root}/\n{root / 'deep'}/"
    with pytest.raises(BadInput, match="chosen no folder"):
        inside([], "a.txt")
    with pytest.raises(BadInput, match="is a file"):
        listing([str(root)], "a.txt")


def test_what_is_no_text(root: Path) -> None:
    (root / "b.bin").write_bytes(b"\xff\xfe\0\1")
    assert plain_text(root / "b.bin") is None
    with pytest.raises(BadInput, match="is no file"):
        plain_text(root / "deep")


def test_long_texts_come_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_TEXT", 4)
    assert piece("abcdefgh", 0) == "abcd\n[4 letters more, from offset 4]" and piece("abcdefgh", 4) == "efgh"
