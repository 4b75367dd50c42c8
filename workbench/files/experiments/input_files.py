"""Files of inputs: rows of variables from tables in any dialect and encoding, from workbooks, and from JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.experiments.fields import texts_of
from workbench.core.named_file import read_named
from workbench.core.processes.worker import Limits, WorkerFailed, call

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
MOST_BYTES = 100_000_000
_MOST_ROWS = 100_000
_DELIMITERS = ",;\t|"
_LOOKED_AT = 50
"""Rows by which the dialect of a table is told."""


def read_inputs(path: Path) -> list[dict[str, str]]:
    """Reads rows of variables. Waits: for a worker thread. Raises ``BadInput`` with what is wrong."""
    data = read_named(path, MOST_BYTES)
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        return _rows(_in_worker(sheet_cells, data, path), path)
    text = _text(data, path)
    if suffix in (".jsonl", ".ndjson"):
        return _json_lines(text, path)
    if suffix == ".json":
        return _json_rows(text, path)
    return _rows(_cells(text, suffix, path), path)


def _text(data: bytes, path: Path) -> str:
    from workbench.files.attachments.text_encodings import decode_certain

    text = decode_certain(data, len(data))
    return (text if text is not None else str(_in_worker(guessed_text, data, path))).removeprefix("\ufeff")


def _in_worker(function: Any, data: bytes, path: Path) -> Any:  # Any: what JSON can hold
    try:
        return call(function, data, name=path.name, limits=Limits(seconds=60, output=2 * MOST_BYTES))[0]
    except WorkerFailed:
        raise BadInput(f"{path} is damaged, or too large to be read. Save it as CSV in UTF-8 and try again.") from None


def guessed_text(data: bytes, *, name: str) -> tuple[str, bytes]:
    """Runs in the worker: returns a text in whatever encoding it has."""
    from workbench.files.attachments.text_encodings import decode_guessed

    found = decode_guessed(data, len(data))
    if found is None:
        raise BadInput(f"{name} is not a text. Save it as CSV in UTF-8 and try again.")
    return found.text, b""


def sheet_cells(data: bytes, *, name: str) -> tuple[list[list[str]], bytes]:
    """Runs in the worker: returns the cells of the first sheet of a workbook that has any."""
    from python_calamine import CalamineError, PasswordError, load_workbook

    try:
        book = load_workbook(io.BytesIO(data))
        for sheet in map(book.get_sheet_by_name, book.sheet_names):
            if sheet.height:
                return [[_written(cell) for cell in row] for row in sheet.iter_rows()][: _MOST_ROWS + 1], b""
    except PasswordError:
        raise BadInput(f"{name} is protected by a password. Remove it and try again.") from None
    except (CalamineError, OSError, ValueError) as error:
        raise BadInput(f"{name} could not be read as a workbook: {error}.") from None
    return [], b""


def _written(cell: Any) -> str:  # Any: a number, a date, a text, true or false
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat(sep=" ") if hasattr(cell, "hour") and hasattr(cell, "year") else str(cell)


def _cells(text: str, suffix: str, path: Path) -> list[list[str]]:
    """Returns the cells of a table whose first line may name its separator, as spreadsheets write it."""
    csv.field_size_limit(MOST_BYTES)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return _parsed(rest, first.strip()[-1], path)
    if suffix in (".tsv", ".tab"):
        return _parsed(text, "\t", path)
    head = text[:200_000]
    return _parsed(text, max(_DELIMITERS, key=lambda one: _fits(head, one)), path)


def _fits(head: str, delimiter: str) -> tuple[float, int]:
    """Returns how well a delimiter makes rows of one width: the share of rows that have it, and how wide they are."""
    try:
        rows = [row for row, _ in zip(_reader(head, delimiter), range(_LOOKED_AT), strict=False) if any(row)]
    except csv.Error:
        return 0.0, 0
    width = len(rows[0]) if rows else 0
    return (sum(len(row) == width for row in rows) / len(rows), width) if width > 1 else (0.0, 0)


def _reader(text: str, delimiter: str) -> Iterable[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)


def _parsed(text: str, delimiter: str, path: Path) -> list[list[str]]:
    try:
        return list(_reader(text.replace("\0", ""), delimiter))
    except csv.Error as error:
        raise BadInput(f"{path} is no table: {error}.") from None


def _rows(table: Sequence[Sequence[str]], path: Path) -> list[dict[str, str]]:
    """Returns the rows below the line of names, without columns that have neither name nor value."""
    table = [row for row in table if any(map(str.strip, row))]
    if len(table) < 2:
        raise BadInput(f"{path} needs a line of names and at least one row below it.")
    names = [name.strip() for name in table[0]]
    while names and not names[-1] and not any("".join(row[len(names) - 1:]).strip() for row in table[1:]):
        names.pop()
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise BadInput(f"{path} has two columns named {', '.join(twice)}. Give each column its own name.")
    if "" in names:
        raise BadInput(f"{path}: column {names.index('') + 1} has no name. Write one in the first line.")
    for number, row in enumerate(table[1:], 2):
        if (len(row) != len(names) and any(map(str.strip, row[len(names):]))) or len(row) < len(names):
            raise BadInput(f"{path}: each row needs as many cells as there are names, {len(names)}; row {number} "
                           f"has {len(row)}.")
    return [dict(zip(names, row, strict=False)) for row in table[1:]]


def _json_lines(text: str, path: Path) -> list[dict[str, str]]:
    """Returns the objects of JSON lines (jsonlines.org): only a line feed ends a line."""
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            rows.append(_json_row(line, f"line {number}", path))
    return rows


def _json_rows(text: str, path: Path) -> list[dict[str, str]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is not JSON: {error}.") from None
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise BadInput(f"{path} must be a list of JSON objects, one for each row.")
    return [texts_of(row) for row in data]


def _json_row(line: str, place: str, path: Path) -> dict[str, str]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise BadInput(f"{path}: {place} is not a JSON object.")
    return texts_of(row)
