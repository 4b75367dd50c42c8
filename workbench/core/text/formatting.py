"""Numbers and facts of a request in words."""

from __future__ import annotations

from workbench.core.reply.events import Adjustment


def adjustment(item: Adjustment, verb: str = "is") -> str:
    """What is changed before sending, or with ``was`` what was changed."""
    match item.action:
        case "renamed" | "moved":
            return f"{item.parameter} {verb} sent as {item.sent_as}"
        case "clamped":
            return f"{item.parameter} {verb} sent as {item.sent_as}: {item.reason}"
        case _:
            return f"{item.parameter} {verb} not sent: {item.reason}"


def seconds(value: float) -> str:
    """Three figures at most: ``84 ms``, ``0.84 s``, ``12.4 s``, ``75 s``."""
    if value < 0.0005:
        return "< 1 ms"
    if value < 0.0995:
        return f"{value * 1000:.0f} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s" if value < 60 else f"{value:,.0f} s"


def span(value: float) -> str:
    """Seconds of which only about how many is known: ``12 s``, ``5 min``, ``2.5 h``."""
    if value < 90:
        return "< 1 s" if value < 0.5 else f"{value:.0f} s"
    return f"{value / 60:.0f} min" if value < 5400 else f"{value / 3600:.1f} h"


def percent(share: float, digits: int = 0) -> str:
    """A share of 1, its sign kept on the same line by a no-break space: ``40 %``."""
    return f"{share:.{digits}%}".replace("%", "\u00a0%")


def interval(low: float, high: float) -> str:
    """Both ends in percent: ``[24, 68] %``."""
    return f"[{100 * low:.0f}, {100 * high:.0f}]\u00a0%"


def signed(value: int) -> str:
    """With the sign that is as wide as a figure: ``+3``, ``−3``, ``0``."""
    return f"{value:+d}".replace("-", "−") if value else "0"


def count(value: int | None) -> str:
    """With a narrow no-break space between thousands: 1 204; a question mark for what is not known."""
    return "?" if value is None else f"{value:,}".replace(",", "\u202f")


def counted(number: int, one: str, many: str) -> str:
    """Returns ``one`` for 1 and ``many`` for any other number, which stands in place of ``{n}``: both are whole phrases
    or sentences, such as ``{n} chat came.`` and ``{n} chats came.``, since languages differ in more than an ending."""
    return (one if number == 1 else many).replace("{n}", count(number))


def dollars(value: float) -> str:
    """As many digits as say something: $0.0128, $1.24."""
    if value == 0:
        return "$0"
    return f"${value:.2f}" if value >= 1 else f"${value:.4f}" if value >= 0.0001 else "< $0.0001"


def left_to_right(text: str) -> str:
    """Names, keys and figures read from left to right also in a right-to-left window (U+2066 and U+2069)."""
    return f"\u2066{text}\u2069" if text else ""


def own_direction(text: str) -> str:
    """What somebody wrote reads as its own first letter does, whichever way the window runs (U+2068 and U+2069)."""
    return f"\u2068{text}\u2069" if text else ""
