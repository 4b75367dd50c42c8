"""What an unread event means for the end of a stream."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.providers.wire.unread_events import UnreadEvents


@pytest.mark.parametrize(("text", "damaged"), [
    ('{"a', True), ("x]", True), ("ping", False), ("", False), ("Internal Server Error", False),
])
def test_damage_is_told_from_words(text: str, damaged: bool) -> None:
    unread = UnreadEvents()
    unread.note_text(text)
    assert unread.damaged == damaged


@pytest.mark.parametrize("data", [{}, [], None, 7, {"usage": {"input_tokens": 3}}, {"message": ""}, {"detail": []}])
def test_json_that_says_nothing(data: Any) -> None:
    unread = UnreadEvents()
    unread.note_json(data)
    assert "says" not in str(unread.error("X"))


def test_the_first_damage_and_the_last_words_count() -> None:
    unread = UnreadEvents()
    unread.note_text("starting")
    unread.note_json({"error": {"message": "out of memory"}})
    assert str(unread.error("X")).endswith("What came is kept. X says: out of memory.")
    unread.note_text("{1")
    unread.note_text("{2")
    assert unread.error("X").body == "{1"


def test_long_words_are_cut() -> None:
    unread = UnreadEvents()
    unread.note_text("word " * 10**6)
    assert len(str(unread.error("X"))) < 800
