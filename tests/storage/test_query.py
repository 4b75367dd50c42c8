"""The language of searches."""

from __future__ import annotations

from datetime import datetime

import pytest

from workbench.core.errors import BadInput
from workbench.storage.query import Query, parse


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ('one "two  three" -four', Query(("one", "two  three"), ("four",))),
        ("model:gpt-4 provider:openai ROLE:User", Query(model="gpt-4", provider="openai", role="user")),
        ('tag:"to read" folder:books has:image', Query(tag="to read", folder="books", has=("image",))),
        ("http://a.b c:\\d a-b -", Query(("http://a.b", "c:\\d", "a-b", "-"))),
        ('-"no way" "open', Query(("open",), ("no way",))),
        ('"model:" is:pinned', Query(("model:", "is:pinned"))),
        ('note:"x y"', Query(("note:", "x y"))),
        ("  ", Query()),
        (
            "before:2026-05 after:2025-12-31",
            Query(before=datetime(2026, 5, 1).timestamp(), after=datetime(2025, 12, 31).timestamp()),
        ),
    ],
)
def test_the_language(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize("text", ["before:soon", "after:2026-13", "has:legs", 'before:""', "model:",
                                  "word Tag: x", 'folder:""'])
def test_a_filter_that_cannot_be_is_a_sentence(text: str) -> None:
    with pytest.raises(BadInput, match=r"write|use"):
        parse(text)
