"""A dialog for the versions of a prompt or system prompt that an experiment tries, written or from a template."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QListWidget, QMenu, QVBoxLayout, QWidget

from workbench.core.experiments.axes import label_of, text_of
from workbench.core.json_types import Json
from workbench.core.ports.templates import TemplateList, TemplateVersion
from workbench.ui.theme.scale import fitted, follow, px
from workbench.ui.widgets import Button, CodeEdit, Field, FormRow, Label
from workbench.ui.widgets.item_views import polished


class VersionsDialog(QDialog):
    """``templates_requested`` and ``versions_requested`` (key) ask for what ``show_templates`` and ``show_versions``
    show; ``chosen`` carries the versions as values of an axis."""

    templates_requested = Signal()
    versions_requested = Signal(str)
    chosen = Signal(list)

    def __init__(self, axis: str, versions: Sequence[Json], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        what = "prompt" if axis == "prompt" else "system prompt"
        self.setWindowTitle(f"Versions of the {what}")
        self.resize(fitted(760, 480, parent))
        self._kind = axis
        self._versions: list[tuple[str, str]] = []  # name, text
        self._key = ""
        self._asked = False
        self.list = polished(QListWidget())
        self.list.setAccessibleName("Versions")
        follow(self.list, lambda view: view.setMinimumWidth(px(220)))
        self.name = Field("Name of the version", "Name, as it stands above the grid")
        self.text = CodeEdit("Text of the version", least=12, most=16)
        self._add, self._from = Button("New text", "quiet", "plus"), Button("From a template…", "quiet", "braces")
        self._remove = Button("Take out", "quiet", "trash")
        self._use = Button("Use these versions", "primary")
        self._use.setShortcut("Ctrl+Return")
        self._use.setToolTip("Ctrl+Enter")
        self._build(what)
        self._connect()
        for version in versions:
            self._append(str(version["name"]) if isinstance(version, dict) else "", text_of(version))
        self.list.setCurrentRow(0)
        self._show_current()
        self.text.setFocus()

    def _build(self, what: str) -> None:
        side, right = QVBoxLayout(), QVBoxLayout()
        side.setSpacing(4)
        side.addWidget(self.list, 1)
        for button in (self._add, self._from, self._remove):
            side.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        right.setSpacing(12)
        right.addWidget(FormRow("Name", self.name))
        right.addWidget(FormRow("Text", self.text))
        right.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(side, 2)
        middle.addLayout(right, 3)
        foot = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        foot.addButton(self._use, QDialogButtonBox.ButtonRole.AcceptRole)
        foot.accepted.connect(self._accept)
        foot.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(Label(f"The experiment asks with each version of the {what}. They are kept with it, so that "
                               "it can be run again when a template has changed.", "dim", wrap=True))
        column.addLayout(middle, 1)
        column.addWidget(foot)
        self._use.setDefault(True)  # only now that it is in the dialog: earlier, Cancel would become the default

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(lambda _: self._show_current())
        self.name.textEdited.connect(lambda _: self._store_current())
        self.text.textChanged.connect(self._store_current)
        self._add.clicked.connect(self._add_empty)
        self._from.clicked.connect(self._ask_templates)
        self._remove.clicked.connect(self._remove_current)

    # --- templates ---

    def _ask_templates(self) -> None:
        self._asked = True
        self.templates_requested.emit()

    def show_templates(self, found: TemplateList) -> None:
        """Opens a menu of templates, those of the same kind first, if the user asked for it."""
        if not self._asked:
            return
        self._asked = False
        menu = self._menu()
        for key, template in sorted(found.templates.items(), key=lambda item: item[1].kind != self._kind):
            menu.addAction(template.name, partial(self._choose, key))
        if menu.isEmpty():
            menu.addAction("There are no templates yet").setEnabled(False)
        menu.popup(self._from.mapToGlobal(self._from.rect().bottomLeft()))

    def _choose(self, key: str) -> None:
        self._key = key
        self.versions_requested.emit(key)

    def show_versions(self, key: str, versions: Sequence[TemplateVersion]) -> None:
        """Opens a menu of a template's versions; a single one is taken at once."""
        if key != self._key:
            return
        self._key = ""
        if len(versions) == 1:
            self._add_versions(versions)
            return
        menu = self._menu()
        menu.addAction(f"All {len(versions)} versions", lambda: self._add_versions(versions))
        menu.addSeparator()
        for version in versions:
            menu.addAction(version_label(version), partial(self._add_versions, [version]))
        menu.popup(self._from.mapToGlobal(self._from.rect().bottomLeft()))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _add_versions(self, versions: Sequence[TemplateVersion]) -> None:
        for version in versions:
            self._append(version_label(version), version.template.body)
        self.list.setCurrentRow(self.list.count() - 1)

    # --- the list ---

    def values(self) -> list[Json]:
        """Returns the versions as values of an axis. Blank texts count: no system prompt is a version, too."""
        return [{"name": name, "text": text} if name else text for name, text in self._versions]

    def _append(self, name: str, text: str) -> None:
        self._versions.append((name, text))
        self.list.addItem(_title(name, text))

    def _add_empty(self) -> None:
        self._append("", "")
        self.list.setCurrentRow(self.list.count() - 1)
        self.text.setFocus()

    def _remove_current(self) -> None:
        at = self.list.currentRow()
        if at >= 0:
            del self._versions[at]
            self.list.takeItem(at)
            self._show_current()

    def _show_current(self) -> None:
        at = self.list.currentRow()
        name, text = self._versions[at] if 0 <= at < len(self._versions) else ("", "")
        for widget in (self.name, self.text):
            widget.blockSignals(True)
            widget.setEnabled(at >= 0)
        self.name.setText(name)
        self.text.setPlainText(text)
        for widget in (self.name, self.text):
            widget.blockSignals(False)
        self._remove.setEnabled(at >= 0)

    def _store_current(self) -> None:
        at = self.list.currentRow()
        if at >= 0:
            self._versions[at] = (self.name.text().strip(), self.text.toPlainText())
            self.list.item(at).setText(_title(*self._versions[at]))

    def _accept(self) -> None:
        self.chosen.emit(self.values())
        self.accept()


def version_label(version: TemplateVersion) -> str:
    """Returns “Rewrite · version ab12cd · 3 Oct”."""
    day = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(version.written)).date(), "d MMM")
    return f"{version.template.name} · version {version.template.version[:6]} · {day}"


def _title(name: str, text: str) -> str:
    return name or " ".join(label_of(text).split())[:60] or "(no text)"
