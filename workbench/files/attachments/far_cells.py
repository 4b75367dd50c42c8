"""Far cells: cells of a sheet so far apart that the table between them would fill the memory. They are moved together.

Sheets are those of Office Open XML (ECMA-376, part 1, 18.3.1)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping

from .archives import Archive

MOST_CELLS = 2_000_000
"""Cells of a table, empty ones too, that the reader of sheets may set up."""
_MOST_READ = 20_000_000
"""Bytes of sheets that are looked through."""
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_PLACE = re.compile(rb'(?P<head><(?:\w+:)?(?:row|c)\s(?:[^<>]*?\s)?r=")(?P<column>[A-Z]{0,3})(?P<row>\d{1,7})(?=")')
_PLACED = re.compile(rb"<(?:\w+:)?(?:row|c)[\s/>]")


def without_empty_areas(data: bytes, name: str) -> bytes | None:
    """Returns the workbook without its wide empty areas, None if it has none. Raises ``BadInput`` as archives do."""
    archive = Archive(data, name)
    changed: dict[str, bytes] = {}
    left = _MOST_READ
    with zipfile.ZipFile(io.BytesIO(data)) as listed:
        sizes = {info.filename: info.file_size for info in listed.infolist() if _SHEET.fullmatch(info.filename)}
    for part, size in sizes.items():
        left -= size
        if left < 0:
            break
        if (sheet := _closed_up(archive.read(part))) is not None:
            changed[part] = sheet
    return _rewritten(archive, changed) if changed else None


def _rewritten(archive: Archive, changed: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
        for part in dict.fromkeys(archive.names):
            if part in changed:
                written.writestr(part, changed[part])
            elif part.endswith((".xml", ".rels")):  # pictures are not read
                written.writestr(part, archive.read(part))
    return out.getvalue()


def _closed_up(sheet: bytes) -> bytes | None:
    """Returns a sheet with its cells moved together; None if they stand close enough, or do not say where."""
    rows: set[int] = set()
    columns: set[int] = set()
    places = 0
    for place in _PLACE.finditer(sheet):
        places += 1
        rows.add(int(place["row"]))
        if place["column"]:
            columns.add(_number(place["column"]))
    if not rows or not columns or _area(rows) * _area(columns) <= MOST_CELLS:
        return None
    if places != len(_PLACED.findall(sheet)):
        return None
    for gap in (10, 1):  # as wide as can be: small gaps part the tables of a sheet
        new_rows, new_columns = _moved(rows, gap), _moved(columns, gap)
        if _area(new_rows.values()) * _area(new_columns.values()) <= MOST_CELLS:
            break

    def moved(place: re.Match[bytes]) -> bytes:
        column = _letters(new_columns[_number(place["column"])]) if place["column"] else b""
        return place["head"] + column + str(new_rows[int(place["row"])]).encode()

    return _PLACE.sub(moved, sheet)


def _area(numbers: Iterable[int]) -> int:
    numbers = list(numbers)
    return max(numbers) - min(numbers) + 1


def _moved(numbers: Iterable[int], gap: int) -> dict[int, int]:
    """Returns new numbers in the same order, of which no two neighbours are further apart than ``gap``."""
    new: dict[int, int] = {}
    before = last = 0
    for number in sorted(numbers):
        last += min(number - before, gap)
        new[number], before = last, number
    return new


def _number(letters: bytes) -> int:
    """Returns the number of a column: 1 for A, 27 for AA."""
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found


def _letters(number: int) -> bytes:
    found = b""
    while number:
        number, rest = divmod(number - 1, 26)
        found = bytes([65 + rest]) + found
    return found
