from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument

from workbench.ui.widgets.tips import plain_tip


@pytest.mark.parametrize("text", ["plain", "<b>bold</b>", "<img src='file:///etc/passwd'>", "a < b & c", "5 > 4"])
def test_a_tool_tip_shows_what_is_written(qapp: object, text: str) -> None:
    shown = QTextDocument()
    if plain_tip(text) == text:
        shown.setPlainText(text)
    else:
        shown.setHtml(plain_tip(text))
    assert shown.toPlainText() == text
