"""Characters of inline text: their classes, and the side of a delimiter that they belong to."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

OTHER, SPACE, PUNCTUATION, CJK, CJK_PUNCTUATION = range(5)

# Where inline constructs begin.
SPECIAL = re.compile(r"[\\`*_\[\]<&$]|!\[|~~| ++(?=\n)|(?i:https?://|www\.)")

# First and last code points of the East Asian scripts and their punctuation; emoji are not among them.
_CJK = (
    0x1100, 0x11FF, 0x2E80, 0x303E, 0x3041, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7FF, 0xF900, 0xFAFF,
    0xFE30, 0xFE4F, 0xFF00, 0xFFEF, 0x1AFF0, 0x1B2FF, 0x20000, 0x3FFFF,
)  # fmt: skip
_EDGES = tuple(edge + at % 2 for at, edge in enumerate(_CJK))


@lru_cache(maxsize=4096)
def kind(character: str) -> int:
    """Returns the class of a character; the beginning and the end of a text (an empty string) count as space."""
    if not character or character.isspace():
        return SPACE
    punctuation = unicodedata.category(character)[0] in "PS"
    if bisect_right(_EDGES, ord(character)) % 2:
        return CJK_PUNCTUATION if punctuation else CJK
    return PUNCTUATION if punctuation else OTHER
