"""The command keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Cli


def test_a_key_goes_into_the_keyring_and_nowhere_else(
    cli: Cli, isolated: Path, secret_service: Callable[[], list[tuple[str, str]]]
) -> None:
    key = "sk-canary-0123456789abcdef9f2c"
    cli("providers", "add", "openrouter")
    assert cli("keys", "status", "openrouter").out.startswith("openrouter: none")
    done = cli("keys", "set", "openrouter", stdin=f"  {key}\n")
    assert done.code == 0 and key not in done.out + done.err
    assert [secret for _, secret in secret_service()] == [key]
    assert cli("keys", "status", "openrouter").out == "openrouter: keyring (ends in 9f2c)\n"
    for path in isolated.rglob("*"):
        assert not path.is_file() or key.encode() not in path.read_bytes(), path
    cli("keys", "remove", "openrouter")
    assert secret_service() == []


def test_keys_without_a_keyring(cli: Cli) -> None:
    cli("providers", "add", "openrouter")
    done = cli("keys", "set", "openrouter", stdin="sk-abc\n")
    assert done.code == 1 and "keyring" in done.err and "sk-abc" not in done.err
    assert cli("keys", "set", "nobody", stdin="x").code == 2


def test_a_server_that_needs_no_key(cli: Cli) -> None:
    cli("providers", "add", "mine", "--base-url", "http://127.0.0.1:9/v1", "--no-key")
    assert cli("keys", "status", "mine").out == "mine: needs no key\n"
    assert cli("keys", "status", "builtin").out == "builtin: needs no key\n"
    assert cli("keys", "set", "mine", stdin="sk-x\n").code == 2
    cli("providers", "add", "other", "--base-url", "http://127.0.0.1:9/v1")
    asked = cli("ask", "-m", "other/m", "Hi")
    assert asked.code != 0 and "keyring" in asked.err  # it wants a key, and nothing is sent without one
