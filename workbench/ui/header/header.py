"""The line above the conversation: title, model, export, and the switches of the side panels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from workbench.ui.header.model_button import ModelButton
from workbench.ui.header.title import Title
from workbench.ui.widgets import Button, HLine, IconButton

FORMATS = {
    "md": "Markdown", "html": "HTML page", "json": "JSON (everything)", "jsonl": "JSONL (OpenAI messages)",
    "txt": "Plain text", "pdf": "PDF", "png": "Picture",
}  # fmt: skip
"""What the formats of the exchange are called; others are shown as they name themselves."""

_NARROW = 700  # pixels below which buttons show their icons only


class Header(QWidget):
    """Shows the open chat's name and model; it knows neither."""

    export_wanted = Signal(str)  # a format
    compare_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sidebar = IconButton("sidebar", "Sidebar")
        self.title = Title()
        self.model = ModelButton()
        self.compare = Button("Compare", icon="compare")
        self.export = Button("Export", icon="export")
        self.panel = IconButton("panel", "Settings panel")
        self._formats: Sequence[str] = ()
        self.panel.setCheckable(True)
        self.compare.hide()
        row = QHBoxLayout()
        row.setContentsMargins(14, 7, 14, 7)
        row.setSpacing(8)
        row.addWidget(self.sidebar)
        row.addWidget(self.title, 1)
        for widget in (self.model, self.compare, self.export, self.panel):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(HLine())
        self.export.clicked.connect(self._open_export)
        self.compare.clicked.connect(self.compare_wanted)

    def set_formats(self, formats: Sequence[str]) -> None:
        self._formats = formats

    def set_compare(self, available: bool) -> None:
        """Whether there is a view that compares."""
        self.compare.setVisible(available)

    def _open_export(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in self._formats:
            action = menu.addAction(FORMATS.get(name, name))
            action.triggered.connect(lambda _=False, name=name: self.export_wanted.emit(name))
        corner = QPoint(0, self.export.height() + 2)
        if self.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            corner.setX(self.export.width() - menu.sizeHint().width())
        menu.popup(self.export.mapToGlobal(corner))

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        for button, text in ((self.export, "Export"), (self.compare, "Compare")):
            button.setText("" if narrow else text)
            button.setToolTip(text if narrow else "")
