"""The hint below the search field: filters to search by, shown while it is empty or nothing was found."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.ui.widgets import Chip, FlowLayout, Label

FILTERS = (
    ('"exact words"', '""', "Exactly these words, one after another"),
    ("-without", "-", "Leaves out messages with this word"),
    ("tag:", "tag:", "In chats with this tag"),
    ("folder:", "folder:", "In chats of this folder and those in it"),
    ("model:", "model:", "Answered by a model whose name has this"),
    ("provider:", "provider:", "Answered by a model of this provider"),
    ("role:", "role:user", "role:user, role:assistant or role:system"),
    ("after:", "after:", "Since a day, a month or a year: after:2026-05"),
    ("before:", "before:", "Until a day, a month or a year: before:2026-05-31"),
    ("has:", "has:image", "has:image, file, reasoning, audio or tool"),
)
"""The text of each chip, what it writes into the field, and its meaning."""


class SearchHint(QWidget):
    filter_chosen = Signal(str)  # text to write into the field

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Narrow the search")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 2, 8, 4)
        column.setSpacing(6)
        column.addWidget(Label("Finds words, parts of words and 汉字 in titles, messages, reasoning and files. "
                               "Narrow it with:", "dim", wrap=True, parent=self))
        flow = FlowLayout()
        column.addLayout(flow)
        self.chips: list[Chip] = []
        for text, written, meaning in FILTERS:
            chip = Chip(text, parent=self)
            chip.setToolTip(meaning)
            chip.setAccessibleDescription(meaning)
            chip.activated.connect(lambda written=written: self.filter_chosen.emit(written))
            flow.addWidget(chip)
            self.chips.append(chip)
