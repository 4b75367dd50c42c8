"""Limits that keep hostile text bounded. All depend on the text alone, so that a stream meets them as a whole text
does."""

from __future__ import annotations

MAX_DEPTH = 32  # quotes and lists in each other
MAX_NESTING = 24  # inline elements in each other
MAX_COLUMNS = 100  # of a table
MAX_FILLED = 10_000  # cells that short rows of a table lack: they are filled up, and must not fill the memory
MAX_BLANKS = 1_000  # characters of blank lines within an indented code block
MAX_MATH_LINES = 100  # of a formula that is not closed
MAX_LABEL = 999  # characters of a link label: the specification's own limit
MAX_PARENTHESES = 8  # nested in an address: the specification asks for three at least
LONG = 4_000  # characters: a longer line is text, whatever it looks like, and need not be complete
PIECE = 3_000  # characters after which a paragraph is cut: no inline construct reaches over a cut


class TooDeep(ValueError):
    """Inline elements nest deeper than MAX_NESTING."""

    def __init__(self) -> None:
        super().__init__(f"More than {MAX_NESTING} inline elements in each other.")
