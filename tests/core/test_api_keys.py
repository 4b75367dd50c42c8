from __future__ import annotations

import pytest

from workbench.core.api_keys import clean_key, is_loopback, origin_of
from workbench.core.errors import BadInput


@pytest.mark.parametrize(("typed", "kept"), [
    ("sk-1", "sk-1"), (" sk-1\n", "sk-1"), ("Bearer sk-1", "sk-1"), ("'sk-1'", "sk-1"), ("“sk-1”", "sk-1"),
    ("sk\u200b-1\ufeff", "sk-1"), ("\u00a0sk-1\u00a0", "sk-1"), ("Authorization: Bearer sk-1", "sk-1"),
    ("\"Bearer sk-1\"", "sk-1"),
])
def test_keys_are_cleaned(typed: str, kept: str) -> None:
    assert clean_key(typed) == kept


@pytest.mark.parametrize(("typed", "words"), [
    ("", "empty"), ("  ", "empty"), ("sk-ключ", "“к”"), ("sk 1", "in one piece"), ("sk\n1", "in one piece"),
])
def test_keys_that_cannot_be(typed: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        clean_key(typed)


def test_origins() -> None:
    assert origin_of("https://a.example/v1") == "https://a.example:443"
    assert origin_of("http://[::1]:8080/v1") == "http://[::1]:8080"
    assert origin_of("file:///x") == origin_of("http://a:b") == ""
    assert all(map(is_loopback, ("http://localhost:1", "http://127.3.2.1/", "http://[::1]/")))
    assert not is_loopback("http://x.localhost"), "which glibc asks the DNS for"
    assert not any(map(is_loopback, ("http://localhost.example", "http://10.0.0.1", "http://127.0.0.1.nip.io")))
