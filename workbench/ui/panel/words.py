"""Numbers and facts of a request in words."""

from __future__ import annotations

from workbench.core.events import Adjustment


def adjustment(item: Adjustment) -> str:
    """What was changed before sending, as a sentence."""
    match item.action:
        case "renamed" | "moved":
            return f"{item.parameter} is sent as {item.sent_as}."
        case "clamped":
            return f"{item.parameter} is sent as {item.sent_as}: {item.reason}"
        case _:
            return f"{item.parameter} is not sent: {item.reason}"


def seconds(value: float) -> str:
    """Three figures at most: ``84 ms``, ``1.24 s``, ``75 s``."""
    if value < 1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s" if value < 60 else f"{value:,.0f} s"


def count(value: int) -> str:
    """With a narrow no-break space between thousands: 1 204."""
    return f"{value:,}".replace(",", "\u202f")


def dollars(value: float) -> str:
    """As many digits as say something: $0.0128, $1.24."""
    if value == 0:
        return "$0"
    return f"${value:.2f}" if value >= 1 else f"${value:.4f}" if value >= 0.0001 else "< $0.0001"
