"""Long work: what it does, how far it is, and the way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from workbench.ui.widgets import Button, Label


class Progress(QWidget):
    """A line above the conversation; hidden while nothing runs."""

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = Label(tone="dim")
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Progress")
        stop = Button("Stop", "quiet")
        stop.setAccessibleName("Stop the export or import")
        stop.clicked.connect(self.stopped)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        for widget in (self._label, self._bar, stop):
            row.addWidget(widget)
        row.setStretchFactor(self._bar, 1)
        self.hide()

    def show_progress(self, text: str, done: int, of: int) -> None:
        """``of`` 0 when the end is not known."""
        self._label.setText(text)
        self._bar.setRange(0, of)
        self._bar.setValue(done)
        self.show()
