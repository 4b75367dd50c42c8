"""Editor of one template: its text, its variables, and its older versions compared with the current text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.chat.templates import Template, names_in
from workbench.core.json_types import Json
from workbench.core.ports.templates import TemplateVersion
from workbench.core.text.differences import word_diff
from workbench.ui.chat.message_view_model import when
from workbench.ui.reply_variants.diff_text import DiffText
from workbench.ui.widgets import Button, ComboBox, Field, Label, Segmented
from workbench.ui.widgets.long_lines import folded

from .variable_rows import VariableRows


class TemplateEditor(QWidget):
    """Shows a ``Template`` and returns it as edited. ``changed`` tells of edits by the user only."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._extra: Mapping[str, Json] = {}
        self._showing = False
        self._versions: Sequence[TemplateVersion] = ()
        self.name = Field("Template name", "Name")
        self.kind = Segmented(("prompt", "system"), "Kind of template", ("Message", "System prompt"))
        self.description = Field("Description", "What it is for (shown in the list)")
        self.body = QPlainTextEdit()
        self.body.setAccessibleName("Template text")
        self.body.setTabChangesFocus(True)
        self.body.setPlaceholderText("Rewrite this for {{audience}}:\n\n{{text}}")
        self.variables = VariableRows()
        self.history = ComboBox("Versions")
        self.diff = DiffText("Differences from the chosen version")
        self.restore = Button("Restore this version", "", "undo")
        self._build()
        self._connect()

    def _build(self) -> None:
        heading = QHBoxLayout()
        heading.addWidget(Label("Text", "section"))
        heading.addWidget(self.kind)
        heading.addStretch(1)
        heading.addWidget(self.restore)
        heading.addWidget(self.history)
        self._texts = QStackedWidget()
        self._texts.addWidget(self.body)
        self._texts.addWidget(self.diff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.name)
        column.addWidget(self.description)
        column.addLayout(heading)
        column.addWidget(self._texts, 1)
        column.addWidget(Label("Variables", "section"))
        column.addWidget(self.variables)

    def _connect(self) -> None:
        for field in (self.name, self.description):
            field.textChanged.connect(lambda _: self._emit_changed())
        self.kind.picked.connect(lambda _: self._emit_changed())
        self.variables.changed.connect(self._emit_changed)
        self.body.textChanged.connect(self._on_text)
        self.history.currentIndexChanged.connect(lambda _: self._show_version())
        self.restore.clicked.connect(self._restore)

    def template(self) -> Template:
        """Returns the template as it is edited."""
        return Template(
            self.name.text().strip(), self.body.toPlainText().rstrip("\n"), self.variables.variables(),
            self.kind.value(), self.description.text().strip(), self._extra,
        )

    def show_template(self, template: Template) -> None:
        """Shows a template, with no versions so far."""
        self._showing = True
        self._extra = template.extra
        self.name.setText(template.name)
        self.kind.set_value(template.kind)
        self.description.setText(template.description)
        self.body.setPlainText(folded(template.body))
        self.variables.show_variables(template.declared, names_in(template.body))
        self._showing = False
        self.show_versions(())

    def show_versions(self, versions: Sequence[TemplateVersion]) -> None:
        """Offers the versions of the template, the current one first."""
        self._versions = versions
        older = [(f"{when(version.written)} · {version.template.version}", index)
                 for index, version in enumerate(versions) if index]
        self.history.set_items([("Present version", 0), *older])
        self.history.set_data(0)
        self.history.setVisible(bool(older))
        self._show_version()

    def _on_text(self) -> None:
        self.variables.set_names(names_in(self.body.toPlainText()))
        self._emit_changed()

    def _emit_changed(self) -> None:
        if not self._showing:
            self.changed.emit()

    def _show_version(self) -> None:
        index = self.history.currentData() or 0
        self._texts.setCurrentIndex(1 if index else 0)
        self.restore.setVisible(bool(index))
        if index:
            self.diff.set_pieces(word_diff(self._versions[index].template.body, self.body.toPlainText()))

    def _restore(self) -> None:
        """Puts the text of the chosen version into the editor, unsaved; Ctrl+Z brings back the text that was there."""
        chosen = self._versions[self.history.currentData()].template
        self.history.set_data(0)
        self._show_version()
        self.body.selectAll()
        self.body.insertPlainText(folded(chosen.body))
        self.variables.show_variables(chosen.declared, names_in(chosen.body))
        self._emit_changed()

