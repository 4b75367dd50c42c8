"""The settings dialog of one reply or lane: another model or other values; the chat keeps its own."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.json_types import Json
from workbench.core.ports.providers import Limit
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.ui.models.model_button import ModelButton
from workbench.ui.models.picker import Picker
from workbench.ui.parameters.parameters_tab import ParametersTab
from workbench.ui.theme.scale import fitted
from workbench.ui.widgets import Button, Label


class SettingsDialog(QDialog):
    """A model and parameters to choose. ``models_requested`` asks for the lists of ``picker``, ``model_chosen``
    for what is known of a model (see ``show_model``); ``submitted`` carries the choice."""

    model_chosen = Signal(object)  # ModelRef
    submitted = Signal(str, dict)  # provider/model, parameters

    def __init__(self, title: str, go: str, params: Mapping[str, Json], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(fitted(440, 640, parent))
        self._model = ""
        self._params = dict(params)
        self.button = ModelButton()
        self.button.setAutoDefault(False)  # Enter is for the button that says what is done
        self.picker = Picker(self)
        self.parameters = ParametersTab(sweeps=False)
        self.parameters.set_values(self._params)
        self.parameters.hide_sweep()
        self._go = Button(go, "primary")
        self._build()

    def _build(self) -> None:
        model = QHBoxLayout()
        model.setContentsMargins(12, 0, 12, 0)
        model.addWidget(Label("Model", "dim"))
        model.addWidget(self.button, 1)
        foot = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        foot.addButton(self._go, QDialogButtonBox.ButtonRole.AcceptRole)
        foot.setContentsMargins(12, 0, 12, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 12)
        column.addLayout(model)
        column.addWidget(self.parameters, 1)
        column.addWidget(foot)
        self._go.setDefault(True)  # in the dialog now: before, Cancel would take its place
        self.button.clicked.connect(lambda: self.picker.open_at(self.button))
        self.picker.picked.connect(self.model_chosen)
        self.parameters.changed.connect(self._set_params)
        foot.rejected.connect(self.reject)
        foot.accepted.connect(self._accept)

    def show_model(
        self, ref: ModelRef, provider: str, info: ModelInfo | None, limits: Mapping[str, Limit]
    ) -> None:
        self._model = str(ref)
        self.button.show_model(self._model, provider, info)
        self.parameters.set_limits(limits)

    def _set_params(self, values: dict[str, Json]) -> None:
        self._params = values

    def _accept(self) -> None:
        self.submitted.emit(self._model, self._params)
        self.accept()
