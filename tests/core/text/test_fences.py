"""Fences: where code begins and ends, in any pieces."""

from __future__ import annotations

import pytest

from workbench.core.text.fences import Fences


@pytest.mark.parametrize(("text", "inside"), [
    ("", False), ("a", False), ("```\n", True), ("```py\nx\n", True), ("```\nx\n```\n", False),
    ("```\nx\n``` y\n", True), ("````\n```\n", True), ("```\n````\n", False), ("~~~\n```\n", True),
    ("  ```\nx\n  ```\n", False), ("``x``\n", False), ("```", False),
])
def test_in_any_pieces(text: str, inside: bool) -> None:
    for size in (1, 2, 3, len(text) or 1):
        fences = Fences()
        for at in range(0, len(text), size):
            fences.feed(text[at:at + size])
        assert fences.inside is inside
    assert fences.line == text.rpartition("\n")[2]
