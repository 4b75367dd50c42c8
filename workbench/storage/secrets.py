"""Keys in the system's keyring, or in memory for this session. They are written nowhere else."""

from __future__ import annotations

import asyncio
import json
import math
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from workbench.core.api_keys import clean_key
from workbench.core.errors import KeyringUnavailable

from .logs import hide

if TYPE_CHECKING:  # loading the keyring takes 0.15 s, in its thread
    from keyring.backend import KeyringBackend

    from .keyring_items import Items

T = TypeVar("T")
_PATIENCE = 0.3
_FRESH, _FRESH_ABSENCE = 60.0, 2.0  # seconds; a key may come into the keyring from outside
_VALUES = "values of "
"""Stands before the origin in the name of an item that holds further secrets of a provider, as JSON."""

_SESSION = "Or enter the key for this session only, or set it in the environment."
ABSENT = f"There is no keyring on this system: install or start one. {_SESSION}"
LOCKED = f"The keyring is locked: unlock it, then try again. {_SESSION}"
CLOSED = f"The keyring could not be opened: its prompt was dismissed or could not be shown. Try again. {_SESSION}"
REFUSED = (
    "The keyring “{name}” does not keep keys safely, so it is not used: remove the package or the setting "
    f"that brings it. {_SESSION}"
)
FORGETFUL = f"The keyring “{{name}}” did not keep the key. {_SESSION}"
FAILED = f"The keyring failed ({{error}}): try again. {_SESSION}"


class KeyringSecrets:
    """Implements ``ports.Secrets``. The keyring may wait for the user at a prompt of the system, so all calls
    are made one by one in threads that neither the event loop nor the end of the program waits for.

    ``on_waiting(True)`` is called on the event loop when an answer takes long, ``on_waiting(False)`` when it
    came.
    """

    def __init__(self, on_waiting: Callable[[bool], None] | None = None) -> None:
        self.on_waiting = on_waiting
        self._session: dict[tuple[str, str], str] = {}
        # What the keyring said lately, also that there is no key or no keyring: 64 requests at once ask it once.
        self._fresh: dict[tuple[str, str], tuple[float, str | KeyringUnavailable | None]] = {}
        self._one_by_one = threading.Lock()
        self._dismissed: KeyringUnavailable | None = None  # by the user, at the system's prompt

    async def get(self, provider_id: str, origin: str) -> str | None:
        name = (provider_id, origin)
        if name in self._session:
            return self._session[name]
        then, said = self._fresh.get(name, (-math.inf, None))
        if time.monotonic() - then < (_FRESH if isinstance(said, str) else _FRESH_ABSENCE):
            if isinstance(said, KeyringUnavailable):
                raise said.with_traceback(None)
            return said
        try:
            found = await self._call(lambda items: items.get(provider_id, origin))
        except KeyringUnavailable as error:
            if not error.locked:  # the user may be unlocking it
                self._fresh[name] = (time.monotonic(), error)
            raise
        if found is not None:
            hide(found)
        self._fresh[name] = (time.monotonic(), found)
        return found

    async def set(self, provider_id: str, origin: str, key: str, *, session_only: bool = False) -> None:
        key = clean_key(key)
        hide(key)
        if session_only:
            self._session[provider_id, origin] = key
        else:
            await self._put(provider_id, origin, key)

    async def values(self, provider_id: str, origin: str) -> Mapping[str, str]:
        found = await self.get(provider_id, _VALUES + origin)
        try:
            data = json.loads(found or "{}")
        except ValueError:  # it was changed outside
            data = {}
        values = {str(name): value for name, value in data.items() if isinstance(value, str)} if isinstance(
            data, dict) else {}
        for value in values.values():
            hide(value)
        return values

    async def keep_values(self, provider_id: str, origin: str, values: Mapping[str, str]) -> None:
        for value in values.values():
            hide(value)
        if values:
            await self._put(provider_id, _VALUES + origin, json.dumps(dict(values)))
        elif await self.values(provider_id, origin):
            await self.remove(provider_id, _VALUES + origin)

    async def _put(self, provider_id: str, origin: str, key: str) -> None:
        """Writes into the keyring, and reads it again: some forget at once."""
        name = (provider_id, origin)

        def put(items: Items) -> None:
            items.set(provider_id, origin, key)
            if items.get(provider_id, origin) != key:
                raise KeyringUnavailable(FORGETFUL.format(name=items.name))

        await self._call(put)
        self._session.pop(name, None)
        self._fresh[name] = (time.monotonic(), key)

    async def remove(self, provider_id: str, origin: str) -> None:
        in_session = self._session.pop((provider_id, origin), None)
        try:
            await self._call(lambda items: items.delete(provider_id, origin))
        except KeyringUnavailable:
            if in_session is None:
                raise
        finally:
            self._fresh.pop((provider_id, origin), None)  # also what a request read while it was deleted

    async def status(self, provider_id: str, origin: str) -> str:
        name = (provider_id, origin)
        place = "session" if name in self._session else "keyring"
        if self._dismissed is not None and name not in self._session:
            raise self._dismissed.with_traceback(None)  # looking brings no prompt up again; sending and saving do
        self._fresh.pop(name, None)
        key = await self.get(provider_id, origin)
        if key is None:
            return "none"
        return f"{place} {key[-4:]}" if len(key) >= 12 else place

    async def backend(self) -> str:
        return await self._call(lambda items: items.name)

    def _note_dismissal(self, answer: asyncio.Future[T]) -> None:
        if not answer.cancelled():
            error = answer.exception()
            self._dismissed = error if isinstance(error, KeyringUnavailable) and error.locked else None

    async def _call(self, work: Callable[[Items], T]) -> T:
        future: Future[T] = Future()

        def run() -> None:
            with self._one_by_one:
                if not future.set_running_or_notify_cancel():
                    return
                try:
                    future.set_result(_with_sentences(work))
                except KeyringUnavailable as error:
                    future.set_exception(error)

        threading.Thread(target=run, name="keyring", daemon=True).start()
        answer = asyncio.wrap_future(future)
        answer.add_done_callback(lambda one: one.cancelled() or one.exception())  # also when nobody waits any more
        answer.add_done_callback(self._note_dismissal)
        done, _ = await asyncio.wait({answer}, timeout=_PATIENCE)
        if not done and self.on_waiting is not None:
            self.on_waiting(True)
            try:
                return await answer
            finally:
                self.on_waiting(False)
        return await answer


def _with_sentences(work: Callable[[Items], T]) -> T:
    """Raises all that the keyring raises as ``KeyringUnavailable``."""
    from keyring import get_keyring
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    from .keyring_items import Items, encrypting_backend, late_backend

    try:
        chosen = get_keyring()
        absent = type(chosen).__module__ == "keyring.backends.fail"
        backend = late_backend() if absent else encrypting_backend(chosen)
        if backend is None:
            raise KeyringUnavailable(ABSENT if absent else REFUSED.format(name=_name(chosen)))
        return work(Items(backend))
    except KeyringUnavailable:
        raise
    except NoKeyringError as error:
        raise KeyringUnavailable(ABSENT) from error
    except KeyringLocked as error:
        raise KeyringUnavailable(LOCKED, locked=True) from error
    except InitError as error:
        raise KeyringUnavailable(CLOSED, locked=True) from error
    except Exception as error:  # noqa: BLE001 - back ends raise what their libraries raise; its text may hold the key
        raise KeyringUnavailable(FAILED.format(error=type(error).__name__)) from None


def _name(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"
