"""Long lines: broken into short ones, by line feeds alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.widgets.long_lines import MOST, folded


@pytest.mark.parametrize("text", ["", "a\n\nb", "x" * MOST, "x" * MOST + "\n" + "y" * MOST])
def test_short_lines_stay(text: str) -> None:
    assert folded(text) == text


def test_a_line_is_broken_behind_a_blank() -> None:
    first, second = folded("word " * 2001 + "end").split("\n")
    assert first == "word " * 2000 and second == "word end"


@given(st.lists(st.tuples(st.sampled_from("a \n語"), st.integers(1, 3 * MOST)), max_size=8))
def test_nothing_but_line_feeds_is_added(runs: list[tuple[str, int]]) -> None:
    text = "".join(character * count for character, count in runs)
    found = folded(text)
    assert found.replace("\n", "") == text.replace("\n", "")
    assert max(map(len, found.split("\n"))) <= MOST
    assert folded(found) == found
