"""The rows of a code block."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.transcript.blocks.rows import Rows

CODE = st.text(alphabet="ab\n\t中é🙂 ", max_size=200)


@given(st.lists(CODE), st.integers(1, 12))
def test_pieces_make_the_same_rows(pieces: list[str], columns: int) -> None:
    grown = Rows("", columns)
    for piece in pieces:
        grown.extend(piece)
    whole = Rows("".join(pieces), columns)
    assert grown.text == whole.text
    assert (grown.starts, grown.ends, grown.lines, grown.line_starts) == (
        whole.starts, whole.ends, whole.lines, whole.line_starts,
    )  # fmt: skip


@given(CODE, st.integers(1, 12))
def test_rows_hold_all_text(text: str, columns: int) -> None:
    rows = Rows(text, columns)
    lines: list[str] = [""] * len(text.split("\n"))
    for row in range(len(rows)):
        lines[rows.lines[row]] += rows.slice(row)
    assert "\n".join(lines) == text
    assert all(rows.starts[rows.row_of(at)] <= at <= rows.ends[rows.row_of(at)] for at in range(len(text)))
