"""The language of searches.

``word "exact words" -without model:gpt provider:openai role:user tag:work folder:books before:2026-05
after:2025-12-31 has:image -tag:done`` (also file, reasoning, audio, tool). All conditions must hold for one message.
Words are found in any case and inside of longer words. Values with spaces are quoted: ``tag:"to read"``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from workbench.core.chat.parts import Role
from workbench.core.errors import BadInput

from .content import HAS

_TOKEN = re.compile(r'(?P<no>-(?![-\s]))?(?:(?P<name>[a-z]+):)?(?:"(?P<exact>[^"]*)"?|(?P<word>\S+))', re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Query:
    """``before`` and ``after`` are seconds since 1970: before excluded, after included. ``excluded`` are filters, one
    in each, that must not fit."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    model: str = ""
    provider: str = ""
    role: str = ""
    tag: str = ""
    folder: str = ""
    before: float | None = None
    after: float | None = None
    has: tuple[str, ...] = ()
    excluded: tuple[Query, ...] = ()

    @property
    def empty(self) -> bool:
        return self == Query()

    @property
    def for_titles(self) -> bool:
        """Returns whether a title can match: it has words, but no role, model or parts."""
        return bool(self.words) and not (self.model or self.provider or self.role or self.has)


def parse(text: str) -> Query:
    """Raises ``BadInput`` for a filter's value that cannot be."""
    query = Query()
    for token in _TOKEN.finditer(text):
        name, exact = (token["name"] or "").lower(), token["exact"]
        value = token["word"] if exact is None else exact
        if not name and exact is None and value.endswith(":") and value[:-1].lower() in _FILTERS:
            name, value = value[:-1].lower(), ""
        if name in _FILTERS:
            if not value:
                raise BadInput(f"“{name}:” says nothing yet: write what it is to find right behind the colon.")
            if token["no"]:
                query = replace(query, excluded=(*query.excluded, _FILTERS[name](Query(), value)))
            else:
                query = _FILTERS[name](query, value)
            continue
        if token["name"] and exact is None:
            value = f"{token['name']}:{value}"  # “http://…” is a word
        elif token["name"]:
            query = replace(query, words=(*query.words, f"{token['name']}:"))
        if not value:
            continue
        if token["no"]:
            query = replace(query, without=(*query.without, value))
        else:
            query = replace(query, words=(*query.words, value))
    return query


def unknown_filter(text: str) -> str:
    """Returns the first word, outside of quotes, that looks like a filter and is none; ``""`` if there is none."""
    for token in _TOKEN.finditer(text):
        name, value = (token["name"] or "").lower(), token["word"] or ""
        if len(name) > 1 and name not in _FILTERS and not token["no"] and not value.startswith(("/", "\\", ":")):
            return token[0]
    return ""


def filter_names() -> str:
    """Returns all filters as “model:, provider: …”."""
    return ", ".join(f"{name}:" for name in _FILTERS)


def _date(name: str, value: str) -> float:
    """Returns the start of a year, a month or a day, in local time."""
    found = _DATE.fullmatch(value)
    try:
        if found is None:
            raise ValueError
        year, month, day = (int(number or 1) for number in found.groups())
        return datetime(year, month, day).timestamp()
    except (ValueError, OverflowError, OSError):
        raise BadInput(
            f"“{name}:{value}” is no date: write {name}:2026, {name}:2026-05 or {name}:2026-05-31."
        ) from None


def _has(query: Query, value: str) -> Query:
    value = value.lower()
    if value not in HAS:
        raise BadInput(f"“has:{value}” is not known: use {', '.join(f'has:{name}' for name in HAS)}.")
    return replace(query, has=(*query.has, value))


def _role(query: Query, value: str) -> Query:
    value = value.lower()
    roles = get_args(Role)
    if value not in roles:
        raise BadInput(f"“role:{value}” is not known: use {', '.join(f'role:{name}' for name in roles)}.")
    return replace(query, role=value)


_FILTERS: dict[str, Callable[[Query, str], Query]] = {
    "model": lambda query, value: replace(query, model=value),
    "provider": lambda query, value: replace(query, provider=value),
    "role": _role,
    "tag": lambda query, value: replace(query, tag=value),
    "folder": lambda query, value: replace(query, folder=value),
    "before": lambda query, value: replace(query, before=_date("before", value)),
    "after": lambda query, value: replace(query, after=_date("after", value)),
    "has": _has,
}
