"""Files of plans, and the tables of inputs beside them."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any

from workbench.core.errors import BadInput

from .fields import texts_of
from .plan import Plan


def read_plan(path: Path) -> Plan:
    """Reads a plan from its TOML file (or JSON); ``prompt_file`` and ``inputs_file`` are relative to it.

    Raises ``BadInput`` with what is wrong.
    """
    data = _read_data(path)
    folder = path.parent
    if "prompt_file" in data:
        data["prompt"] = _read(folder / str(data.pop("prompt_file")))
    if "inputs_file" in data:
        data["inputs"] = [*data.get("inputs", []), *read_inputs(folder / str(data.pop("inputs_file")))]
    data.setdefault("name", path.stem)
    return Plan.from_json(data)


def _read_data(path: Path) -> dict[str, Any]:
    text = _read(path)
    if path.suffix.lower() == ".json":
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"{path} is not JSON: {error}.") from None
        if not isinstance(data, dict):
            raise BadInput(f"{path} must be a JSON object.")
        return data
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path} is not TOML: {error}.") from None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise BadInput(f"{path} could not be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not text in UTF-8. Save it as UTF-8 and try again.") from None


def read_inputs(path: Path) -> list[dict[str, str]]:
    """Reads rows of variables from a CSV file with a header, or from JSON lines. Raises ``BadInput``."""
    text = _read(path)
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        rows = []
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                rows.append(_json_row(line, number, path))
        return rows
    table = [row for row in csv.reader(io.StringIO(text)) if any(row)]
    if len(table) < 2:
        raise BadInput(f"{path} needs a line of names and at least one row below it.")
    for number, row in enumerate(table[1:], 2):
        if len(row) != len(table[0]):
            raise BadInput(f"{path}: each row needs as many cells as there are names, {len(table[0])}; row {number} "
                           f"has {len(row)}.")
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def _json_row(line: str, number: int, path: Path) -> dict[str, str]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise BadInput(f"{path}: line {number} is not a JSON object.")
    return texts_of(row)
