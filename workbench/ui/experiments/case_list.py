"""The list of the cases of a suite, each with buttons to edit and remove it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.experiments.cases import Case
from workbench.ui.widgets import ElidedLabel, IconButton, Label


class CaseList(QWidget):
    """Shows and changes ``cases``; ``edited`` tells of each change that the user made."""

    edited = Signal()
    edit_requested = Signal(object)  # Case
    removed = Signal(int, object)  # position, Case

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cases: tuple[Case, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_cases(self, cases: Sequence[Case]) -> None:
        self.cases = tuple(cases)
        while (item := self._column.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.hide()
                row.deleteLater()
        for case in self.cases:
            self._column.addWidget(self._row(case))

    def insert(self, at: int, case: Case) -> None:
        """Inserts a case at a position."""
        self._set([*self.cases[:at], case, *self.cases[at:]])

    def replace(self, old: Case, new: Case) -> None:
        self._set([new if case == old else case for case in self.cases])

    def _remove(self, case: Case) -> None:
        at = self.cases.index(case)
        self._set([*self.cases[:at], *self.cases[at + 1:]])
        self.removed.emit(at, case)

    def _set(self, cases: Sequence[Case]) -> None:
        self.show_cases(cases)
        self.edited.emit()

    def _row(self, case: Case) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        count = len(case.checks)
        row.addWidget(ElidedLabel(case.name), 1)
        row.addWidget(Label("1 check" if count == 1 else f"{count} checks", "dim"))
        for icon, name, act in (("edit", f"Edit the case {case.name}", self.edit_requested.emit),
                                ("x", f"Take out the case {case.name}", self._remove)):
            button = IconButton(icon, name, size=14)
            button.clicked.connect(lambda _=False, act=act: act(case))
            row.addWidget(button)
        return holder
