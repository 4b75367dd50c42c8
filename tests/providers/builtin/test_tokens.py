"""Tokens: cut and joined again, and counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.providers.builtin import tokens


@given(st.text())
def test_the_tokens_of_a_text_are_the_text(text: str) -> None:
    assert "".join(tokens.split(text)) == text


def test_words_keep_the_space_before_them_and_their_inner_signs() -> None:
    assert tokens.split("The top_p of n-grams don't") == ["The", " top_p", " of", " n-grams", " don't"]


def test_chinese_characters_and_digits_are_tokens_of_their_own() -> None:
    assert tokens.split("你好 42") == ["你", "好", " 4", "2"]


def test_indentation_and_line_breaks_stay_whole() -> None:
    assert tokens.split("a\n\n    b") == ["a", "\n\n", "   ", " b"]
