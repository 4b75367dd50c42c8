"""Dialogs of a start that fails: the remedies of a damaged database, and the reason why no window opens."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox


def ask_remedy(sentence: str, backup: str) -> str:
    """Asks what to do; returns ``restore``, ``empty`` or ``""``. The damaged file is kept in each case."""
    if QApplication.platformName() in ("offscreen", "minimal"):
        sys.stderr.write(f"{sentence} Open the program on a screen to choose a remedy.\n")
        return ""
    box = QMessageBox(QMessageBox.Icon.Warning, "Chat Workbench", sentence)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText("The damaged database is set aside and never deleted.")
    role = QMessageBox.ButtonRole.AcceptRole
    restore = box.addButton(f"Restore the backup of {backup}", role) if backup else None
    empty = box.addButton("Begin with an empty one", role)
    box.addButton(QMessageBox.StandardButton.Close)
    box.exec()
    chosen = box.clickedButton()
    return "restore" if restore is not None and chosen is restore else "empty" if chosen is empty else ""


def show_failure(sentence: str) -> None:
    """Tells why no window opens, where a desktop user sees it and where a terminal does."""
    sys.stderr.write(sentence + "\n")
    if QApplication.platformName() in ("offscreen", "minimal"):
        return
    box = QMessageBox(QMessageBox.Icon.Critical, "Chat Workbench", sentence)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
