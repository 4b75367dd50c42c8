"""Sheets with cells far from each other: what is in them is read, the emptiness between is not."""

from __future__ import annotations

import pytest

from tests.files.attachments import made_files
from workbench.files.attachments import contents
from workbench.files.attachments.far_cells import MOST_CELLS, without_empty_areas

MEMORY = 200_000_000


def sheet(*cells: str) -> bytes:
    rows: dict[str, str] = {}
    for cell in cells:
        row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        rows[row] = rows.get(row, "") + f'<c s="0" r="{cell}" t="inlineStr"><is><t>in {cell}</t></is></c>'
    return made_files.xlsx("".join(f'<row spans="1:1" r="{row}">{inside}</row>' for row, inside in rows.items()))


@pytest.mark.parametrize("cells", [
    ("A1", "XFD1048576"), ("A1", "C1", "A3", "B1048576", "XFD1048576"), ("XFD1", "A1048576"),
    tuple(f"{letter}{number * 9999}" for number in range(1, 100) for letter in ("A", "XFD")),
])
def test_every_cell_is_read(cells: tuple[str, ...]) -> None:
    facts, _ = contents.read(sheet(*cells), name="a.xlsx", most=100_000, memory=MEMORY)
    for cell in cells:
        assert f"in {cell}" in facts["text"]
    assert facts["notes"] == ["Wide empty areas of a.xlsx are left out."]


def test_small_gaps_stay() -> None:
    facts, _ = contents.read(sheet("A1", "C1", "A3", "A1048576", "XFD1048576"), name="a.xlsx", most=9999, memory=MEMORY)
    assert "in A1,,in C1" in facts["text"]


def test_a_sheet_whose_cells_stand_close_stays_as_it_is() -> None:
    assert without_empty_areas(made_files.xlsx(), "a.xlsx") is None
    assert without_empty_areas(sheet("A1", f"A{MOST_CELLS // 2}"), "a.xlsx") is None
