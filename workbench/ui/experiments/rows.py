"""Rows of a form that the user adds and removes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.ui.widgets import Button


class Row(QWidget):
    """One row. It asks to be removed; ``Rows`` does that."""

    changed = Signal()
    remove_requested = Signal()

    def is_empty(self) -> bool:
        """Returns whether nothing was written that its removal would lose."""
        return False


R = TypeVar("R", bound=Row)


class Rows(QWidget, Generic[R]):
    """The rows below each other, with a button that adds one."""

    changed = Signal()
    removing = Signal()  # the user takes out a row that is not empty; it is still there

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
        row.remove_requested.connect(lambda: self._take_out(row))
        self.rows.append(row)
        self._column.insertWidget(len(self.rows) - 1, row)
        row.show()
        self.changed.emit()
        return row

    def clear(self) -> None:
        for row in self.rows[:]:
            self._remove(row)

    def _take_out(self, row: R) -> None:
        if not row.is_empty():
            self.removing.emit()
        self._remove(row)

    def _remove(self, row: R) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.changed.emit()
