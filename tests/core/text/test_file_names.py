from __future__ import annotations

import pytest

from workbench.core.text.file_names import file_name, unused


@pytest.mark.parametrize(("title", "name"), [
    ("a/b\\c:d*?", "a b c d"), ("CON", "id"), ("CON .x", "id"), ("CONIN$", "id"), ("COM¹", "id"),
    ("cafe\u0301", "café"),
    ("lpt1.txt", "id"), ("  ..  ", "id"), ("测试 ok", "测试 ok"),
    ("../../etc/passwd", "etc passwd"), ("x" * 200, "x" * 80), ('a "what"? <x>|', "a what x"),
    ("हिन्दी", "हिन्दी"), ("re\u202egnp.exe\n\0", "re gnp.exe"), ("\ud800", "id"),
])
def test_file_names_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(title, "id") == name


def test_a_long_name_in_any_script_leaves_room_for_more() -> None:
    assert len(file_name("测" * 200, "id").encode()) <= 160


def test_names_that_differ_in_case_alone_get_a_number() -> None:
    used: set[str] = set()
    assert [unused(name, set()) for name in ("café", "cafe\u0301")] == ["café", "cafe\u0301"]
    accents: set[str] = set()
    assert [unused(name, accents) for name in ("café", "cafe\u0301", "CAFÉ", "STRASSE", "straße")] == [
        "café", "cafe\u0301 2", "CAFÉ 3", "STRASSE", "straße 2"]
    assert [unused(name, used) for name in ("Chat", "chat", "Chat", "other")] == ["Chat", "chat 2", "Chat 3", "other"]
