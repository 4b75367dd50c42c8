"""A text with what was taken out struck through and what came in marked."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSizeF
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from workbench.core.text.differences import Piece
from workbench.ui.theme import style
from workbench.ui.theme.scale import follow
from workbench.ui.theme.tokens import TRANSCRIPT_PX


class DiffText(QTextEdit):
    """Shows the pieces of ``core.differences.word_diff``, for reading and copying."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("frameless", True)
        follow(self, lambda view: view.setFont(style.sized(style.control_font(), TRANSCRIPT_PX)))
        self._pieces: Sequence[Piece] = ()
        self._most = 0

    def set_most(self, height: int) -> None:
        """Makes it as high as its text, up to so many pixels; what is longer scrolls."""
        self._most = height
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def _fit(self, size: QSizeF) -> None:
        self.setFixedHeight(min(math.ceil(size.height()), self._most))

    def set_pieces(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        formats = _formats()
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.setBlockFormat(roomy())
        for piece in pieces:
            cursor.insertText(piece.text, formats[piece.kind])
        cursor.endEditBlock()
        changed = [piece for piece in pieces if piece.kind != "same"]
        words = {kind: sum(len(p.text.split()) for p in changed if p.kind == kind) for kind in ("gone", "new")}
        self.setAccessibleDescription(
            f"{words['gone']} words gone, {words['new']} new" if changed else "The texts are the same")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._pieces:
            self.set_pieces(self._pieces)


def tint(colour: str, strength: float = 0.18) -> QColor:
    """Returns a colour of the theme, mixed into the background: ``strength`` is its share."""
    over, ground = QColor(colour), QColor(style.theme().background)
    parts = ((over.red(), ground.red()), (over.green(), ground.green()), (over.blue(), ground.blue()))
    return QColor(*(round(under + (part - under) * strength) for part, under in parts))


def roomy() -> QTextBlockFormat:
    """Returns a format with lines as far apart as those of the conversation."""
    block = QTextBlockFormat()
    block.setLineHeight(140, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return block


def _formats() -> dict[str, QTextCharFormat]:
    theme = style.theme()
    same, gone, new = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
    for each in (same, gone, new):
        each.setForeground(QColor(theme.text))
    gone.setBackground(tint(theme.bad))
    gone.setForeground(QColor(theme.dim))
    gone.setFontStrikeOut(True)
    new.setBackground(tint(theme.ok, 0.22))
    return {"same": same, "gone": gone, "new": new}
