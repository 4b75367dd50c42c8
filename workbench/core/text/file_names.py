"""File names from titles."""

from __future__ import annotations

_FORBIDDEN = frozenset('<>:"/\\|?*')
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
_MOST_CHARACTERS, _MOST_BYTES = 80, 160
"""Systems take 255 bytes; there must be room for a number and a suffix."""


def file_name(title: str, fallback: str) -> str:
    """Returns a title as a file name that every system accepts: no separators, nothing invisible, no reserved names."""
    kept = "".join(letter if letter.isprintable() and letter not in _FORBIDDEN else " " for letter in title)
    name = shortened(" ".join(kept.split())[:_MOST_CHARACTERS], _MOST_BYTES).strip(" .")
    return fallback if not name or name.split(".")[0].lower() in _RESERVED else name


def unused(name: str, used: set[str]) -> str:
    """Returns ``name``, with a number when it is among ``used`` in any case, and adds it to them."""
    candidate, number = name, 2
    while candidate.lower() in used:
        candidate, number = f"{name} {number}", number + 1
    used.add(candidate.lower())
    return candidate


def shortened(name: str, most: int) -> str:
    """Returns as much of a name as fits into ``most`` bytes."""
    return name.encode(errors="ignore")[:most].decode(errors="ignore")
