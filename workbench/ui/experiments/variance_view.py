"""All samples of a cell in one text: sentences that all have are dark, sentences of one alone are pale."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QVBoxLayout, QWidget

from workbench.core.experiments.variance import Sentence, Variance
from workbench.core.text.formatting import percent
from workbench.ui.reply_variants.diff_text import roomy
from workbench.ui.theme import style
from workbench.ui.theme.scale import follow
from workbench.ui.theme.tokens import TRANSCRIPT_PX
from workbench.ui.widgets import Label

STABLE, DRIFTING = 0.67, 0.34
"""Shares of the other samples: from the first on a sentence is stable, below the second it drifts."""


class VarianceView(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = Label("", "dim", wrap=True)
        self.text = QTextEdit()
        self.text.setAccessibleName("All samples")
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setProperty("frameless", True)
        follow(self.text, lambda view: view.setFont(style.sized(style.control_font(), TRANSCRIPT_PX)))
        self.text.setMinimumHeight(260)
        self._shown: tuple[Variance, Sequence[str]] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._summary)
        column.addWidget(self.text, 1)

    def clear(self) -> None:
        self._shown = None
        self.text.clear()

    def show_waiting(self) -> None:
        self._summary.setText("Comparing the samples …")

    def show_variance(self, variance: Variance, names: Sequence[str]) -> None:
        """Shows the samples in groups of like answers. ``names`` are those of the samples, in order."""
        self._shown = (variance, names)
        self._summary.setText(_summary_of(variance))
        self.text.clear()
        cursor = QTextCursor(self.text.document())
        cursor.beginEditBlock()
        for number, group in enumerate(variance.groups, 1):
            title = f"Group {number}: {len(group)} alike" if len(group) > 1 else f"Group {number}: one alone"
            _heading(cursor, title, first=number == 1)
            for at in group:
                _sample(cursor, names[at], variance.samples[at])
        cursor.endEditBlock()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shown is not None:
            self.show_variance(*self._shown)


def _summary_of(variance: Variance) -> str:
    count = len(variance.samples)
    if not count:
        return "There is no answer yet."
    every = [sentence.share for sample in variance.samples for sentence in sample if sentence.text.strip()]
    stable = sum(share >= STABLE for share in every) / len(every) if every else 0.0
    groups = "all alike" if len(variance.groups) == 1 else f"{len(variance.groups)} groups of like answers"
    facts = [f"{count} samples, {groups}" if count > 1 else "one sample",
             f"agreement {variance.agreement:.2f}" if variance.agreement is not None else "",
             f"{percent(stable)} of the sentences are stable (dark)" if count > 1 else "",
             f"{variance.left_out} more are not compared" if variance.left_out else ""]
    return " · ".join(filter(None, facts))


def _heading(cursor: QTextCursor, title: str, *, first: bool) -> None:
    block, letters = QTextBlockFormat(), QTextCharFormat()
    block.setTopMargin(0 if first else 16)
    letters.setForeground(QColor(style.theme().dim))
    letters.setFontWeight(600)
    if first:
        cursor.setBlockFormat(block)
    else:
        cursor.insertBlock(block)
    cursor.insertText(title, letters)


def _sample(cursor: QTextCursor, name: str, sentences: Sequence[Sentence]) -> None:
    theme = style.theme()
    block = roomy()
    block.setTopMargin(8)
    faint = QTextCharFormat()
    faint.setForeground(QColor(theme.faint))
    cursor.insertBlock(block)
    cursor.insertText(f"{name}  ", faint)
    for sentence in sentences:
        letters = QTextCharFormat()
        letters.setForeground(QColor(
            theme.text if sentence.share >= STABLE else theme.dim if sentence.share >= DRIFTING else theme.faint))
        letters.setToolTip(f"{percent(sentence.share)} of the other samples say this")
        cursor.insertText(sentence.text, letters)
