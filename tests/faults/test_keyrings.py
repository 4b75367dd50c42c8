"""Every state of a keyring: a sentence with a way on, no key in it, and the session works all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli, cli
from tests.conftest import Run
from tests.faults.keyrings import SAYS, STATES
from tests.storage.keys import KEY, ORIGIN, Stored
from tests.storage.test_secrets import Counting
from tests.support.server import Server, chat
from workbench.core.errors import BadInput, KeyringUnavailable
from workbench.providers.http.headers import clean_key
from workbench.storage.secrets import KeyringSecrets

__all__ = ["cli"]


@pytest.mark.parametrize("state", STATES)
def test_a_sentence_says_what_to_do_and_the_session_works(
    run: Run, secret_service: Stored, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: str
) -> None:
    async def scene() -> None:
        waited: list[bool] = []

        def waiting(on: bool) -> None:
            waited.append(on)
            if on and state == "slow":
                __import__("slowkeyring").answer.set()

        secrets = KeyringSecrets(waiting)
        with pytest.raises(KeyringUnavailable, match=SAYS[state]) as caught:
            await secrets.set("openai", ORIGIN, KEY)
        assert caught.value.locked == (state in ("locked, its prompt denied", "no service"))
        with pytest.raises(KeyringUnavailable, match="session only") as caught:
            await secrets.get("openai", ORIGIN)
        assert KEY not in str(caught.value) and (waited == [True, False] or state != "slow")
        await secrets.set("openai", ORIGIN, KEY, session_only=True)
        assert await secrets.get("openai", ORIGIN) == KEY

    with STATES[state](monkeypatch, tmp_path / "k"):
        run(scene())


@pytest.mark.parametrize("state", [name for name in STATES if name not in ("slow", "plain files", "failing")])
def test_a_command_goes_on_without_a_keyring(
    cli: Cli, server: Server, secret_service: Stored, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: str
) -> None:
    server.on("POST", "/v1/chat/completions", chat("Hello."))
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1")
    with STATES[state](monkeypatch, tmp_path / "k"):
        refused = cli("ask", "-m", "local/m", "Hi")
        assert refused.code and "Traceback" not in refused.err and "environment" in refused.err
        monkeypatch.setenv("LOCAL_API_KEY", KEY)
        answer = cli("ask", "-m", "local/m", "Hi")
    assert (answer.code, answer.out) == (0, "Hello.\n"), answer.err
    assert server.requests[-1].header("Authorization") == f"Bearer {KEY}"


@pytest.mark.parametrize("item", [
    "", "sk-key\r\nX-Injected: yes", "ключ", f"chat-workbench parts=999999999 sha256={'0' * 64}", "x" * 100_000,
], ids=["empty", "two headers", "no ASCII", "parts without end", "huge"])
def test_an_item_that_is_no_key_of_ours_is_refused(run: Run, secret_service: Stored, item: str) -> None:
    """Somebody else's item in our place, or one that was changed."""
    from keyring.backends.SecretService import Keyring

    Keyring().set_password("Chat Workbench/openai", ORIGIN, item)
    found = run(KeyringSecrets().get("openai", ORIGIN), timeout=20)
    if item.startswith("chat-workbench"):
        assert found is None
    elif item.startswith("x"):
        assert found == item
    else:
        with pytest.raises(BadInput):
            clean_key(found or "")


def test_looking_brings_a_dismissed_prompt_up_only_once(
    run: Run, secret_service: Stored, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The keyring's own prompt is the user's to answer: denied, it comes again only when a key is used or saved."""
    async def scene() -> None:
        secrets = Counting()
        for _ in range(4):
            with pytest.raises(KeyringUnavailable):
                await secrets.status("openai", ORIGIN)
        assert secrets.asked == 1
        with pytest.raises(KeyringUnavailable):
            await secrets.get("openai", ORIGIN)
        assert secrets.asked == 2, "sending is the user's wish"
        with pytest.raises(KeyringUnavailable):
            await secrets.set("openai", ORIGIN, KEY)
        assert secrets.asked == 3

    with STATES["locked, its prompt denied"](monkeypatch, tmp_path / "k"):
        run(scene())


def test_a_keyring_that_is_started_later_is_found(
    run: Run, secret_service: Stored, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The sentence asks to start one, and then to try again."""
    async def scene() -> None:
        secrets = KeyringSecrets()
        with (monkeypatch.context() as patch, STATES["no bus"](patch, tmp_path),
              pytest.raises(KeyringUnavailable)):
            await secrets.set("openai", ORIGIN, KEY)
        await secrets.set("openai", ORIGIN, KEY)
        assert [secret for _, secret in secret_service()] == [KEY]

    run(scene())
