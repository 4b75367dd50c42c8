"""A dialog for one case of a suite: its name, and the checks of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from workbench.core.chat.context import excerpt
from workbench.core.errors import BadInput
from workbench.core.experiments.axes import value_text
from workbench.core.experiments.cases import Case
from workbench.core.experiments.experiment_store import StoredExperiment
from workbench.ui.experiments.check_rows import CheckRows
from workbench.ui.theme.scale import fitted
from workbench.ui.widgets import Button, ComboBox, Field, FormRow, Label, ScrollColumn


class CaseDialog(QDialog):
    """``confirmed`` carries the id of the suite (``""`` for a new one) and the case."""

    confirmed = Signal(str, object)

    def __init__(self, case: Case, parent: QWidget, *, choose_suite: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("This must stay true" if choose_suite else "Edit the case")
        self.resize(fitted(600, 620, parent))
        self._case = case
        self._listed = False
        self.name = Field("Name of the case", text=case.name)
        self.suite = ComboBox("Suite")
        self.suite.addItem("A new suite", "")
        self.checks = CheckRows()
        self.checks.show_checks(case.checks)
        self._wrong = Label("", "bad", wrap=True)
        self._wrong.hide()
        self._confirm = Button("Add to the suite" if choose_suite else "Keep", "primary")
        self._confirm.setShortcut("Ctrl+Return")
        self._confirm.setToolTip("Ctrl+Enter")
        self._build(choose_suite)

    def _build(self, choose_suite: bool) -> None:
        area = ScrollColumn(margin=0)
        for title, text in (("Asked", self._asked()), ("With", self._settings())):
            area.column.addWidget(FormRow(title, Label(text, wrap=True, selectable=True)))
        area.column.addWidget(FormRow("Name", self.name))
        suite = FormRow("Suite", self.suite)
        suite.setVisible(choose_suite)
        area.column.addWidget(suite)
        area.column.addWidget(FormRow("What must hold for each answer", self.checks))
        area.column.addStretch(1)
        foot = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        foot.addButton(self._confirm, QDialogButtonBox.ButtonRole.AcceptRole)
        foot.accepted.connect(self._accept)
        foot.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (area, self._wrong, foot):
            column.addWidget(widget, 1 if widget is area else 0)
        self._confirm.setDefault(True)  # only now that it is in the dialog: earlier, Cancel would become the default

    def _asked(self) -> str:
        *before, question = self._case.messages
        count = len(before)
        behind = "" if not count else " (after 1 message)" if count == 1 else f" (after {count} messages)"
        return excerpt(question.text or "files without a text", 240) + behind

    def _settings(self) -> str:
        """Returns the settings that the case is asked with where the suite has none."""
        case = self._case
        params = [f"{name} {value_text(value)}" for name, value in case.params.items()]
        system = f"system prompt: {excerpt(case.system, 120)}" if case.system.strip() else "no system prompt"
        return " · ".join([case.model, *params, system])

    def show_suites(self, stored: Sequence[StoredExperiment]) -> None:
        """Offers the suites; the latest is selected at first."""
        suites = [one for one in stored if one.cases]
        self.suite.set_items([*((one.name, one.id) for one in suites), ("A new suite", "")])
        if not self._listed:
            self._listed = True
            self.suite.setCurrentIndex(0)

    def _accept(self) -> None:
        try:
            case = replace(self._case, name=self.name.text().strip(), checks=self.checks.checks())
            if not case.name:
                raise BadInput("Give the case a name.")
        except BadInput as error:
            self._wrong.setText(str(error))
            self._wrong.show()
            return
        self.confirmed.emit(self.suite.currentData(), case)
        self.accept()
