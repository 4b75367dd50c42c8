"""Waiting times: how long a server asks to wait, in every form it says so. Durations in seconds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from workbench.core.json_types import Json

LONGEST = 31 * 86400.0
"""The longest wait that is believed: what asks for more asks for a month or more."""


def retry_after_in(headers: Mapping[str, str], body: Json = None) -> float | None:
    """Returns the seconds to wait, ``LONGEST`` at most, or None when nothing usable is said. Header names are in lower
    case.

    A negative time says nothing, a date in the past that there is no wait.
    """
    wait = _said(headers, body)
    return None if wait is None else min(wait, LONGEST)


def _said(headers: Mapping[str, str], body: Json) -> float | None:
    """Returns the seconds that a server asks for.

    Forms: ``retry-after-ms``, ``Retry-After`` (seconds, fractions, an HTTP date), Google's ``retryDelay`` in the body.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after", "")
    seconds = _number(value)
    if seconds is not None:
        return seconds
    if value:
        when = _date(value)
        # The server's own clock counts, however wrong it is.
        return None if when is None else max((when - (_date(headers.get("date", "")) or datetime.now(UTC)))
                                             .total_seconds(), 0.0)
    return _delay_in(body)


def _date(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _delay_in(body: Json) -> float | None:
    """Reads ``{"error": {"details": [{"retryDelay": "38s"}]}}``, possibly in a list."""
    if isinstance(body, list):
        body = body[0] if body else None
    error = body.get("error") if isinstance(body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for item in details if isinstance(details, list) else []:
        delay = item.get("retryDelay") if isinstance(item, dict) else None
        if isinstance(delay, str) and (match := re.fullmatch(r"(\d+(?:\.\d+)?)s", delay)):
            return float(match[1])
    return None
