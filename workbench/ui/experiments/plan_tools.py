"""Tools that fill in the form of a plan: the model picker and the parameter panel, which chats have too."""

from __future__ import annotations

from PySide6.QtCore import QObject

from workbench.core.errors import BadInput
from workbench.core.ports.providers import Limit
from workbench.core.request.models import ModelRef
from workbench.core.services import Services
from workbench.ui.experiments.parameters_dialog import ParametersDialog
from workbench.ui.experiments.plan_form import PlanForm
from workbench.ui.models.feature import ModelsFeature
from workbench.ui.models.picker import Picker
from workbench.ui.parameters.feature import ParametersFeature


class PlanTools(QObject):
    """Serves one form."""

    def __init__(
        self, services: Services, models: ModelsFeature, parameters: ParametersFeature, form: PlanForm,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._providers, self._parameters, self._form = services.providers, parameters, form
        self.picker = Picker(form, several=True)
        models.attach_picker(self.picker, lambda: next(reversed(form.model_names()), ""))
        self.picker.picked.connect(self._add_model)
        form.models_requested.connect(self.picker.open_at)
        form.params_requested.connect(self._ask_params)

    def _add_model(self, ref: ModelRef) -> None:
        self._form.add_model(str(ref))

    def _ask_params(self) -> None:
        """Asks for the fixed parameters, with what is known of the first model's limits."""
        try:
            values = self._form.fixed_params()
        except BadInput as error:
            self._form.show_mistake(str(error))
            return
        dialog = ParametersDialog(values, self._limits(), self._form)
        self._parameters.connect_presets(dialog.parameters.presets)
        dialog.submitted.connect(self._form.show_params)
        dialog.open()

    def _limits(self) -> dict[str, Limit]:
        for model in self._form.model_names()[:1]:
            try:
                return dict(self._providers.limits(self._providers.resolve(model)))
            except BadInput:
                break  # the run will say that there is no such model
        return {}
