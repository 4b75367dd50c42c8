"""The sheet of shortcuts: every action with its keys, and a field to change them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.shell.actions import Actions, ActionSpec, acceptable, groups
from workbench.ui.theme.scale import fitted
from workbench.ui.widgets import Button, Label, SearchField
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.roles import set_role

_ID = Qt.ItemDataRole.UserRole


class ShortcutSheet(QDialog):
    """The editor of shortcuts in a dialog of its own."""

    def __init__(self, actions: Actions, own: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(fitted(560, 600, parent))
        self.editor = ShortcutEditor(actions, own)
        close = Button("Close")
        close.clicked.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(self.editor, 1)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


class ShortcutEditor(QWidget):
    """Shows the keys by group and edits them."""

    rebound = Signal(dict)  # the user's own keys by action id, as the settings store them

    def __init__(self, actions: Actions, own: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions, self._own = actions, dict(own)
        self._filter = SearchField("Filter shortcuts")
        self._tree = polished(QTreeWidget())
        self._tree.setAccessibleName("Shortcuts")
        self._tree.setHeaderHidden(True)
        self._tree.setColumnCount(2)
        self._tree.header().setStretchLastSection(False)
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._tree.setRootIsDecorated(False)
        self._tree.setIndentation(8)
        self._field = QKeySequenceEdit()
        set_role(self._field, QAccessible.Role.HotkeyField)
        self._field.setAccessibleName("New shortcut")
        for line in self._field.findChildren(QLineEdit):  # which the field writes to, and nobody else
            line.setAccessibleName("New shortcut")
        self._field.setMaximumSequenceLength(1)
        self._set = Button("Set", "primary")
        self._reset = Button("Default")
        self._none = Button("None")
        self._hint = Label("Choose an action, then press its new keys.", "dim", wrap=True)
        self._build()
        self._fill()

    def _build(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self._field, 1)
        for button, act in (
            (self._set, self._on_set), (self._reset, self._on_reset), (self._none, lambda: self._bind("")),
        ):
            line.addWidget(button)
            button.clicked.connect(lambda _=False, act=act: act())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._filter, self._tree):
            column.addWidget(widget)
        column.addLayout(line)
        column.addWidget(self._hint)
        self._filter.textChanged.connect(self._on_filter)
        self._tree.currentItemChanged.connect(lambda *_: self._on_chosen())
        self._field.keySequenceChanged.connect(lambda _: self._check())
        self._on_chosen()

    def _fill(self) -> None:
        chosen = self._chosen()
        self._tree.clear()
        for name, specs in groups(self._actions.specs()).items():
            heading = QTreeWidgetItem([name])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            heading.setData(1, Qt.ItemDataRole.AccessibleTextRole, "Keys")
            self._tree.addTopLevelItem(heading)
            for spec in specs:
                keys = ", ".join(
                    QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                    for key in self._actions.keys(spec.id)
                )
                item = QTreeWidgetItem(heading, [spec.text, keys])
                item.setData(0, _ID, spec)
                item.setData(1, Qt.ItemDataRole.AccessibleTextRole, keys or "no keys")
                if chosen is not None and spec.id == chosen.id:
                    self._tree.setCurrentItem(item)
        self._tree.expandAll()
        self._on_filter(self._filter.text())

    def _on_filter(self, text: str) -> None:
        words = text.casefold().split()
        for heading in filter(None, map(self._tree.topLevelItem, range(self._tree.topLevelItemCount()))):
            shown = 0
            for item in filter(None, map(heading.child, range(heading.childCount()))):
                fits = all(word in f"{item.text(0)} {item.text(1)}".casefold() for word in words)
                item.setHidden(not fits)
                shown += fits
            heading.setHidden(not shown)

    def _chosen(self) -> ActionSpec | None:
        item = self._tree.currentItem()
        return item.data(0, _ID) if item is not None else None

    def _on_chosen(self) -> None:
        spec = self._chosen()
        for widget in (self._field, self._reset, self._none):
            widget.setEnabled(spec is not None)
        self._field.clear()
        if spec is not None:
            self._show_hint("Press the new keys.", "dim")
        self._check()

    def _key(self) -> str:
        return self._field.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _check(self) -> None:
        spec, key = self._chosen(), self._key()
        self._set.setEnabled(spec is not None and bool(key) and acceptable(key))
        self._set.setText("Set")
        if spec is None or not key:
            return
        if not acceptable(key):
            self._show_hint("A letter alone would get in the way of writing: hold Ctrl or Alt with it.", "bad")
        elif others := self._actions.conflicts(spec.id, key):
            self._show_hint(f"These keys belong to “{others[0].text}”; they would be taken from it.", "warn")
            self._set.setText("Replace")
        else:
            self._show_hint("These keys are free.", "ok")

    def _show_hint(self, text: str, tone: str) -> None:
        self._hint.setText(text)
        self._hint.set_tone(tone)

    def _on_set(self) -> None:
        spec, key = self._chosen(), self._key()
        if spec is None or not key:
            return
        for other in self._actions.conflicts(spec.id, key):
            kept = [one for one in self._actions.keys(other.id) if QKeySequence(one) != QKeySequence(key)]
            self._own[other.id] = ", ".join(kept)
        self._bind(key)

    def _on_reset(self) -> None:
        if (spec := self._chosen()) is not None:
            self._own.pop(spec.id, None)
            self._emit()

    def _bind(self, keys: str) -> None:
        if (spec := self._chosen()) is not None:
            self._own[spec.id] = keys
            self._emit()

    def _emit(self) -> None:
        self.rebound.emit(dict(self._own))
        self._fill()
        self._on_chosen()
