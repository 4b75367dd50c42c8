"""Limits on what is inflated of archives."""

from __future__ import annotations

import pytest

from tests.files.attachments.made_files import archive
from workbench.core.errors import BadInput
from workbench.files.attachments import archives
from workbench.files.attachments.archives import Archive


def test_parts_are_read_and_missing_ones_are_empty() -> None:
    opened = Archive(archive({"a": b"1" * 200_000, "b": "x"}), "z")
    assert opened.read("a") == b"1" * 200_000 and opened.read("nowhere") == b"" and not opened.has("nowhere")


def test_bytes_are_counted_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_INFLATED", 1_000_000)
    opened = Archive(archive({"a": bytes(800_000), "b": bytes(800_000)}), "swollen.docx")
    opened.read("a")
    with pytest.raises(BadInput, match=r"swollen\.docx unpacks to more than 1 MB"):
        opened.read("b")


def test_a_lie_about_sizes_is_damage() -> None:
    whole = bytearray(archive({"a": bytes(100_000)}))
    at = whole.rindex(b"PK\x01\x02") + 24  # the size in the directory
    whole[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(BadInput, match="damaged"):
        Archive(bytes(whole), "z").read("a")


def test_what_is_no_archive_or_has_too_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="z is damaged"):
        Archive(b"PK\x03\x04 and no more", "z")
    monkeypatch.setattr(archives, "MOST_PARTS", 2)
    with pytest.raises(BadInput, match="more than 2 parts"):
        Archive(archive({"a": "", "b": "", "c": ""}), "z")


def test_a_locked_part_is_said_to_be() -> None:
    whole = bytearray(archive({"a": "secret"}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(signature) + place] |= 1  # as encrypted
    with pytest.raises(BadInput, match="protected by a password"):
        Archive(bytes(whole), "z").read("a")
