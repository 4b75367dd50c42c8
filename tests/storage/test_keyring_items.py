"""Items of the keyring: which back ends are trusted, and values that one item cannot hold."""

from __future__ import annotations

from tests.conftest import Run
from tests.storage.keys import ORIGIN, Stored
from workbench.storage.keyring_items import Items, encrypting_backend


def test_a_long_value_is_kept_in_parts(run: Run, secret_service: Stored) -> None:
    from keyring import get_keyring

    items = Items(get_keyring(), limit=10)
    value = "0123456789" * 3 + "x"
    items.set("p", ORIGIN, value)
    assert items.get("p", ORIGIN) == value and len(secret_service()) == 5
    items.set("p", ORIGIN, "short")
    assert items.get("p", ORIGIN) == "short" and len(secret_service()) == 1
    items.set("p", ORIGIN, value)
    get_keyring().delete_password("Chat Workbench/p/2", ORIGIN)
    assert items.get("p", ORIGIN) is None
    items.delete("p", ORIGIN)
    assert not secret_service()


def test_only_back_ends_that_are_known_to_encrypt_are_trusted(secret_service: Stored) -> None:
    from keyring.backends import SecretService, chainer, fail, null

    backend = SecretService.Keyring()
    assert encrypting_backend(backend) is backend
    assert encrypting_backend(null.Keyring()) is None and encrypting_backend(fail.Keyring()) is None
    assert isinstance(encrypting_backend(chainer.ChainerBackend()), SecretService.Keyring), "the best of a chain"


def test_a_part_that_was_changed_makes_the_whole_unknown(run: Run, secret_service: Stored) -> None:
    from keyring import get_keyring

    items = Items(get_keyring(), limit=10)
    items.set("p", ORIGIN, "0123456789" * 3)
    get_keyring().set_password("Chat Workbench/p/2", ORIGIN, "9876543210")
    assert items.get("p", ORIGIN) is None
    items.set("p", ORIGIN, "chat-workbench parts=2 sha256=" + "0" * 64)
    assert items.get("p", ORIGIN) == "chat-workbench parts=2 sha256=" + "0" * 64, "a value may look like a header"
    items.delete("p", ORIGIN)
    items.delete("p", ORIGIN)
    assert not secret_service()
