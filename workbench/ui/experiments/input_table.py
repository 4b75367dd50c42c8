"""The inputs of an experiment: rows of values for the variables of its texts, with further columns for checks."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from workbench.core.chat.templates import names_in
from workbench.ui.shell.dialogs import ask_files
from workbench.ui.theme import style
from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets import Button, FlowLayout, Label
from workbench.ui.widgets.clipboard import copy_text
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.tips import plain_tip

_ROW = 26  # pixels
_MOST_SHOWN = 9  # rows, from which on the table scrolls
_MOST_UNDONE = 50


_State = tuple[list[str], list[dict[str, str]]]
"""The names of the columns, and the rows."""


class InputTable(QWidget):
    """A table that is typed in, pasted from a spreadsheet or read from a file. Columns stay while they have values,
    also those that no text names. Ctrl+Z brings back what typing, a paste, a file or Delete replaced."""

    edited = Signal()
    files_read_requested = Signal(list)  # Paths, for ``show_read``

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []  # the variables of the texts
        self._renamed: dict[str, str] = {}  # a column's name → the one that it had before its variable was renamed
        self._nameless = ""  # the column whose variable has lost its name, which is being written anew
        self._undo: list[_State] = []
        self.table = _Table(self)
        self._before_typing: _State | None = None
        self.table.cellChanged.connect(self._on_typed)
        self.table.editing_began.connect(self._on_editing_began)
        self._wrong = Label("", "bad", wrap=True)
        self._wrong.hide()
        self._none = Label("Rows fill the {{variables}} of the prompt. Paste them from a spreadsheet, with their names "
                           "in the first row, or read a file.", "faint", wrap=True)
        self._rest = Label("", "faint", wrap=True)
        self._build()
        self.set_names(())

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._add, paste, load = (Button("Add row", "quiet", "plus"), Button("Paste rows", "quiet", "copy"),
                                  Button("From file…", "quiet", "file"))
        self._add.clicked.connect(lambda: self._add_rows([{}]))
        paste.clicked.connect(self.paste)
        load.clicked.connect(lambda: ask_files(self, "Inputs from CSV, Excel or JSON lines",
                                               self.files_read_requested.emit))
        buttons = FlowLayout()  # the form is narrow
        for button in (self._add, paste, load):
            buttons.addWidget(button)
        for widget in (self._none, self.table, self._rest):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addWidget(self._wrong)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rest"):
            self._show_state()  # the theme has other colours

    # --- columns ---

    def names(self) -> list[str]:
        """Returns the names of all columns."""
        heads = (self.table.horizontalHeaderItem(at) for at in range(self.table.columnCount()))
        return [head.text() for head in heads if head is not None]

    def set_names(self, names: Sequence[str], *, nameless: bool = False) -> None:
        """Shows a column for each variable of the texts. What was typed stays: in the column of its name, and with a
        variable that was renamed. ``nameless``: the texts have braces without a name, which may be being renamed."""
        gone = [name for name in self._names if name not in names]
        new = [name for name in names if name not in self._names]
        self._names = list(names)
        if len(gone) == len(new):
            for old, other in zip(gone, new, strict=True):  # in the order of the text, which was written anew
                self._rename(old, other)
        elif len(gone) == 1 and not new:
            # It lost its name, or was given one that another variable has: the column is then named as at first.
            column = self._rename(gone[0], gone[0] if nameless else self._renamed.get(gone[0], gone[0]))
            self._nameless = column if nameless else ""
        elif len(new) == 1 and not gone and self._nameless:
            self._rename(self._nameless, new[0])
        if names and not nameless:
            self._nameless = ""
        for name in names:
            if name not in self.names():
                self._add_column(name)
        for at in reversed(range(self.table.columnCount())):
            if self.names()[at] not in names and not any(self._values(at)):
                self.table.removeColumn(at)
        if names and not self.table.rowCount():
            self._add_rows([{}])
        self._show_state()

    def _rename(self, old: str, new: str) -> str:
        """Gives the column of a variable its new name, letter by letter as it is typed, and returns its name. Where
        another column has the name already, the variable is that column's now, and this one gets back the name that it
        had at first."""
        columns = self.names()
        if old not in columns:
            return ""
        first = self._renamed.pop(old, old)
        if new in columns:
            new = first if first not in columns else old
        elif new != first:
            self._renamed[new] = first
        self.table.setHorizontalHeaderItem(columns.index(old), QTableWidgetItem(new))
        return new

    def _add_column(self, name: str) -> None:
        at = self.table.columnCount()
        self.table.insertColumn(at)
        self.table.setHorizontalHeaderItem(at, QTableWidgetItem(name))

    def _show_state(self) -> None:
        """Marks the columns that no text names, and fits the height."""
        kept = [name for name in self.names() if name not in self._names]
        for at, name in enumerate(self.names()):
            if (head := self.table.horizontalHeaderItem(at)) is not None:
                head.setForeground(QColor(style.theme().faint if name in kept else style.theme().text))
                head.setToolTip(plain_tip(f"Not in the prompt: a check may use {{{{{name}}}}}" if name in kept else ""))
        usable = [name for name in kept if names_in(f"{{{{{name}}}}}")]
        self._rest.setText(f"Not in the prompt, for checks: {', '.join(f'{{{{{name}}}}}' for name in usable)}")
        self._rest.setVisible(bool(usable))
        columns, rows = self.table.columnCount(), self.table.rowCount()
        self._none.setVisible(not columns)
        self._add.setVisible(bool(columns))
        self.table.setVisible(bool(columns))
        self.table.setFixedHeight(px(_ROW) * (min(max(rows, 3), _MOST_SHOWN) + 1) + 6)

    # --- rows ---

    def show_rows(self, names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
        """Shows the rows of another plan, with columns for ``names`` and whatever else the rows have."""
        self._undo.clear()
        self._wrong.hide()
        self._fill(names, rows)

    def _fill(self, names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
        self._names, self._renamed, self._nameless = list(names), {}, ""
        columns = list(dict.fromkeys([*names, *(name for row in rows for name in row)]))
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        self.table.setColumnCount(len(columns))
        for at, name in enumerate(columns):
            self.table.setHorizontalHeaderItem(at, QTableWidgetItem(name))
        self.table.blockSignals(False)
        self._add_rows(rows or ([{}] if names else []))

    def show_read(self, rows: Sequence[Mapping[str, str]], wrong: str = "") -> None:
        """Shows the rows of a file in place of those that are there, or what is ``wrong`` with it."""
        self._wrong.setText(wrong)
        self._wrong.setVisible(bool(wrong))
        if not wrong:
            self._remember()
            self._fill(self._names, rows)
            self.edited.emit()

    def rows(self) -> list[dict[str, str]]:
        """Returns the rows that are not empty."""
        return [row for row in self.all_rows() if any(value.strip() for value in row.values())]

    def all_rows(self) -> list[dict[str, str]]:
        names = self.names()
        return [{name: self._text(row, at) for at, name in enumerate(names)} for row in range(self.table.rowCount())]

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text() if item is not None else ""

    def _values(self, column: int) -> list[str]:
        return [self._text(row, column) for row in range(self.table.rowCount())]

    def _add_rows(self, rows: Sequence[Mapping[str, str]]) -> None:
        begin, names = self.table.rowCount(), self.names()
        self.table.blockSignals(True)
        self.table.setRowCount(begin + len(rows))
        for number, row in enumerate(rows, begin):
            for at, name in enumerate(names):
                if value := row.get(name):
                    self.table.setItem(number, at, QTableWidgetItem(value))
        self.table.blockSignals(False)
        self._show_state()

    # --- paste, delete, undo ---

    def paste(self) -> None:
        """Puts in what a spreadsheet copied: below the names that its first row has, or from the current cell on."""
        cells = parse_cells(QGuiApplication.clipboard().text(), self._names)
        if not cells:
            return
        self._remember()
        heads = [cell.strip() for cell in cells[0]]
        named = self._names and any(head in self._names for head in heads)
        if named or (not self.table.columnCount() and len(cells) > 1):
            self._put_table(_free_names(heads), cells[1:])
        else:
            self._put_cells(cells)
        self.edited.emit()

    def _put_table(self, names: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
        rows = [dict(zip(names, row, strict=False)) for row in cells]
        self._fill(self._names, [*self.rows(), *rows])

    def _put_cells(self, cells: Sequence[Sequence[str]]) -> None:
        """Puts in values without names, in rows and columns that are made where there are none."""
        first_row, first_column = max(self.table.currentRow(), 0), max(self.table.currentColumn(), 0)
        width = max(map(len, cells))
        while self.table.columnCount() < first_column + width:
            self._add_column(_free_names([*self.names(), ""])[-1])
        self.table.blockSignals(True)
        self.table.setRowCount(max(self.table.rowCount(), first_row + len(cells)))
        for row, values in enumerate(cells, first_row):
            for column, value in enumerate(values, first_column):
                self.table.setItem(row, column, QTableWidgetItem(value))
        self.table.blockSignals(False)
        self._show_state()

    def empty_cells(self) -> None:
        """Empties the selected cells; rows that are selected whole are taken out."""
        self._remember()
        chosen = {(index.row(), index.column()) for index in self.table.selectedIndexes()}
        width = self.table.columnCount()
        whole = [row for row in {row for row, _ in chosen} if all((row, column) in chosen for column in range(width))]
        self.table.blockSignals(True)
        for row, column in chosen:
            self.table.setItem(row, column, QTableWidgetItem(""))
        for row in sorted(whole, reverse=True) if width > 1 or len(whole) > 1 else ():
            self.table.removeRow(row)
        self.table.blockSignals(False)
        self.set_names(self._names)
        self.edited.emit()

    def _remember(self, state: _State | None = None) -> None:
        self._undo.append(state or (self.names(), self.all_rows()))
        del self._undo[:-_MOST_UNDONE]

    def _on_editing_began(self) -> None:
        self._before_typing = self.names(), self.all_rows()

    def _on_typed(self) -> None:
        if self._before_typing is not None:
            self._remember(self._before_typing)
            self._before_typing = None
        self.edited.emit()

    def undo(self) -> None:
        """Brings back the rows before the last cell that was typed in, paste, file or deletion."""
        if self._undo:
            names, rows = self._undo.pop()
            wanted = self._names
            self._fill(names, rows)
            self._names = wanted
            self.set_names(wanted)
            self.edited.emit()


class _Table(QTableWidget):
    """The table itself, with the keys of a spreadsheet."""

    editing_began = Signal()

    def __init__(self, inputs: InputTable) -> None:
        super().__init__(0, 0)
        polished(self)
        self._inputs = inputs
        self.setAccessibleName("Inputs")
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        follow(self.verticalHeader(), lambda header: header.setDefaultSectionSize(px(_ROW)))
        self.verticalHeader().hide()

    def edit(  # type: ignore[override]  # Qt calls this one of its two forms
        self, index: QModelIndex, trigger: QAbstractItemView.EditTrigger, event: QEvent
    ) -> bool:
        begins = super().edit(index, trigger, event)
        if begins:
            self.editing_began.emit()
        return begins

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._inputs.paste()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self._inputs.undo()
        elif event.matches(QKeySequence.StandardKey.Copy):
            copy_text(self._selected_text())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._inputs.empty_cells()
        else:
            super().keyPressEvent(event)

    def _selected_text(self) -> str:
        """Returns the selected cells as spreadsheets take them."""
        rows: dict[int, dict[int, str]] = {}
        for index in self.selectedIndexes():
            rows.setdefault(index.row(), {})[index.column()] = str(index.data() or "")
        out = io.StringIO()
        writer = csv.writer(out, "excel-tab", lineterminator="\n")
        writer.writerows([cells[at] for at in sorted(cells)] for _, cells in sorted(rows.items()))
        return out.getvalue().rstrip("\n")


def parse_cells(text: str, names: Sequence[str] = ()) -> list[list[str]]:
    """Returns the cells of a text that a spreadsheet copied, with tabs between and quotation marks around line ends; or
    those of a CSV file. A text without tabs is one when all of its rows have as many cells, and its first row has one
    of the ``names``, or nothing but words where there are no names: sentences have commas too."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").lstrip("\ufeff")
    if "\t" not in plain:
        for separator in ",;|":
            rows = _cells(plain, separator)
            heads = [head.strip() for head in rows[0]] if rows else []
            is_named = any(name in heads for name in names) if names else all(map(str.isidentifier, heads))
            if len(rows) > 1 and len(heads) > 1 and is_named and {len(row) for row in rows} == {len(heads)}:
                return rows
    return _cells(plain, "\t")


def _cells(text: str, separator: str) -> list[list[str]]:
    """Returns the cells of each row that is not empty at the end."""
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=separator != "\t"))
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _free_names(heads: Sequence[str]) -> list[str]:
    """Returns the names with a name for each that is empty or was there before, which a variable can have."""
    names: list[str] = []
    for at, head in enumerate(heads, 1):
        name = head or f"column_{at}"
        while name in names:
            name = f"{name}_{at}"
        names.append(name)
    return names
