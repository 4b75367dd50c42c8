"""The direction of a text: that of its first letter that has one."""

from __future__ import annotations

import pytest

from workbench.rendering.direction import MOST, is_rtl


@pytest.mark.parametrize(("text", "rtl"), [
    ("", False), ("Hello", False), ("مرحبا", True), ("שלום", True), ("123 – مرحبا", True), ("123 é مرحبا", False),
    ("天气 مرحبا", False), ("¿" * (MOST - 1) + "م", True), ("¿" * MOST + "م", False),
])
def test_the_first_letter_decides(text: str, rtl: bool) -> None:
    assert is_rtl(text) is rtl
