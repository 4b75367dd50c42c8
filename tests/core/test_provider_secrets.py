"""Provider secrets: what counts as one, and its way into the keyring and out of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.provider_secrets import (
    KEPT,
    PROGRAM,
    into_keyring,
    kept_by,
    move_into_keyring,
    move_proxy_password,
    password_in,
    secrets_in,
    with_password,
    with_values,
)
from workbench.core.settings import ProviderConfig
from workbench.storage.secrets import KeyringSecrets
from workbench.storage.settings_file import open_settings

ORIGIN = "https://models.example:443"
CONFIG = ProviderConfig("p", headers={"X-Api-Key": "canary-1", "x-tag": "blue", "X-Empty-Key": ""},
                        proxy="http://me:canary:2@proxy.example:8080")


def test_what_is_a_secret() -> None:
    assert secrets_in(CONFIG) == {"header:x-api-key": "canary-1", "proxy": "canary:2"}
    assert secrets_in(ProviderConfig("p", headers={"x-tag": "sk-proj-" + "a1B2" * 12})), "by its looks"
    hidden = with_values(CONFIG, dict.fromkeys(secrets_in(CONFIG), KEPT))
    assert hidden.headers == {"X-Api-Key": KEPT, "x-tag": "blue", "X-Empty-Key": ""}
    assert hidden.proxy == f"http://me:{KEPT}@proxy.example:8080"
    assert secrets_in(hidden) == {} and kept_by(hidden) == {"header:x-api-key", "proxy"}
    assert with_values(hidden, secrets_in(CONFIG)) == CONFIG


@pytest.mark.parametrize(("proxy", "password"), [
    ("", ""), ("none", ""), ("system", ""), ("http://h:1", ""), ("http://me@h:1", ""), ("socks5://me:p@h:1", "p"),
    ("http://me:p@ss@[::1]:1", "p@ss"), ("http://me:@h", "")])
def test_passwords_of_proxies(proxy: str, password: str) -> None:
    assert password_in(proxy) == password
    assert with_password(proxy, KEPT) == (proxy.replace(f":{password}@", f":{KEPT}@") if password else proxy)


def test_secrets_move_and_those_that_were_kept_before_stay(
    run: Run, secret_service: Callable[[], list[tuple[str, str]]]
) -> None:
    async def work() -> None:
        secrets = KeyringSecrets()
        moved = await into_keyring(CONFIG, secrets, ORIGIN)
        assert secrets_in(moved) == {} and await into_keyring(moved, secrets, ORIGIN) is moved
        again = await into_keyring(with_values(moved, {"header:x-api-key": "canary-3"}), secrets, ORIGIN)
        assert again == moved
        assert await KeyringSecrets().values("p", ORIGIN) == {"header:x-api-key": "canary-3", "proxy": "canary:2"}
        assert await KeyringSecrets().values("p", "https://other.example:443") == {}, "they belong to their address"
        assert await KeyringSecrets().get("p", ORIGIN) is None, "they are no key"
        await secrets.keep_values("p", ORIGIN, {})
        assert await secrets.values("p", ORIGIN) == {} and secret_service() == []

    run(work())


def test_settings_are_written_without_them(
    run: Run, secret_service: Callable[[], list[tuple[str, str]]], tmp_path: Path
) -> None:
    async def work() -> None:
        settings, secrets = open_settings(tmp_path), KeyringSecrets()
        settings.change(providers={"p": CONFIG}, proxy="http://me:canary-4@proxy.example")
        assert "canary" in settings.path.read_text()
        await move_into_keyring(settings, secrets, settings.value.providers["p"], ORIGIN)
        await move_proxy_password(settings, secrets)
        assert "canary" not in settings.path.read_text() and "blue" in settings.path.read_text()
        assert await secrets.values(*PROGRAM) == {"proxy": "canary-4"}

    run(work())
