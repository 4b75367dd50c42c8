"""The rules of retrying: when another attempt makes sense, and after how long.

They are those of the ``openai`` Python package 3.52 (``_base_client.py``): connection failures, 408, 409, 429 and
5xx; ``x-should-retry`` overrides them, whatever the error is about; Retry-After up to 120 s, else half a second,
doubled each time up to 8 s, less up to a quarter by chance. Unlike there, errors that waiting cannot cure are final. A
request is retried only while nothing of its answer has come.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from workbench.core.errors import NotReached, ProviderError

from .client import DROPPED

LONGEST_WAIT = 120.0
"""Seconds. A server that asks for more is not asked again; the user sees how long it asked for."""

_FINAL_KINDS = {"quota", "key", "model", "request", "parameter", "context", "content", "size", "redirect"}
_RETRIED = {408, 409, 429}
_OF_THE_SERVER = re.compile(r"server_?error|internal|unavailable", re.IGNORECASE)


def worth_retrying(error: ProviderError, headers: Mapping[str, str], quirks: Mapping[str, Any]) -> bool:
    """Returns whether the same request may succeed a little later. Header names are in lower case."""
    if isinstance(error, NotReached):
        return error.kind == "network" and error.status != 407
    if error.retry_after is not None and error.retry_after > LONGEST_WAIT:
        return False
    match headers.get("x-should-retry"):
        case "true":
            return True
        case "false":
            return False
    if error.code in (quirks.get("final_codes") or ()) or error.kind in _FINAL_KINDS:
        return False
    if error.status in (quirks.get("final_statuses") or ()):
        return False
    extra = quirks.get("retry_statuses_extra") or ()
    if not error.status:  # it came in an answer that had begun well, and may be anything
        return error.kind in ("rate", "overloaded") or _OF_THE_SERVER.search(error.code) is not None
    return error.status in _RETRIED or error.status >= 500 or error.status in extra


def delay_before(attempt: int, error: ProviderError, chance: Callable[[], float] = random.random) -> float:
    """Returns the seconds to wait before attempt number ``attempt`` (the first retry is 2)."""
    if attempt == 2 and error.code == DROPPED:
        return 0.0  # most likely an old connection that the server had closed; a new one is at hand
    asked = error.retry_after
    if asked is not None and 0 < asked <= LONGEST_WAIT:
        return asked
    return float(min(0.5 * 2 ** (attempt - 2), 8.0) * (1 - 0.25 * chance()))
