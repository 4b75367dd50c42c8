"""The preview of the request as it would be sent now."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.request.requests import Preview
from workbench.core.request.snippets import as_curl
from workbench.core.text.formatting import adjustment
from workbench.ui.widgets import Button, JsonView, Label
from workbench.ui.widgets.clipboard import copy_text

NO_MODEL = "Choose a model to see the request."


class PreviewView(QWidget):
    """Shows the exact JSON, where it goes, and what the endpoint's dialect changes. ``copied`` names what was."""

    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._place = Label(NO_MODEL, "dim", wrap=True, selectable=True, parent=self)
        column.addWidget(self._place)
        self._changes = Label("", "warn", wrap=True, parent=self)
        self._changes.hide()
        column.addWidget(self._changes)
        self._json = JsonView("Request preview", most=24, parent=self)
        self._json.hide()
        column.addWidget(self._json)
        row = QHBoxLayout()
        self._curl = Button("Copy as cURL", "quiet", "copy", self)
        self._curl.setEnabled(False)
        self._curl.clicked.connect(self._copy)
        row.addWidget(self._curl)
        row.addStretch(1)
        column.addLayout(row)
        self._preview: Preview | None = None

    def show_preview(self, preview: Preview | None, problem: str = "") -> None:
        """Shows a preview, or the ``problem``: a sentence on why there is none."""
        self._preview = preview
        self._curl.setEnabled(preview is not None)
        self._json.setVisible(preview is not None)
        if preview is None:
            self._place.setText(problem or NO_MODEL)
            self._changes.hide()
            return
        self._place.setText(f"{preview.method} {preview.url}")
        self._changes.setText("\n".join(adjustment(item) for item in preview.adjustments))
        self._changes.setVisible(bool(preview.adjustments))
        self._json.set_json(preview.body)

    def _copy(self) -> None:
        if self._preview is not None:
            copy_text(as_curl(self._preview))
            self.copied.emit("cURL command")
