"""The clipboard, for text: the one place that writes plain text to it."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from workbench.core.text.sinks import for_clipboard


def copy_text(text: str) -> None:
    """Puts text on the clipboard, without characters that would act where it is pasted."""
    QGuiApplication.clipboard().setText(for_clipboard(text))
