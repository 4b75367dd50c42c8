"""The dialog of the fixed parameters of an experiment: the panel that chats have."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from workbench.core.json_types import Json
from workbench.core.ports.providers import Limit
from workbench.ui.parameters.parameters_tab import ParametersTab
from workbench.ui.theme.scale import fitted
from workbench.ui.widgets import Button, Label


class ParametersDialog(QDialog):
    """``submitted`` carries all values that are set."""

    submitted = Signal(dict)

    def __init__(self, values: Mapping[str, Json], limits: Mapping[str, Limit], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Fixed parameters")
        self.resize(fitted(440, 640, parent))
        self.parameters = ParametersTab(sweeps=False)
        self.parameters.set_values(values)
        self.parameters.set_limits(limits)
        hint = Label("The same in every request of the experiment. What an axis varies is not set here.", "dim",
                     wrap=True)
        hint.setContentsMargins(12, 0, 12, 0)
        use = Button("Use these", "primary")
        foot = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        foot.addButton(use, QDialogButtonBox.ButtonRole.AcceptRole)
        foot.setContentsMargins(12, 0, 12, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 12)
        column.addWidget(hint)
        column.addWidget(self.parameters, 1)
        column.addWidget(foot)
        use.setDefault(True)  # in the dialog now: before, Cancel would take its place
        foot.rejected.connect(self.reject)
        foot.accepted.connect(self._accept)

    def _accept(self) -> None:
        self.submitted.emit(self.parameters.values())
        self.accept()
