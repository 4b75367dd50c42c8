"""A key, the address that it is for, and what a keyring holds."""

from __future__ import annotations

from collections.abc import Callable

ORIGIN = "https://api.example.com:443"
KEY = "sk-CANARY0123456789abcdefghij"
Stored = Callable[[], list[tuple[str, str]]]
"""What the keyring of a test holds, as (label, secret)."""
