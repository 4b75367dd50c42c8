"""The inputs of an experiment: rows of values for the variables of its prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.experiments.plan_file import read_inputs
from workbench.ui.shell.dialogs import ask_files
from workbench.ui.widgets import Button, Label


class InputTable(QWidget):
    """A table of the prompt's variables, typed in or read from a file."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.table = QTableWidget(0, 0)
        self.table.setAccessibleName("Inputs")
        self.table.setFixedHeight(110)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().hide()
        self.table.cellChanged.connect(lambda *_: self.edited.emit())
        self._wrong = Label("", "bad", wrap=True)
        self._wrong.hide()
        self._none = Label("The prompt has no {{variables}}.", "faint", wrap=True)
        buttons = QHBoxLayout()
        add, load = Button("Add row", "quiet", "plus"), Button("From file…", "quiet", "file")
        add.clicked.connect(lambda: self._add_row({}))
        load.clicked.connect(lambda: ask_files(self, "Inputs from CSV or JSON lines", self.load))
        for button in (add, load):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._buttons = QWidget()
        self._buttons.setLayout(buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        for widget in (self._none, self.table, self._buttons, self._wrong):
            column.addWidget(widget)
        self.set_names(())

    def names(self) -> list[str]:
        heads = (self.table.horizontalHeaderItem(at) for at in range(self.table.columnCount()))
        return [head.text() for head in heads if head is not None]

    def set_names(self, names: Sequence[str]) -> None:
        """Shows a column for each variable of the text. What was typed stays with its name."""
        if list(names) == self.names() and names:
            return
        self.show_rows(names, self._all())

    def show_rows(self, names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        self.table.setColumnCount(len(names))
        self.table.setHorizontalHeaderLabels(list(names))
        self.table.blockSignals(False)
        for row in rows or ([{}] if names else []):
            self._add_row(row)
        self._none.setVisible(not names)
        self.table.setVisible(bool(names))
        self._buttons.setVisible(bool(names))

    def load(self, paths: Sequence[Path]) -> None:
        try:
            rows = [row for path in paths for row in read_inputs(path)]
            self._wrong.hide()
        except BadInput as error:
            self._wrong.setText(str(error))
            self._wrong.show()
            return
        self.show_rows(self.names() or list(rows[0]), rows)
        self.edited.emit()

    def rows(self) -> list[dict[str, str]]:
        """Returns the rows that are not empty."""
        return [row for row in self._all() if any(value.strip() for value in row.values())]

    def _all(self) -> list[dict[str, str]]:
        names = self.names()
        return [
            {name: item.text() if (item := self.table.item(row, at)) else "" for at, name in enumerate(names)}
            for row in range(self.table.rowCount())
        ]

    def _add_row(self, values: Mapping[str, str]) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for at, name in enumerate(self.names()):
            self.table.setItem(row, at, QTableWidgetItem(values.get(name, "")))
