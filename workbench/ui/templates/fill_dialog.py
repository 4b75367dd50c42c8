"""Dialog with a form for the variables of a template and a preview of the filled text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from workbench.core.chat.templates import Template, Variable
from workbench.core.errors import BadInput
from workbench.ui.shell.dialogs import ask_files
from workbench.ui.theme.scale import fitted, follow, px
from workbench.ui.widgets import Button, ComboBox, Field, FormRow, Label, ScrollColumn
from workbench.ui.widgets.long_lines import folded


class FillDialog(QDialog):
    """Asks for the values of a template's variables. ``set_file`` answers ``file_requested``."""

    filled = Signal(str, dict)  # the text, the values by variable
    file_requested = Signal(str, Path)  # variable, the file whose text is its value

    def __init__(self, template: Template, verb: str, parent: QWidget, key: str = "") -> None:
        """``key`` is the template's; ``verb`` is the label of the button."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(template.name)
        self.resize(fitted(820, 520, parent))
        self._template, self._key = template, key
        self._values = {variable.name: variable.default for variable in template.variables}
        self._defaults = dict(self._values)
        self.rows: dict[str, FormRow] = {}
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setAccessibleName("Filled template")
        self._accept_button = Button(verb, "primary")
        self._accept_button.setShortcut("Ctrl+Return")
        self._accept_button.setToolTip("Ctrl+Enter")
        self._build()
        self._show_preview()

    def _build(self) -> None:
        form = ScrollColumn(margin=0)
        for variable in self._template.variables:
            row = self.rows[variable.name] = FormRow(variable.name, self._control(variable), variable.help)
            form.column.addWidget(row)
        form.column.addStretch(1)
        follow(form, lambda form: form.setMinimumWidth(px(260)))
        right = QVBoxLayout()
        right.addWidget(Label("Preview", "section"))
        right.addWidget(self.preview, 1)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(form, 2)
        middle.addLayout(right, 3)
        foot = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        foot.addButton(self._accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        foot.accepted.connect(self._accept)
        foot.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setSpacing(12)
        if self._template.description:
            whole.addWidget(Label(self._template.description, "dim", wrap=True))
        whole.addLayout(middle, 1)
        whole.addWidget(foot)
        self._accept_button.setDefault(True)  # in the dialog now: before, Cancel would take its place

    def _control(self, variable: Variable) -> QWidget:
        name = variable.name
        if variable.type == "choice":
            box = ComboBox(name)
            box.set_items([(choice, choice) for choice in variable.choices])
            box.set_data(variable.default)
            self._values[name] = self._defaults[name] = box.currentData() or ""
            box.currentIndexChanged.connect(lambda _: self._set(name, box.currentData()))
            return box
        if variable.type == "file":
            button = Button("Choose a file…", "", "file")
            button.setAccessibleName(name)
            button.clicked.connect(lambda: self._ask_file(name))
            return button
        if variable.type == "number":
            field = Field(name, text=variable.default)
            field.textChanged.connect(lambda text: self._set(name, text.strip()))
            return field
        edit = QPlainTextEdit(variable.default)
        edit.setTabChangesFocus(True)
        follow(edit, lambda edit: edit.setFixedHeight(px(68)))
        edit.textChanged.connect(lambda: self._set(name, edit.toPlainText()))
        return edit

    def _ask_file(self, variable: str) -> None:
        ask_files(self, f"Fill {variable}", lambda paths: self.file_requested.emit(variable, paths[0]))

    def set_file(self, variable: str, name: str, text: str) -> None:
        """Fills a variable with the text of the file ``name``."""
        if variable in self.rows:
            button = self.rows[variable].control
            assert isinstance(button, Button)
            button.setText(name)
            self._set(variable, text)

    def suggest_last(self, key: str, values: Mapping[str, str]) -> None:
        """Suggests what the template ``key`` was last filled with, if it is this one."""
        if key == self._key:
            self.suggest(values)

    def suggest(self, values: Mapping[str, str]) -> None:
        """Fills in values that the user has not changed yet."""
        for name, value in values.items():
            if name in self.rows and self._values[name] == self._defaults[name]:
                control = self.rows[name].control
                if isinstance(control, ComboBox):
                    control.setCurrentIndex(max(control.findData(value), 0))
                elif isinstance(control, QLineEdit):
                    control.setText(value)
                elif isinstance(control, QPlainTextEdit):
                    control.setPlainText(folded(value))
        self.focus_first()

    def values(self) -> Mapping[str, str]:
        """Returns the values by variable."""
        return dict(self._values)

    def focus_first(self) -> None:
        """Puts the focus into the first field and selects its text."""
        if self.rows:
            first = next(iter(self.rows.values())).control
            first.setFocus()
            if isinstance(first, QLineEdit | QPlainTextEdit):
                first.selectAll()

    def _set(self, name: str, value: str) -> None:
        self._values[name] = value
        self.rows[name].set_mistake("")
        self._show_preview()

    def _show_preview(self) -> None:
        """Shows the filled text; a variable without a value stays as ``{{name}}``."""
        shown = {name: value or f"{{{{{name}}}}}" for name, value in self._values.items()}
        plain = Template(self._template.name, self._template.body)
        self.preview.setPlainText(folded(plain.fill(shown)))

    def _accept(self) -> None:
        valid = True
        for variable in self._template.variables:
            try:
                value = self._values[variable.name]
                if variable.type == "file" and not value:
                    raise BadInput("Choose a file.")
                if variable.type != "text":
                    variable.check(value)
            except BadInput as error:
                valid = False
                self.rows[variable.name].set_mistake(str(error))
        if valid:
            self.filled.emit(self._template.fill(self._values), dict(self._values))
            self.accept()
