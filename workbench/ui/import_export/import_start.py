"""First page of the import dialog: buttons to choose files, and the programs that chats can come from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.ports.import_export import ImportSource
from workbench.ui.widgets import Button, HLine, Label, ScrollColumn
from workbench.ui.widgets.roles import set_role


class ImportStart(QWidget):
    def __init__(self, sources: Sequence[ImportSource], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files = Button("Choose files…", "primary", "file")
        self.folder = Button("Choose a folder…", "", "folder")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.files)
        row.addWidget(self.folder)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Label("Bring chats from another program", "heading"))
        column.addWidget(Label(
            "Choose its export file as you got it, or drop it here; the format is recognised by the content. You see "
            "what it would bring before anything changes, and nothing is imported twice.", "dim", wrap=True))
        column.addLayout(row)
        column.addWidget(HLine())
        column.addWidget(_table(sources), 1)


def _table(sources: Sequence[ImportSource]) -> QWidget:
    scroll = ScrollColumn(margin=0)
    set_role(scroll, QAccessible.Role.Document)
    scroll.setAccessibleName("Programs that chats can come from")
    scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    for row, source in enumerate(sources):
        grid.addWidget(Label(source.name, parent=scroll.inside), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Label(source.gives, "dim", wrap=True, parent=scroll.inside), row, 1)
    scroll.column.addLayout(grid)
    scroll.column.addStretch(1)
    return scroll
