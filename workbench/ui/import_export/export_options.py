"""Form for what goes into an export."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.core.json_types import Json
from workbench.core.ports.exports import ExportFormat
from workbench.ui.theme import style
from workbench.ui.widgets import CheckBox, Label, Segmented

_CHECKS = {
    "reasoning": "Reasoning",
    "parameters": "Parameters",
    "metrics": "Times, tokens and cost",
    "attachments": "Files and images",
}
_LOOKS = ("dark", "width")


class ExportOptionsForm(QWidget):
    """Offers the options of a format; those that the format does not support are off and say why."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._format = ExportFormat("", "", "")
        self._checks = {name: CheckBox(title) for name, title in _CHECKS.items()}
        self._choices = {
            "branches": Segmented(("line", "all"), "Branches", ("Shown line", "All branches")),
            "images_inside": Segmented(("beside", "inside"), "Images", ("Beside the file", "Inside it")),
            "dark": Segmented(("light", "dark"), "Colours", ("Light", "Dark")),
            "width": Segmented(("narrow", "normal", "wide"), "Width", ("Narrow", "Normal", "Wide")),
        }
        self._rows: dict[str, _Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(10)
        for name in (*_LOOKS, "branches", *_CHECKS, "images_inside"):
            control = self._checks.get(name) or self._choices[name]
            title = "" if name in _CHECKS else control.accessibleName()
            self._rows[name] = _Row(title, control)
            column.addWidget(self._rows[name])
        column.addStretch(1)
        for check in self._checks.values():
            check.toggled.connect(lambda _: self.changed.emit())
        for choice in self._choices.values():
            choice.picked.connect(lambda _: self.changed.emit())

    def show_format(self, format: ExportFormat, kept: Mapping[str, Json]) -> None:
        """Shows the options of a format, with the values in ``kept`` where it has any."""
        self._format = format
        for name, check in self._checks.items():
            check.blockSignals(True)
            check.setChecked(name not in format.refused and bool(kept.get(name, True)))
            check.blockSignals(False)
        values = {
            "branches": "all" if kept.get("branches", format.whole) else "line",
            "images_inside": "inside" if kept.get("images_inside") else "beside",
            "dark": "dark" if kept.get("dark", style.theme().dark) else "light",
            "width": str(kept.get("width", "normal")),
        }
        for name, choice in self._choices.items():
            choice.set_value("" if name in format.refused else values[name])
        for name, row in self._rows.items():
            row.set_reason(format.refused.get(name, ""))
            row.setVisible(name not in _LOOKS or format.id == "png")

    def options(self) -> dict[str, Json]:
        """Returns the values of the options that the format supports."""
        chosen: dict[str, Json] = {name: check.isChecked() for name, check in self._checks.items()}
        chosen["branches"] = self._choices["branches"].value() == "all"
        chosen["images_inside"] = self._choices["images_inside"].value() == "inside"
        if self._format.id == "png":
            chosen |= {"dark": self._choices["dark"].value() == "dark", "width": self._choices["width"].value()}
        return {name: value for name, value in chosen.items() if name not in self._format.refused}


class _Row(QWidget):
    """A control with its title above it and, while it is off, the reason below it."""

    def __init__(self, title: str, control: QWidget) -> None:
        super().__init__()
        self._control = control
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        if title:
            column.addWidget(Label(title, "dim"))
        column.addWidget(control)
        self._reason = Label("", "dim", wrap=True)
        self._reason.setContentsMargins(2, 0, 0, 0)
        column.addWidget(self._reason)

    def set_reason(self, sentence: str) -> None:
        self._control.setEnabled(not sentence)
        self._control.setAccessibleDescription(sentence)
        self._reason.setText(sentence)
        self._reason.setVisible(bool(sentence))
