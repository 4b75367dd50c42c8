"""Figures as people read them."""

from __future__ import annotations

import pytest

from workbench.ui.words import count, dollars, seconds


def test_counts_are_parted_by_thousands() -> None:
    assert [count(None), count(12), count(1234567)] == ["?", "12", "1\u202f234\u202f567"]


def test_money_has_as_many_digits_as_say_something() -> None:
    assert [dollars(0), dollars(2.5), dollars(0.0128), dollars(0.00001)] == ["$0", "$2.50", "$0.0128", "< $0.0001"]


@pytest.mark.parametrize(("value", "words"), [
    (0.0004, "0 ms"), (0.084, "84 ms"), (0.0996, "0.10 s"), (0.84, "0.84 s"), (1.236, "1.24 s"), (12.44, "12.4 s"),
    (75.2, "75 s"), (4200, "4,200 s"),
])
def test_times_have_three_figures_at_most(value: float, words: str) -> None:
    assert seconds(value) == words
