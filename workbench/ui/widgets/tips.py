"""Tool tips with text from anywhere, shown as plain text."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import Qt

_LINE = 70
"""Characters that one line may have."""


def plain_tip(text: str) -> str:
    """Returns ``text`` for a tool tip, as it is written. Qt takes what looks like HTML for HTML, and would load the
    files that it names; titles and names come from models, servers and files. A long text is broken into lines, which
    Qt does to HTML only."""
    return f"<span>{escape(text)}</span>" if len(text) > _LINE or Qt.mightBeRichText(text) else text
