"""The menu of a message: what can be done with the selection, and with the message."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from .blocks import Host
from .entries import Entry
from .selection import Selection


class MessageMenu(QMenu):
    """A menu that is deleted when it closes. The host runs the actions of the entry and knows their keys."""

    def __init__(self, entry: Entry, selection: Selection, host: Host, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not selection.empty:
            self.addAction(with_key("Copy", QKeySequence.StandardKey.Copy)).triggered.connect(selection.copy)
            self.addAction("Copy as Markdown").triggered.connect(selection.copy_markdown)
            self.addSeparator()
        self._add_actions(entry, host)
        self.addSeparator()
        select_all = self.addAction(with_key("Select all", QKeySequence.StandardKey.SelectAll))
        select_all.triggered.connect(selection.select_all)

    def _add_actions(self, entry: Entry, host: Host) -> None:
        submenus: dict[str, QMenu] = {}
        for action in entry.actions:
            if not action.name:
                self.addSeparator()
                continue
            if action.menu and action.menu not in submenus:
                submenus[action.menu] = self.addMenu(action.menu)
            label = "Copy message" if action.name == "copy" else action.label  # next to that of the selection
            shortcut = host.shortcut(entry.key, action.name)
            item = submenus.get(action.menu, self).addAction(f"{label}\t{shortcut}" if shortcut else label)
            item.triggered.connect(lambda _checked=False, name=action.name: host.run_action(entry.key, name))


def with_key(label: str, key: QKeySequence.StandardKey) -> str:
    """Returns a label with the key of the desktop, as the transcript takes it."""
    shortcut = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{label}\t{shortcut}" if shortcut else label
