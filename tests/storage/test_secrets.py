"""Keys, in a real keyring, and where there is none."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.storage.keys import KEY, ORIGIN, Stored
from workbench.core.chat.chats import Chat
from workbench.core.errors import BadInput, KeyringUnavailable
from workbench.core.settings import ProviderConfig
from workbench.storage.keyring_items import Items
from workbench.storage.logs import configure_logging
from workbench.storage.secrets import KeyringSecrets
from workbench.storage.settings_file import open_settings
from workbench.storage.store import open_store


def test_a_key_lies_in_the_keyring_by_provider_and_origin(run: Run, secret_service: Stored, tmp_path: Path) -> None:
    async def scene() -> None:
        secrets = KeyringSecrets()
        assert await secrets.backend() == "SecretService Keyring"
        assert await secrets.get("openai", ORIGIN) is None
        assert await secrets.status("openai", ORIGIN) == "none"
        await secrets.set("openai", ORIGIN, f"  Bearer {KEY}\n")
        assert [secret for _, secret in secret_service()] == [KEY]
        assert await KeyringSecrets().get("openai", ORIGIN) == KEY
        assert await KeyringSecrets().get("openai", "http://127.0.0.1:1") is None
        assert await secrets.status("openai", ORIGIN) == "keyring ghij"
        assert KEY not in repr(secrets) + repr(vars(KeyringSecrets))
        await secrets.remove("openai", ORIGIN)
        await secrets.remove("openai", ORIGIN)
        assert await secrets.get("openai", ORIGIN) is None and not secret_service()

    run(scene())


def test_a_key_for_this_session_goes_nowhere(run: Run, secret_service: Stored) -> None:
    async def scene() -> None:
        secrets = KeyringSecrets()
        await secrets.set("openai", ORIGIN, KEY, session_only=True)
        assert await secrets.get("openai", ORIGIN) == KEY
        assert await secrets.status("openai", ORIGIN) == "session ghij"
        assert not secret_service()
        assert await KeyringSecrets().get("openai", ORIGIN) is None

    run(scene())


class Counting(KeyringSecrets):
    asked = 0

    async def _call(self, work: Callable[[Items], Any]) -> Any:
        self.asked += 1
        return await super()._call(work)


def test_many_requests_ask_once_for_a_key_that_is_not_there(run: Run, secret_service: Stored) -> None:
    async def scene() -> None:
        secrets = Counting()
        assert [await secrets.get("openai", ORIGIN) for _ in range(3)] == [None] * 3 and secrets.asked == 1
        await secrets.set("openai", ORIGIN, KEY)
        assert await secrets.get("openai", ORIGIN) == KEY and secrets.asked == 2

    run(scene())


def test_many_requests_ask_once_where_there_is_no_keyring(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        secrets = Counting()
        for _ in range(3):
            with pytest.raises(KeyringUnavailable, match="no keyring"):
                await secrets.get("openai", ORIGIN)
        assert secrets.asked == 1

    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    run(scene())


@pytest.mark.parametrize("key", ["", "a b", "a\nb", "ключ", "“”"])
def test_a_key_that_no_header_can_carry_is_refused(run: Run, key: str) -> None:
    with pytest.raises(BadInput):
        run(KeyringSecrets().set("openai", ORIGIN, key, session_only=True))


def test_no_file_ever_holds_a_key(run: Run, secret_service: Stored, folder: Path, tmp_path: Path) -> None:
    async def scene() -> None:
        settings, secrets = open_settings(folder), KeyringSecrets()
        store = await open_store(folder)
        await secrets.set("openai", ORIGIN, KEY)
        settings.change(providers={"openai": ProviderConfig("openai", base_url=ORIGIN)})
        logging.getLogger("test").info("sent with %s", {"x-api-key": KEY, "authorization": f"Bearer {KEY}"})
        try:
            raise ValueError(KEY)
        except ValueError:
            logging.getLogger("test").info("failed", exc_info=True)
        await store.create_chat(Chat("", "Chat", model="openai/x"))
        await store.backup(folder / "copy.db")
        await store.close()

    handler = configure_logging(folder)
    assert handler is not None
    logging.getLogger().setLevel(logging.DEBUG)  # also what the libraries say
    try:
        run(scene())
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
        handler.close()
    assert "failed" in (folder / "logs/workbench.log").read_text("utf-8")
    forms = [KEY.encode(), KEY.encode().hex().encode(), base64.b64encode(KEY.encode())]
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert not any(form in path.read_bytes() for form in forms), path
