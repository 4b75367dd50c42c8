"""The direction in which text reads."""

from __future__ import annotations

import unicodedata

MOST = 400
"""Characters looked at: a text whose first letter comes later is left-to-right."""


def is_rtl(text: str) -> bool:
    """Returns whether the first letter with a direction reads from right to left."""
    if text.isascii():
        return False
    for character in text[:MOST]:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
