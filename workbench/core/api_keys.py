"""API keys: cleaning what people paste, and the address that a key belongs to."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from .errors import BadInput

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_QUOTES = "\"'`“”‘’«»"


def clean_key(text: str) -> str:
    """Returns the key without what is copied along with it: blanks, quotes, ``Bearer``, zero-width characters.

    Raises ``BadInput`` for an empty key and for one that no header can carry.
    """
    key = _INVISIBLE.sub("", text).replace("\u00a0", " ").strip().strip(_QUOTES).strip()
    key = re.sub(r"^(authorization\s*:\s*)?bearer\s+", "", key, flags=re.IGNORECASE).strip(_QUOTES).strip()
    if not key:
        raise BadInput("The key is empty. Copy it again from the provider's page.")
    if not key.isascii():
        wrong = next(letter for letter in key if not letter.isascii())
        raise BadInput(f"The key holds the character “{wrong}”, which no key has. Copy it again.")
    if re.search(r"[\x00-\x20\x7f]", key):
        raise BadInput("The key holds a blank or a line break in the middle. Copy it again, in one piece.")
    return key


def origin_of(url: str) -> str:
    """Returns scheme, host and port of an address, which a key belongs to; ``""`` when it is no web address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or (443 if parts.scheme == 'https' else 80)}"


def is_loopback(url: str) -> bool:
    """Returns whether the address is this machine: then nothing leaves it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost":  # what ends in .localhost is asked of the DNS by glibc, and may be anywhere
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
