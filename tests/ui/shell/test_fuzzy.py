from __future__ import annotations

import pytest

from workbench.ui.shell.fuzzy import best, score


def test_letters_must_occur_in_order() -> None:
    assert score("ncht", "new chat") is not None
    assert score("tahc", "new chat") is None
    assert score("", "anything") is not None


@pytest.mark.parametrize(("query", "first"), [
    ("nc", "new chat"), ("chat", "chat"), ("dup", "duplicate chat"), ("sonnet", "anthropic/claude-sonnet-4-6"),
])
def test_the_likeliest_comes_first(query: str, first: str) -> None:
    texts = ["announce", "new chat", "duplicate chat", "chat", "anthropic/claude-sonnet-4-6", "some long net"]
    assert best(query, [(text, text) for text in texts], 5)[0] == first


def test_equals_keep_their_order_and_there_are_at_most_so_many() -> None:
    assert best("a", [("ab", 1), ("ac", 2), ("ad", 3)], 2) == [1, 2]
