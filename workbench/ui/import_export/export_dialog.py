"""Dialog that asks which chats to export, in which format and with what in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.json_types import Json
from workbench.core.ports.exports import ExportFormat
from workbench.core.text.formatting import count
from workbench.ui.theme.scale import fitted
from workbench.ui.widgets import Button, CheckBox, ComboBox, HLine, Label, ScrollColumn

from .export_options import ExportOptionsForm
from .format_list import FormatList
from .scopes import ExportChoice, Scope


class ExportDialog(QDialog):
    """Asks for an export; where to put it is asked by whoever is told of ``chosen``.

    ``kept`` holds what ``keep_requested`` carried the last time.
    """

    chosen = Signal(object)  # ExportChoice
    keep_requested = Signal(dict)  # format, archived, and options by format

    def __init__(
        self, scopes: Sequence[Scope], formats: Sequence[ExportFormat], kept: Mapping[str, Json], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export")
        self.setAccessibleName("Export")
        self.resize(fitted(720, 580, parent))
        options = kept.get("options")
        self._options: dict[str, Json] = dict(options) if isinstance(options, dict) else {}
        self.scope = ComboBox("Chats")
        self.scope.set_items([(scope.title, scope) for scope in scopes])
        self.archived = CheckBox("With the archive")
        self.archived.setChecked(bool(kept.get("archived", True)))
        self.formats = FormatList(formats)
        self.options = ExportOptionsForm()
        self.summary = Label("", "dim", wrap=True)
        self.accept_button = Button("Export…", "primary")
        self._build()
        self.accept_button.setDefault(True)  # in the dialog now: before, Cancel would take its place
        self.scope.currentIndexChanged.connect(lambda _: self._show_summary())
        self.archived.toggled.connect(lambda _: self._show_summary())
        self.formats.currentItemChanged.connect(lambda *_: self._show_format())
        self.formats.itemActivated.connect(lambda _: self._accept())
        self.options.changed.connect(self._save_options)
        self.accept_button.clicked.connect(self._accept)
        self.formats.choose(str(kept.get("format", "md")))
        self.formats.setFocus()

    def _build(self) -> None:
        scope = QHBoxLayout()
        scope.setSpacing(12)
        scope.addWidget(self.scope, 1)
        scope.addWidget(self.archived)
        form = ScrollColumn(margin=0)
        form.column.addWidget(self.options)
        middle = QHBoxLayout()
        middle.setSpacing(20)
        middle.addWidget(self.formats, 3)
        middle.addWidget(HLine(vertical=True))
        middle.addWidget(form, 2)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.summary, 1)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        column.addLayout(scope)
        column.addWidget(HLine())
        column.addLayout(middle, 1)
        column.addWidget(HLine())
        column.addLayout(foot)

    def choice(self) -> ExportChoice:
        """Returns what is chosen now."""
        return ExportChoice(self.scope.currentData(), self.formats.format().id, self.archived.isChecked(),
                            self.options.options())

    def _show_format(self) -> None:
        format = self.formats.format()
        kept = self._options.get(format.id)
        self.options.show_format(format, kept if isinstance(kept, dict) else {})
        self._show_summary()

    def _show_summary(self) -> None:
        choice, format = self.choice(), self.formats.format()
        self.archived.setVisible(bool(choice.scope.archived))
        size = choice.scope.size(with_archived=choice.archived)
        self.accept_button.setEnabled(size > 0)
        self.summary.setText(
            "There is no chat to export." if not size
            else f"One .{format.ending} file" if size == 1
            else f"{count(size)} chats in one .{format.ending} file" if format.together
            else f"A folder with {count(size)} .{format.ending} files")

    def _save_options(self) -> None:
        self._options[self.formats.format().id] = self.options.options()

    def _accept(self) -> None:
        if not self.accept_button.isEnabled():
            return
        choice = self.choice()
        self.keep_requested.emit({"format": choice.format, "archived": choice.archived, "options": self._options})
        self.accept()
        self.chosen.emit(choice)
