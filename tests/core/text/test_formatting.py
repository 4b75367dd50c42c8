"""Figures as people read them."""

from __future__ import annotations

import pytest

from workbench.core.text.formatting import (
    count,
    counted,
    dollars,
    interval,
    left_to_right,
    own_direction,
    percent,
    seconds,
    signed,
    span,
)


def test_counts_are_parted_by_thousands() -> None:
    assert [count(None), count(12), count(1234567)] == ["?", "12", "1\u202f234\u202f567"]


def test_money_has_as_many_digits_as_say_something() -> None:
    assert [dollars(0), dollars(2.5), dollars(0.0128), dollars(0.00001)] == ["$0", "$2.50", "$0.0128", "< $0.0001"]


@pytest.mark.parametrize(("value", "words"), [
    (0.0004, "< 1 ms"), (0.084, "84 ms"), (0.0996, "0.10 s"), (0.84, "0.84 s"), (1.236, "1.24 s"),
    (12.44, "12.4 s"), (75.2, "75 s"), (4200, "4,200 s"),
])
def test_times_have_three_figures_at_most(value: float, words: str) -> None:
    assert seconds(value) == words


def test_spans_are_about_right() -> None:
    assert [span(0.2), span(12.4), span(300), span(9000)] == ["< 1 s", "12 s", "5 min", "2.5 h"]


def test_shares_are_percents_that_keep_their_sign_beside_them() -> None:
    assert [percent(0.4), percent(0.123, 1), interval(0.241, 1)] == ["40\u00a0%", "12.3\u00a0%", "[24, 100]\u00a0%"]


def test_signs_are_as_wide_as_figures() -> None:
    assert [signed(3), signed(-3), signed(0)] == ["+3", "−3", "0"]


def test_a_number_has_its_own_phrase() -> None:
    phrases = "{n} chat is left.", "{n} chats are left."
    assert [counted(number, *phrases) for number in (0, 1, 2000)] == [
        "0 chats are left.", "1 chat is left.", "2\u202f000 chats are left."]
    assert counted(2, "One {tag}", "{n} times {tag}") == "2 times {tag}", "braces of a text stay"


def test_texts_keep_their_direction_in_a_window_of_the_other() -> None:
    assert left_to_right("Ctrl+N") == "\u2066Ctrl+N\u2069" and own_direction("مرحبا?") == "\u2068مرحبا?\u2069"
    assert left_to_right("") == own_direction("") == ""
