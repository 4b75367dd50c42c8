"""Text that no file and no database can hold is made fit to be stored."""

from __future__ import annotations

import pytest

from workbench.core.text.surrogates import join_surrogates


@pytest.mark.parametrize(("text", "stored"), [
    ("", ""), ("plain", "plain"), ("Grüße 天气 😀", "Grüße 天气 😀"), ("ok \ud83d\ude00", "ok 😀"),
    ("half \ud83d", "half \ufffd"), ("\ude00\ud83d", "\ufffd\ufffd"), ("a\0b\0", "ab"),
    ("\0\ud83d\0\ude00", "\ufffd\ufffd"),
])
def test_it_can_be_encoded_afterwards(text: str, stored: str) -> None:
    assert join_surrogates(text) == stored
    stored.encode("utf-8")
