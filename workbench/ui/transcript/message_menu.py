"""The menu of a message: what can be done with the selection, and with the message."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from workbench.core.chat.parts import Image, Part

from .blocks import Host
from .entries import Entry
from .selection import Selection


class MessageMenu(QMenu):
    """A menu that is deleted when it closes. The host runs the actions of the entry and knows their keys."""

    def __init__(
        self, entry: Entry, selection: Selection, host: Host, parent: QWidget, attachment: Part | None = None
    ) -> None:
        """For an ``attachment``, what can be done with that comes first, and the rest is one level down."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        self._entry, self._selection, self._host = entry, selection, host
        if attachment is not None:
            self._add_attachment(attachment)
            self._fill(_submenu(self, "Message"))
        else:
            self._fill(self)

    def _add_attachment(self, part: Part) -> None:
        host = self._host
        self.addAction("Open", lambda: host.open_attachment(part))
        if isinstance(part, Image):
            self.addAction("Copy picture", lambda: host.copy_attachment(part))
        self.addAction("Save picture…" if isinstance(part, Image) else "Save file…", lambda: host.save_attachment(part))
        self.addSeparator()

    def _fill(self, menu: QMenu) -> None:
        selection = self._selection
        if not selection.empty:
            menu.addAction(with_key("Copy", QKeySequence.StandardKey.Copy)).triggered.connect(selection.copy)
            menu.addAction("Copy as Markdown").triggered.connect(selection.copy_markdown)
            menu.addSeparator()
        self._add_actions(menu)
        menu.addSeparator()
        select_all = menu.addAction(with_key("Select all", QKeySequence.StandardKey.SelectAll))
        select_all.triggered.connect(selection.select_all)

    def _add_actions(self, menu: QMenu) -> None:
        entry, host = self._entry, self._host
        submenus: dict[str, QMenu] = {}
        for action in entry.actions:
            if not action.name:
                menu.addSeparator()
                continue
            if action.name == "copy" and not self._selection.empty:
                continue  # the selection is meant; the whole message is in the submenu
            if action.menu and action.menu not in submenus:
                submenus[action.menu] = _submenu(menu, action.menu)
            label = "Copy message" if action.name == "copy" else action.label  # next to that of the selection
            shortcut = host.shortcut(entry.key, action.name)
            item = submenus.get(action.menu, menu).addAction(f"{label}\t{shortcut}" if shortcut else label)
            item.setToolTip(action.tip)
            item.triggered.connect(lambda _checked=False, name=action.name: host.run_action(entry.key, name))


def _submenu(menu: QMenu, title: str) -> QMenu:
    added = menu.addMenu(title)
    added.setToolTipsVisible(True)
    return added


def with_key(label: str, key: QKeySequence.StandardKey) -> str:
    """Returns a label with the key of the desktop, as the transcript takes it."""
    shortcut = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{label}\t{shortcut}" if shortcut else label
