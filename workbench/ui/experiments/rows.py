"""Widgets below each other, with a way to add one and to take each out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.ui.widgets import Button


class Row(QWidget):
    """One of them."""

    changed = Signal()
    away = Signal()  # it is to be taken out


R = TypeVar("R", bound=Row)


class Rows(QWidget, Generic[R]):
    changed = Signal()

    def __init__(self, what: str, make: Callable[[], R], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.rows: list[R] = []
        self._add = Button(f"Add {what}", "quiet", "plus")
        self._add.clicked.connect(lambda: self.add().setFocus())
        self._column.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeading)

    def add(self) -> R:
        row = self._make()
        row.changed.connect(self.changed)
        row.away.connect(lambda: self._take(row))
        self.rows.append(row)
        self._column.insertWidget(len(self.rows) - 1, row)
        row.show()
        self.changed.emit()
        return row

    def clear(self) -> None:
        for row in self.rows[:]:
            self._take(row)

    def _take(self, row: R) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.changed.emit()
