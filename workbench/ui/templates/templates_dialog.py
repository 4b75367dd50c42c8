"""Dialog with the list of templates and the editor of the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from workbench.core.chat.templates import Template
from workbench.core.ports.templates import TemplateList, TemplateVersion
from workbench.ui.theme.scale import fitted, follow, px
from workbench.ui.widgets import Button, Label
from workbench.ui.widgets.item_views import polished

from .editor import TemplateEditor

_KEY = Qt.ItemDataRole.UserRole


class TemplatesDialog(QDialog):
    """Lists the templates and edits one of them.

    ``save_requested`` carries the template and its key (``""`` for a new one). An edited template is saved when
    another one is chosen and when the dialog is closed, which wait until it is, so nothing is lost; older versions
    are kept.
    """

    save_requested = Signal(object, str)
    delete_requested = Signal(str, object)  # key, Template
    versions_requested = Signal(str)  # key

    def __init__(self, parent: QWidget, first: Template | None = None, key: str = "") -> None:
        """``first`` is a new template to start with; without it ``key`` names the one to show, if any."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Templates")
        self.resize(fitted(900, 620, parent))
        self._templates: Mapping[str, Template] = {}
        self._key = key
        self._changed = False
        self._saving = False  # the template in the editor was handed on, and is not known to be saved yet
        self._next: Callable[[], object] | None = None  # what waits for that
        self.list = polished(QListWidget())
        self.list.setAccessibleName("Templates")
        self._side = QWidget()
        follow(self._side, lambda side: side.setFixedWidth(px(210)))
        self._hint = Label("No template yet. Name one at the right and write its text; in a chat, / or “Template” "
                           "puts it into the message.", "dim", wrap=True)
        self.editor = TemplateEditor()
        self._error = Label(tone="bad", wrap=True)
        self._new, self._delete = Button("New template", "quiet", "plus"), Button("Delete", "danger", "trash")
        self._save, self._close = Button("Save", "primary"), Button("Close")
        self._build()
        self._connect()
        self.editor.show_template(first or Template("", ""))
        self._set_changed(first is not None)
        self._delete.setEnabled(False)  # until the list has come

    def _build(self) -> None:
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self._hint)
        side.addWidget(self.list, 1)
        side.addWidget(self._new)
        foot = QHBoxLayout()
        foot.addWidget(self._delete)
        foot.addWidget(self._error, 1)
        foot.addWidget(self._close)
        foot.addWidget(self._save)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self.editor, 1)
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setSpacing(16)
        whole.addWidget(self._side)
        whole.addLayout(right, 1)

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._on_chosen)
        self.editor.changed.connect(lambda: self._set_changed(True))
        self._new.clicked.connect(self.start_new)
        self._save.clicked.connect(self.save)
        self._close.clicked.connect(self.close)
        self._delete.clicked.connect(lambda: self.delete_requested.emit(self._key, self._templates[self._key]))

    # --- called by the controller ---

    def show_list(self, found: TemplateList) -> None:
        """Shows these templates. The edited one keeps unsaved changes; when it is gone an empty one is shown."""
        self._templates = found.templates
        self.list.blockSignals(True)
        self.list.clear()
        for key, template in found.templates.items():
            item = QListWidgetItem(template.name, self.list)
            item.setData(_KEY, key)
            if key == self._key:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._hint.setVisible(not found.templates)
        if self._key and self._key not in found.templates:
            self._open("")
        elif self._key and not self._changed and not self._saving:
            if self.editor.template() == found.templates[self._key]:  # the cursor stays where it is
                self.versions_requested.emit(self._key)
            else:
                self._open(self._key)
        self._delete.setEnabled(bool(self._key))

    def show_saved(self, key: str) -> None:
        """Goes on with the new template ``key`` under its key, unless the user has changed it meanwhile."""
        self._error.setText("")
        following, self._next, self._saving = self._next, None, False
        if not self._key and not self._changed and self.editor.template() == self._templates.get(key):
            self._key = key
        if key == self._key:
            self.show_list(TemplateList(self._templates))
        if following is not None:
            following()

    def show_refused(self, sentence: str) -> None:
        """Keeps the template that could not be saved, and says why."""
        if self._saving:
            self._next, self._saving = None, False
            self._set_changed(True)
            self._select(self._key)
        self.show_error(sentence)

    def show_versions(self, key: str, versions: Sequence[TemplateVersion]) -> None:
        """Shows the versions of a template if it is the one that is edited."""
        if key == self._key:
            self.editor.show_versions(versions)

    def show_error(self, sentence: str) -> None:
        """Shows a sentence until the next template is saved."""
        self._error.setText(sentence)

    # --- editing ---

    def start_new(self) -> None:
        """Saves the edited template and shows an empty one, unless the edited one cannot be saved."""
        self._leave(self._open_new)

    def _open_new(self) -> None:
        self._open("")
        self.editor.name.setFocus()

    def _leave(self, following: Callable[[], object]) -> None:
        """Saves the edited template and calls ``following`` when it is saved; stays where it cannot be."""
        if not self.save():
            self._select(self._key)
        elif self._saving:
            self._next = following
        else:
            following()

    def _select(self, key: str) -> None:
        """Selects the row of a template without opening it; none for ``""``."""
        rows = [row for row in range(self.list.count()) if key and self.list.item(row).data(_KEY) == key]
        self.list.blockSignals(True)
        self.list.setCurrentRow(rows[0] if rows else -1)
        self.list.blockSignals(False)

    def save(self) -> bool:
        """Asks for the template to be saved if it has changed; returns False, and says why, if it cannot be."""
        template = self.editor.template()
        if not self._is_unsaved():
            return True
        if not template.name:
            self._error.setText("Give the template a name.")
            self.editor.name.setFocus()
            return False
        self._set_changed(False)
        self._saving = True
        self.save_requested.emit(template, self._key)
        return True

    def _is_unsaved(self) -> bool:
        template = self.editor.template()
        return self._changed and bool(template.name or template.body)

    def _on_chosen(self, item: QListWidgetItem | None, before: QListWidgetItem | None) -> None:
        if item is not None:
            key = item.data(_KEY)
            self._leave(lambda: self._open(key))

    def _open(self, key: str) -> None:
        self._key = key
        self._select(key)
        self.editor.show_template(self._templates.get(key) or Template("", ""))
        self._set_changed(False)
        self._delete.setEnabled(bool(key))
        if key:
            self.versions_requested.emit(key)

    def _set_changed(self, changed: bool) -> None:
        self._changed = changed
        self._save.setEnabled(changed)

    def reject(self) -> None:
        self.close()  # so that Escape saves as well

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_unsaved() or self._saving:
            event.ignore()
            self._leave(self.close)
        else:
            event.accept()  # that of QDialog would call ``reject``
