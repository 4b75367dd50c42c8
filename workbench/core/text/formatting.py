"""Formatting of numbers and of facts about a request."""

from __future__ import annotations

from workbench.core.reply.records import Adjustment


def adjustment(item: Adjustment, verb: str = "is") -> str:
    """Returns a sentence on a change before sending, or with ``was`` on one in the past."""
    match item.action:
        case "renamed" | "moved":
            return f"{item.parameter} {verb} sent as {item.sent_as}"
        case "clamped":
            return f"{item.parameter} {verb} sent as {item.sent_as}: {item.reason}"
        case _:
            return f"{item.parameter} {verb} not sent: {item.reason}"


def seconds(value: float) -> str:
    """Returns a time with three figures at most: ``84 ms``, ``0.84 s``, ``12.4 s``, ``75 s``."""
    if value < 0.0005:
        return "< 1 ms"
    if value < 0.0995:
        return f"{value * 1000:.0f} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s" if value < 60 else f"{value:,.0f} s"


def span(value: float) -> str:
    """Returns an approximate time: ``12 s``, ``5 min``, ``2.5 h``."""
    if value < 90:
        return "< 1 s" if value < 0.5 else f"{value:.0f} s"
    return f"{value / 60:.0f} min" if value < 5400 else f"{value / 3600:.1f} h"


def percent(share: float, digits: int = 0) -> str:
    """Returns a share of 1 with its sign kept on the same line by a no-break space: ``40 %``."""
    return f"{share:.{digits}%}".replace("%", "\u00a0%")


def interval(low: float, high: float) -> str:
    """Returns both ends in percent: ``[24, 68] %``."""
    return f"[{100 * low:.0f}, {100 * high:.0f}]\u00a0%"


def signed(value: int) -> str:
    """Returns a number with a sign as wide as a figure: ``+3``, ``−3``, ``0``."""
    return f"{value:+d}".replace("-", "−") if value else "0"


def count(value: int | None) -> str:
    """Returns a number with a narrow no-break space between thousands: 1 204; a question mark for an unknown one."""
    return "?" if value is None else f"{value:,}".replace(",", "\u202f")


def counted(number: int, one: str, many: str) -> str:
    """Returns ``one`` for 1 and ``many`` for any other number, formatted in place of ``{n}``: both are whole phrases
    or sentences, such as ``{n} chat came.`` and ``{n} chats came.``, since languages differ in more than an ending."""
    return (one if number == 1 else many).replace("{n}", count(number))


def dollars(value: float) -> str:
    """Returns an amount with as many digits as are informative: $0.0128, $1.24."""
    if value == 0:
        return "$0"
    return f"${value:.2f}" if value >= 1 else f"${value:.4f}" if value >= 0.0001 else "< $0.0001"


def left_to_right(text: str) -> str:
    """Isolates names, keys and figures so that they read from left to right in a right-to-left window too (U+2066 and
    U+2069)."""
    return f"\u2066{text}\u2069" if text else ""


def own_direction(text: str) -> str:
    """Isolates a person's text so that it reads in the direction of its own first letter (U+2068 and U+2069)."""
    return f"\u2068{text}\u2069" if text else ""
