"""Identifiers: short, unique without coordination, and sorted by time."""

from __future__ import annotations

import hashlib
import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case: no i, l, o, u


def new_id() -> str:
    """Returns 16 characters: 9 of milliseconds since 1970, 7 of chance (35 bits)."""
    number = (int(time.time() * 1000) << 35) | secrets.randbits(35)
    letters = []
    for _ in range(16):
        number, rest = divmod(number, 32)
        letters.append(_ALPHABET[rest])
    return "".join(reversed(letters))


def id_within(chat_id: str, id: str) -> str:
    """Returns the id that a message gets whose own is one of another chat: it follows from both, so that the next
    import finds it again."""
    return hashlib.sha256(f"{chat_id}/{id}".encode("utf-8", "replace")).hexdigest()[:24]
