"""How long a server asks to wait, in every form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from workbench.providers.wire.retry_after import retry_after_in


@pytest.mark.parametrize(("headers", "body", "seconds"), [
    ({"retry-after": "7"}, None, 7.0),
    ({"retry-after": "0.5"}, None, 0.5),
    ({"retry-after-ms": "250", "retry-after": "9"}, None, 0.25),
    ({"retry-after": "-3"}, None, None),
    ({"retry-after": "nan"}, None, None),
    ({"retry-after": "soon"}, None, None),
    ({"retry-after": "Fri, 99 Foo 2026"}, None, None),
    ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None, 0.0),
    ({}, [{"error": {"details": [{"retryDelay": "38s"}]}}], 38.0),
    ({}, {"error": {"details": [{"x": 1}, {"retryDelay": "1.5s"}]}}, 1.5),
    ({}, None, None),
])
def test_every_form_of_retry_after(headers: dict[str, str], body: Any, seconds: float | None) -> None:
    assert retry_after_in(headers, body) == seconds


def test_a_date() -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    found = retry_after_in({"retry-after": when})
    assert found is not None and 28 < found <= 30


def test_a_date_is_read_by_the_servers_own_clock() -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)
    headers = {"date": format_datetime(ahead, usegmt=True),
               "retry-after": format_datetime(ahead + timedelta(seconds=2), usegmt=True)}
    assert retry_after_in(headers) == 2.0
