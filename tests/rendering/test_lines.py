"""Lines under a cursor: tabs are columns, as CommonMark 0.31 (section 2.2) has them."""

from __future__ import annotations

import pytest

from workbench.rendering.lines import Line


@pytest.mark.parametrize(("text", "indent", "character"), [
    ("", 0, ""), ("   ", 3, ""), ("a", 0, "a"), ("  a", 2, "a"), ("\ta", 4, "a"), ("  \ta", 4, "a"), ("\t\ta", 8, "a"),
    ("\u00a0a", 0, "\u00a0"),
])
def test_indentation(text: str, indent: int, character: str) -> None:
    line = Line(text)
    assert (line.indent, line.character, line.blank) == (indent, character, not text.strip(" \t"))


@pytest.mark.parametrize(("text", "columns", "rest"), [
    ("    a", 4, "a"), ("      a", 4, "  a"), ("\ta", 4, "a"), ("\ta", 2, "  a"), (" \ta", 2, "  a"), ("a", 4, "a"),
])
def test_a_tab_is_taken_in_part(text: str, columns: int, rest: str) -> None:
    line = Line(text)
    line.strip(columns)
    assert line.rest == rest


def test_columns_count_from_the_beginning_of_the_line() -> None:
    line = Line(">\t\tfoo")  # example 6 of the specification
    line.skip(1)
    assert line.indent == 7
    line.strip(1)
    assert line.indent == 6 and line.content == "foo"
