"""The clock: the time now, here or in another time zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from workbench.core.errors import BadInput


def time_now(zone: str = "") -> str:
    """Returns date, weekday and time with the distance from UTC. Raises ``BadInput`` for a zone that there is not."""
    try:
        now = datetime.now(ZoneInfo(zone)) if zone else datetime.now().astimezone()
    except (ValueError, OSError, LookupError):  # ZoneInfoNotFoundError is a LookupError
        raise BadInput(f"There is no time zone “{zone[:80]}”. Name it like Europe/Berlin, or UTC.") from None
    return f"{now.isoformat(timespec='seconds')} {now:%A} {now.tzname() or ''}".rstrip()
