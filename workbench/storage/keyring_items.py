"""Keyring items: one per provider and origin, in a keyring that is fit to keep keys."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING

from keyring.errors import PasswordDeleteError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Chat Workbench"
_TRUSTED = {
    "keyring.backends.SecretService", "keyring.backends.libsecret", "keyring.backends.kwallet",
    "keyring.backends.macOS", "keyring.backends.Windows",
}  # fmt: skip
_WINDOWS_LIMIT = 1000  # a credential takes 2,560 bytes, in UTF-16
_MOST_PARTS = 100  # the header may be somebody else's
_HEADER = re.compile(r"chat-workbench parts=(\d+) sha256=([0-9a-f]{64})")


def encrypting_backend(backend: KeyringBackend) -> KeyringBackend | None:
    """Returns the back end itself if it is known to encrypt, the best such one of a chain, else None: some packages
    bring one that writes plain files, and it is chosen without a word."""
    if type(backend).__module__ == "keyring.backends.chainer":
        chain: list[KeyringBackend] = getattr(backend, "backends", [])
        return next((one for one in chain if type(one).__module__ in _TRUSTED), None)
    return backend if type(backend).__module__ in _TRUSTED else None


def late_backend() -> KeyringBackend | None:
    """Returns the back end of a keyring that was started after the library had looked for one, which it does once.
    None where the user has chosen a back end."""
    from keyring.backend import KeyringBackend

    if "PYTHON_KEYRING_BACKEND" in os.environ:
        return None
    found = [kind for kind in KeyringBackend.get_viable_backends() if kind.__module__ in _TRUSTED]
    return max(found, key=lambda kind: kind.priority)() if found else None


class Items:
    """One service for each provider, the origin as user name. A value too long for the back end is kept in
    parts, with a header in its own place that says how many."""

    def __init__(self, backend: KeyringBackend, limit: int | None = None) -> None:
        self._backend = backend
        windows = type(backend).__module__ == "keyring.backends.Windows"
        self._limit = limit or (_WINDOWS_LIMIT if windows else None)

    @property
    def name(self) -> str:
        """The keyring's name for people."""
        return str(self._backend.name)

    def get(self, provider_id: str, origin: str) -> str | None:
        """Returns the key; None too when a part of it is missing or was changed."""
        value = self._backend.get_password(self._service(provider_id), origin)
        header = _HEADER.fullmatch(value or "")
        if header is None:
            return value
        parts = [
            self._backend.get_password(self._service(provider_id, number), origin)
            for number in range(1, min(int(header[1]), _MOST_PARTS) + 1)
        ]
        whole = "".join(part or "" for part in parts)
        return whole if _digest(whole) == header[2] else None

    def set(self, provider_id: str, origin: str, value: str) -> None:
        old = self._parts(provider_id, origin)
        count = 0
        if self._limit is not None and len(value) > self._limit:
            pieces = [value[start : start + self._limit] for start in range(0, len(value), self._limit)]
            count = len(pieces)
            for number, piece in enumerate(pieces, 1):
                self._backend.set_password(self._service(provider_id, number), origin, piece)
            value = f"chat-workbench parts={count} sha256={_digest(value)}"
        self._backend.set_password(self._service(provider_id), origin, value)
        self._delete_parts(provider_id, origin, count + 1, old)

    def delete(self, provider_id: str, origin: str) -> None:
        """Deletes a key; one that is not there is deleted already."""
        old = self._parts(provider_id, origin)
        self._delete(self._service(provider_id), origin)
        self._delete_parts(provider_id, origin, 1, old)

    def _parts(self, provider_id: str, origin: str) -> int:
        if self._limit is None:
            return 0
        header = _HEADER.fullmatch(self._backend.get_password(self._service(provider_id), origin) or "")
        return int(header[1]) if header else 0

    def _delete_parts(self, provider_id: str, origin: str, first: int, last: int) -> None:
        for number in range(first, last + 1):
            self._delete(self._service(provider_id, number), origin)

    def _delete(self, service: str, origin: str) -> None:
        try:
            self._backend.delete_password(service, origin)
        except PasswordDeleteError:
            pass

    def _service(self, provider_id: str, part: int = 0) -> str:
        return f"{SERVICE}/{provider_id}" + (f"/{part}" if part else "")


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
