"""Dialogs of a start that fails: the remedies of a damaged database, and the reason why no window opens."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

Remedy = Literal["restore", "empty", ""]


def ask_remedy(sentence: str, backup: datetime | None) -> Remedy:
    """Asks what to do about a damaged database: restore the backup made at that time, begin with an empty one, or
    neither. The damaged file is kept in each case."""
    if not _on_a_screen():
        _tell_terminal(f"{sentence} Open the program on a screen to choose a remedy.")
        return ""
    box = _box(QMessageBox.Icon.Warning, sentence)
    box.setInformativeText("The damaged database is set aside and never deleted.")
    role = QMessageBox.ButtonRole.AcceptRole
    restore = box.addButton(f"Restore the backup of {backup:%d %B %Y, %H:%M}", role) if backup else None
    empty = box.addButton("Begin with an empty one", role)
    box.addButton(QMessageBox.StandardButton.Close)
    box.exec()
    chosen = box.clickedButton()
    return "restore" if restore is not None and chosen is restore else "empty" if chosen is empty else ""


def show_failure(sentence: str) -> None:
    """Says why no window opens, where a desktop user sees it and where a terminal does."""
    _tell_terminal(sentence)
    if _on_a_screen():
        _box(QMessageBox.Icon.Critical, sentence).exec()


def _tell_terminal(sentence: str) -> None:
    if sys.stderr is not None:  # a window without a terminal on Windows has none
        sys.stderr.write(sentence + "\n")


def _on_a_screen() -> bool:
    return QApplication.platformName() not in ("offscreen", "minimal")


def _box(icon: QMessageBox.Icon, sentence: str) -> QMessageBox:
    box = QMessageBox(icon, "Chat Workbench", sentence)
    box.setTextFormat(Qt.TextFormat.PlainText)
    return box
