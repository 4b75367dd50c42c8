"""Samples of JSON: the shape of a value of any size, by the first items at every level, read as it streams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.core.json_types import Json

from .json_text import JsonText

MOST_READ = 64_000_000
"""Bytes that are looked at, at most: what comes after them is no evidence."""
_ITEMS = 3
_FIELDS = 200
_DEPTH = 9


class Enough(Exception):
    """The text is longer than is looked at; what was seen stays."""


def sample(text: JsonText, put: Callable[[Json], None]) -> None:
    """Gives ``put`` a copy of the next value with the first three items of each array and the first 200 fields of each
    object, nine levels deep, and goes on filling it. So the beginning is there also when ``BadInput`` or ``Enough``
    ends the reading."""
    _sample(text, put, _DEPTH)


def _sample(text: JsonText, put: Callable[[Json], None], depth: int) -> None:
    if text.read > MOST_READ:
        raise Enough
    match text.peek():
        case "{" if depth:
            fields: dict[str, Any] = {}
            put(fields)
            for name in text.fields():
                if len(fields) < _FIELDS:
                    fields[name] = None
                    _sample(text, _field_of(fields, name), depth - 1)
                else:
                    text.skip()
        case "[" if depth:
            found: list[Any] = []
            put(found)
            for number in text.places():
                if number < _ITEMS:
                    found.append(None)
                    _sample(text, _item_of(found), depth - 1)
                else:
                    text.skip()
        case "{" | "[":
            put([] if text.peek() == "[" else {})
            text.skip()
        case '"':
            put(text.beginning_of_string())
        case _:
            put(text.value())


def _field_of(fields: dict[str, Any], name: str) -> Callable[[Json], None]:
    def put(value: Json) -> None:
        fields[name] = value

    return put


def _item_of(found: list[Any]) -> Callable[[Json], None]:
    def put(value: Json) -> None:
        found[-1] = value

    return put
