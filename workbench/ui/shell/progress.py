"""The line for long work: what is being done, its progress, and a button to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from workbench.ui.widgets import Button, Label


class Progress(QWidget):
    """Shows one piece of work; hidden while nothing runs."""

    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = Label(tone="dim")
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Progress")
        stop = Button("Stop", "quiet")
        stop.setAccessibleName("Stop the export or import")
        stop.clicked.connect(self.stop_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        for widget in (self._label, self._bar, stop):
            row.addWidget(widget)
        row.setStretchFactor(self._bar, 1)
        self.hide()

    def show_progress(self, text: str, done: int, of: int) -> None:
        """Shows that ``done`` of ``of`` parts are done; ``of`` is 0 when their number is not known."""
        self._label.setText(text)
        self._bar.setRange(0, of)
        self._bar.setValue(done)
        self.show()
