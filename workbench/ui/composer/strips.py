"""Strips above the composer: the messages in the queue, and what a reply is waiting for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.chat.context import excerpt
from workbench.core.text.formatting import counted
from workbench.ui.composer.draft import Draft
from workbench.ui.widgets import Button, ElidedLabel, IconButton, IconLabel, Label, delete_widgets


class QueueStrip(QWidget):
    """Shows the messages that are sent when the reply ends; each can be edited or removed."""

    edit_requested = Signal(int)
    remove_requested = Signal(int)
    send_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Waiting messages")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 0, 12, 0)
        self._column.setSpacing(2)
        self.hide()

    def show_queue(self, drafts: Sequence[Draft], streaming: bool) -> None:
        """Shows the queue. While ``streaming`` it is sent when the reply ends; otherwise the user sends it."""
        delete_widgets(self._column)
        for index, draft in enumerate(drafts):
            self._column.addWidget(self._row(index, draft, streaming))
        self.setVisible(bool(drafts))

    def _row(self, index: int, draft: Draft, streaming: bool) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        text = excerpt(draft.text, 200) or counted(len(draft.parts), "{n} attachment", "{n} attachments")
        row.addWidget(IconLabel("clock"))
        row.addWidget(ElidedLabel(text, "dim"), 1)
        if not streaming and index == 0:
            send = Button("Send now", "link")
            send.clicked.connect(self.send_requested)
            row.addWidget(send)
        for icon, name, signal in (
            ("edit", "Edit waiting message", self.edit_requested),
            ("x", "Remove waiting message", self.remove_requested),
        ):
            button = IconButton(icon, name, size=14)
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(index))
            row.addWidget(button)
        return holder


class WaitingStrip(QWidget):
    """Shows why nothing comes: a retry with its countdown, or silence."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("clock", "warn"))
        self._label = Label(wrap=True, tone="dim")
        row.addWidget(self._label, 1)
        cancel = Button("Cancel", "link")
        cancel.clicked.connect(self.cancel_requested)
        row.addWidget(cancel)
        self._why, self._left = "", 0.0
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self._tick)
        self.hide()

    def show_waiting(self, why: str, seconds: float) -> None:
        """Shows a reason with ``seconds`` until the next try, 0 for none; an empty ``why`` hides the strip."""
        self._why, self._left = why.rstrip("."), seconds
        self.setVisible(bool(why))
        if why and seconds:
            self._timer.start()
        else:
            self._timer.stop()
        self._show()

    def _tick(self) -> None:
        self._left = max(0.0, self._left - 1)
        self._show()

    def _show(self) -> None:
        again = f", trying again in {math.ceil(self._left)} s" if self._left > 0 else ""
        self._label.setText(f"{self._why}{again}.")
