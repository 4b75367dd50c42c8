"""Output of commands: results on stdout, everything else on stderr, and the exit code of each error."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from unicodedata import combining, east_asian_width

from workbench.core.errors import BadInput, Interrupted, NotReached, ProviderError, WorkbenchError

DONE, FAILED, WRONG_USAGE, REFUSED, NOT_REACHED, INTERRUPTED, STOPPED, TERMINATED = 0, 1, 2, 3, 4, 5, 130, 143


def say(text: str) -> None:
    """Prints a sentence for the user, to stderr."""
    print(text, file=sys.stderr)


def result(text: str) -> None:
    print(text, flush=True)


def result_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def table(rows: Sequence[Sequence[str]]) -> None:
    """Prints columns as wide as their widest cell; the last one as it comes."""
    if not rows:
        return
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
        result("  ".join([*cells, row[-1]]).rstrip())


def _width(text: str) -> int:
    """Returns how many columns of a terminal a text takes: Chinese letters take two, accents none."""
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def exit_code(error: WorkbenchError) -> int:
    match error:
        case BadInput():
            return WRONG_USAGE
        case NotReached():
            return NOT_REACHED
        case Interrupted():
            return INTERRUPTED
        case ProviderError():
            return REFUSED
        case _:
            return FAILED
