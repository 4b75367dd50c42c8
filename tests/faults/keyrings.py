"""Faults of keyrings: each state that a system's keyring can be in, as the program meets it.

``STATES`` names what puts the keyring of a test into the state; it takes the ``MonkeyPatch`` of the test and a folder
of its own. ``SAYS`` has words of the sentence that a wish for a key leads to.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.support.desktop import session_bus

State = Callable[[pytest.MonkeyPatch, Path], AbstractContextManager[None]]


def _back_end(name: str) -> State:
    """A back end of the keyring library, chosen by the environment."""
    @contextlib.contextmanager
    def enter(patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
        patch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
        patch.setenv("PYTHON_KEYRING_BACKEND", name)
        yield

    return enter


def _package(name: str, code: str) -> State:
    """A back end of somebody else's package: ``code`` is the body of a subclass of ``KeyringBackend``."""
    @contextlib.contextmanager
    def enter(patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
        from keyring.backend import KeyringBackend

        folder.mkdir(exist_ok=True)
        lines = "\n".join(f"    {line}" for line in code.splitlines())
        (folder / f"{name}.py").write_text(
            "import threading\nfrom keyring.backend import KeyringBackend\nfrom keyring.errors import *\n"
            f"answer = threading.Event()\nclass Keyring(KeyringBackend):\n    priority = 9\n{lines}\n", "utf-8")
        patch.syspath_prepend(folder)
        patch.setenv("PYTHON_KEYRING_BACKEND", f"{name}.Keyring")
        try:
            yield
        finally:
            sys.modules.pop(name, None)
            known = KeyringBackend._classes  # it would be chosen by tests that follow
            known -= {kind for kind in known if kind.__module__ == name}

    return enter


@contextlib.contextmanager
def _no_bus(patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    patch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    patch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    yield


@contextlib.contextmanager
def _no_service(patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    patch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    with session_bus(folder, keyring=False) as environment:
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", environment["DBUS_SESSION_BUS_ADDRESS"])
        yield


@contextlib.contextmanager
def _locked(patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """A keyring of an earlier session, with an item in it. There is no screen for its prompt: it is denied at once."""
    from keyring.backends.SecretService import Keyring

    from tests.storage.keys import KEY, ORIGIN

    patch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    with session_bus(folder) as environment:
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", environment["DBUS_SESSION_BUS_ADDRESS"])
        Keyring().set_password("Chat Workbench/openai", ORIGIN, KEY)
    with session_bus(folder, locked=True) as environment:
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", environment["DBUS_SESSION_BUS_ADDRESS"])
        yield


_NOTHING = "get_password = set_password = delete_password = lambda *_: None"
STATES: dict[str, State] = {
    "absent": _back_end("keyring.backends.fail.Keyring"),
    "no bus": _no_bus,
    "no service": _no_service,
    "locked, its prompt denied": _locked,
    "forgetful": _back_end("keyring.backends.null.Keyring"),
    "misspelt": _back_end("nothing.of.this.name.Keyring"),
    "plain files": _package("plainfiles", "get_password = set_password = delete_password = lambda *_: 1 / 0"),
    "failing": _package("failing", "def __init__(self): raise RuntimeError('sk-CANARY0123456789abcdefghij')"),
    "slow": _package("slowkeyring", f"def __init__(self):\n    super().__init__()\n    answer.wait(10)\n{_NOTHING}"),
}
SAYS = {
    "absent": "no keyring", "no bus": "keyring", "no service": "keyring", "locked, its prompt denied": "keyring",
    "forgetful": "does not keep keys safely", "misspelt": "failed", "plain files": "plainfiles.Keyring",
    "failing": "failed", "slow": "does not keep keys safely",
}
