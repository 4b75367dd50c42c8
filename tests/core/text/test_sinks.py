"""Sinks of text: nothing that acts or deceives reaches a terminal, the clipboard or a line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.text.sinks import MOST_LINE, for_clipboard, for_file, for_line, for_terminal

HOSTILE = (
    "\x1b]0;TITLE\x07", "\x1b]52;c;QQ==\x07", "\x1b[2J", "\x9b31m", "\x1b[201~", "a\rb", "a\x08b", "\x7f", "\x00",
    "\u202egnp.exe", "\u2066x\u2069", "\U000e0041\U000e007f",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_acts(text: str) -> None:
    for clean in (for_clipboard(text), for_file(text), for_terminal(text), for_line(text)):
        assert not [letter for letter in clean if unicodedata.category(letter) == "Cc" and letter not in "\n\t"]
    for clean in (for_terminal(text), for_line(text)):
        assert not [letter for letter in clean if unicodedata.category(letter) == "Cf"]


@pytest.mark.parametrize("text", ["Zwölf 天气 שלום", "👩\u200d👧 🇩🇪", "می\u200cخواهم", "a\n\tb", "e\u0301"])
def test_words_stay(text: str) -> None:
    assert for_clipboard(text) == for_file(text) == for_terminal(text) == text
    assert for_line(text) == " ".join(text.split())


@given(st.text())
def test_a_line_is_one_line_and_short_and_stays(text: str) -> None:
    line = for_line(text)
    assert len(line) <= MOST_LINE and len(line.splitlines()) <= 1 and for_line(line) == line
    assert not any("\ud800" <= letter <= "\udfff" for letter in line)


@given(st.lists(st.text()))
def test_a_stream_is_cleaned_piece_by_piece(pieces: list[str]) -> None:
    assert "".join(map(for_terminal, pieces)) == for_terminal("".join(pieces))


def test_a_title_of_millions_of_letters_is_cut() -> None:
    assert len(for_line("x" * 5_000_008)) == MOST_LINE and for_line("x" * 5_000_008).endswith("…")
