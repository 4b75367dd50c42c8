"""Rows of tables."""

from __future__ import annotations

import pytest

from workbench.rendering.tables import alignments, split_row


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("| a | b |", ["a", "b"]),
        ("a | b", ["a", "b"]),
        ("| a | b", ["a", "b"]),
        ("|a||b|", ["a", "", "b"]),
        (r"| a \| b | c |", ["a | b", "c"]),
        (r"| a \\| b |", [r"a \\", "b"]),
        ("|", [""]),
        ("", [""]),
    ],
)
def test_cells(line: str, cells: list[str]) -> None:
    assert split_row(line) == cells


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("| a |", ["a", ""]),
        ("| a | b | c |", ["a", "b | c"]),
        ("| `a|b` | c |", ["`a|b`", "c"]),
        ("| ``a|`b`` | c |", ["``a|`b``", "c"]),
        ("| `a|b | c |", ["`a", "b | c"]),
    ],
)
def test_cells_of_a_table_with_two_columns(line: str, cells: list[str]) -> None:
    assert split_row(line, 2) == cells


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("|---|---|", ("", "")),
        ("--- | ---", ("", "")),
        (":-|-:|:-:", ("left", "right", "center")),
        ("| - |", ("",)),
        ("---", None),
        ("| a | - |", None),
        ("||", None),
        ("|-- -|", None),
    ],
)
def test_delimiters(line: str, found: tuple[str, ...] | None) -> None:
    assert alignments(line) == found


def test_bars_in_formulas_are_no_ends_of_cells() -> None:
    assert split_row("| $|x|$ | abs |", 2) == ["$|x|$", "abs"]
    assert split_row("| $P(A|B)$ | $\\frac{a}{b}$ |", 2) == ["$P(A|B)$", "$\\frac{a}{b}$"]
    assert split_row("| $$a|b$$ | c |", 2) == ["$$a|b$$", "c"]
    assert split_row("| $5 | $6 |", 2) == ["$5", "$6"]
