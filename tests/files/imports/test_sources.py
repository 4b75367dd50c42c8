"""Sources: files, archives and folders as named streams, and what is refused before it is read."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from workbench.core.errors import BadInput
from workbench.files.imports import sources
from workbench.files.imports.sources import open_source


def contents(path: Path, read: Callable[[int], None] = lambda count: None) -> dict[str, bytes]:
    with closing(open_source(path, read)) as source:
        return {member: source.open(member).read() for member in source.members}


def test_each_kind_has_the_same_members(tmp_path: Path) -> None:
    (tmp_path / "plain.json").write_bytes(b"[]")
    (tmp_path / "packed.json").write_bytes(gzip.compress(b"[]"))
    (tmp_path / "folder/deep").mkdir(parents=True)
    (tmp_path / "folder/deep/a.json").write_bytes(b"[1]")
    (tmp_path / "folder/link").symlink_to("/etc/passwd")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/", "")
        archive.writestr("deep/a.json", b"[1]")
    assert contents(tmp_path / "plain.json") == {"plain.json": b"[]"}
    assert contents(tmp_path / "packed.json") == {"packed.json": b"[]"}
    assert contents(tmp_path / "folder") == contents(tmp_path / "a.zip") == {"deep/a.json": b"[1]"}


def test_what_is_read_is_counted_and_can_be_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"x" * 100)
    counted: list[int] = []
    contents(tmp_path / "a.json", counted.append)
    assert sum(counted) == 100

    def stop(count: int) -> None:
        raise BadInput("Stopped.")

    with pytest.raises(BadInput, match=r"Stopped\."):
        contents(tmp_path / "a.json", stop)


@pytest.mark.parametrize("name", ["/etc/x", "..\\x", "a/../../x", "C:\\x"])
def test_names_that_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"x")
    with pytest.raises(BadInput, match="leads out of its folder"):
        open_source(tmp_path / "a.zip", lambda count: None)


def test_links_and_bombs_in_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(BadInput, match="holds the link"):
        open_source(tmp_path / "link.zip", lambda count: None)
    monkeypatch.setattr(sources, "_SMALL", 10_000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b"0" * 5_000_000)
    with pytest.raises(BadInput, match="200 times its size"):
        open_source(tmp_path / "bomb.zip", lambda count: None)
    (tmp_path / "bomb.json").write_bytes(gzip.compress(b"0" * 5_000_000))
    with pytest.raises(BadInput, match="far more than a conversation"):
        contents(tmp_path / "bomb.json")


@pytest.mark.parametrize(("content", "sentence"), [
    (b"", "is empty"), (b"PK\x03\x04 and nothing more", "damaged ZIP"),
    (gzip.compress(b"[]" * 1000, mtime=0)[:20], "is damaged"),
], ids=["empty", "zip", "gzip"])
def test_damaged_files(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(BadInput, match=sentence):
        contents(tmp_path / "x")
    with pytest.raises(BadInput, match="There is no file"):
        open_source(tmp_path / "missing", lambda count: None)
