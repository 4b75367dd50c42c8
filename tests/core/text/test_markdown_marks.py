"""Marks of Markdown are taken out of short texts, and nothing that is not one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from workbench.core.text.markdown_marks import without_marks, without_marks_at


@pytest.mark.parametrize(("written", "read"), [
    ("Archive **for** you", "Archive for you"),
    ("# Title\n\n> *quoted* __strongly__", "Title\n\nquoted strongly"),
    ("- one\n* two\n+ [x] three\n1. four", "one\ntwo\nthree\n1. four"),
    ("`a_b` and ``c`d``", "a_b and ``c`d``"),
    ("**bold with `code*` and _more_**", "bold with code* and more"),
    ("see [the page](https://example.org/x) and ![a cat](cat.png)", "see the page and a cat"),
    ("| a | b |\n|---|:-:|\n| 1 | 2 |\n\n---\nend", "| a | b |\n| 1 | 2 |\n\nend"),
    ("~~gone~~ *kept*", "gone kept"),
    ("```python\nprint(1)\n```", "print(1)\n"),
    ("2 * 3 * 4, snake_case_name, a**b, 5 ** 6", "2 * 3 * 4, snake_case_name, a**b, 5 ** 6"),
    ("Archive **f…", "Archive **f…"),
    ("**中文** and *émigré*", "中文 and émigré"),
    ("", ""),
])
def test_what_a_reader_sees(written: str, read: str) -> None:
    assert without_marks(written) == read


def test_places_move_with_the_text() -> None:
    text, places = without_marks_at("# The **albatross** flew", [(6, 13), (20, 4), (0, 2)])
    assert text == "The albatross flew"
    assert [text[start : start + length] for start, length in places] == ["albatross", "flew"]


@given(some.text("ab *_`~#>[]()!\n-", max_size=60))
def test_any_text_stays_in_order(text: str) -> None:
    plain, (everything,) = without_marks_at("x" + text, [(0, 1 + len(text))])
    letters = iter("x" + text)
    assert all(letter in letters for letter in plain) and everything == (0, len(plain))
    if "](" not in text:  # an address goes with its marks
        assert [letter for letter in plain if letter in "ab"] == [letter for letter in text if letter in "ab"]
