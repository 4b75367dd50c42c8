"""File names from titles."""

from __future__ import annotations

import unicodedata

_FORBIDDEN = frozenset('<>:"/\\|?*')
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$",
             *(f"{port}{number}" for port in ("com", "lpt") for number in (*range(10), *"¹²³"))}
_MOST_CHARACTERS, _MOST_BYTES = 80, 160
"""Systems take 255 bytes; there must be room for a number and a suffix."""


def file_name(title: str, fallback: str) -> str:
    """Returns a title as a file name that every system accepts: no separators, nothing invisible, no reserved names."""
    title = unicodedata.normalize("NFC", title[: _MOST_CHARACTERS * 4])
    kept = "".join(letter if letter.isprintable() and letter not in _FORBIDDEN else " " for letter in title)
    name = shortened(" ".join(kept.split())[:_MOST_CHARACTERS], _MOST_BYTES).strip(" .")
    return fallback if not name or name.split(".")[0].rstrip().lower() in _RESERVED else name


def unused(name: str, used: set[str]) -> str:
    """Returns ``name``, with a number when it is among ``used`` as some system compares names (in any case, and however
    accents are written), and adds it to them."""
    candidate, number = name, 2
    while _folded(candidate) in used:
        candidate, number = f"{name} {number}", number + 1
    used.add(_folded(candidate))
    return candidate


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def shortened(name: str, most: int) -> str:
    """Returns as much of a name as fits into ``most`` bytes."""
    return name.encode(errors="ignore")[:most].decode(errors="ignore")
