"""Output of commands: results on stdout, everything else on stderr, and the exit code of each error."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from unicodedata import combining, east_asian_width

from workbench.core.errors import (
    BadInput,
    Interrupted,
    NotReached,
    ProviderError,
    ToolServerError,
    WorkbenchError,
)
from workbench.core.text.sinks import for_line, for_terminal

from .streams import holds_unicode, on_terminal

DONE, FAILED, WRONG_USAGE, REFUSED, NOT_REACHED, INTERRUPTED, STOPPED, TERMINATED = 0, 1, 2, 3, 4, 5, 130, 143


def say(text: str) -> None:
    """Prints a sentence for the user, to stderr."""
    print(for_terminal(text), file=sys.stderr)


def result(text: str) -> None:
    """Prints a line of the result: as it is into a pipe or a file, and without what would act in a terminal."""
    print(for_terminal(text) if on_terminal() else text, flush=True)


def result_json(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=not holds_unicode(), indent=2)
    print(for_terminal(text) if on_terminal() else text)


def table(rows: Sequence[Sequence[str]], indent: str = "") -> None:
    """Prints columns as wide as their widest cell, each cell on one line, with ``indent`` before each row."""
    if not rows:
        return
    rows = [[for_line(cell) for cell in row] for row in rows]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
        result(indent + "  ".join([*cells, row[-1]]).rstrip())


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
        case ProviderError() | ToolServerError():
            return REFUSED
        case _:
            return FAILED
