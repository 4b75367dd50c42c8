"""Snippets: a line around what was found, with the places of the words in it."""

from __future__ import annotations

import pytest

from workbench.storage.snippets import snippet


@pytest.mark.parametrize(("body", "words", "marked"), [
    ("before " * 100 + "the Needle" + " after" * 100, ["needle"], ["Needle"]),
    ("x " * 3000 + "ein Café hier", ["cafe"], ["Café"]), ("Fuß und fuss", ["fuss"], ["fuss"]),
    ("two\nlines  here", ["lines here"], ["lines here"]), ("nothing", [], []),
    ("one two", ["two", "one"], ["one", "two"]),
])
def test_a_line_and_its_marks(body: str, words: list[str], marked: list[str]) -> None:
    text, marks = snippet(body, words)
    assert [text[start:start + length] for start, length in marks] == marked
    assert len(text) <= 162 and "\n" not in text
