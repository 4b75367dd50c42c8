"""The list of configured providers, grouped by their state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets import Button, ElidedLabel, Label, SearchField, StatusDot
from workbench.ui.widgets.item_views import polished

READY, NEEDS_KEY, KEYRING_LOCKED, NOT_REACHED = "Ready", "Needs a key", "Keyring not open", "Not reached"
_DOTS = {READY: "ok", NEEDS_KEY: "off", KEYRING_LOCKED: "warn", NOT_REACHED: "warn"}
_ID = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """A row of the list. ``state`` is one of the groups, ``detail`` a short text at the end of the row."""

    id: str
    title: str
    state: str
    detail: str = ""


class ProviderList(QWidget):
    """``chosen`` carries the id of a provider."""

    chosen = Signal(str)
    add_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[ProviderEntry] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self._filter = SearchField("Filter providers", parent=self)
        self._filter.textChanged.connect(lambda: self._fill())
        column.addWidget(self._filter)
        self._list = polished(QListWidget(self))
        self._list.setAccessibleName("Providers")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentItemChanged.connect(self._emit_chosen)
        column.addWidget(self._list, 1)
        self.add = Button("Add provider", "", "plus", self)
        self.add.clicked.connect(self.add_requested)
        column.addWidget(self.add)
        follow(self, ProviderList._fill)

    def show_entries(self, entries: Sequence[ProviderEntry]) -> None:
        """Shows the providers. The selected one stays selected if it is still there."""
        if list(entries) != self._entries:
            self._entries = list(entries)
            self._fill()

    def current(self) -> str:
        item = self._list.currentItem()
        return str(item.data(_ID) or "") if item is not None else ""

    def choose(self, provider_id: str) -> None:
        self._filter.clear()
        for row in range(self._list.count()):
            if self._list.item(row).data(_ID) == provider_id:
                self._list.setCurrentRow(row)

    def _fill(self) -> None:
        kept = self.current()
        words = self._filter.text().casefold().split()
        self._list.blockSignals(True)
        self._list.clear()
        for state in _DOTS:
            fitting = [
                entry for entry in self._entries
                if entry.state == state and all(word in f"{entry.title} {entry.id}".casefold() for word in words)
            ]
            if fitting:
                self._add_heading(state)
            for entry in fitting:
                self._add_entry(entry)
                if entry.id == kept:
                    self._list.setCurrentRow(self._list.count() - 1)
        self._list.blockSignals(False)
        if self.current() != kept:
            self._emit_chosen()

    def _add_heading(self, title: str) -> None:
        item = QListWidgetItem()
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, title)
        label = Label(title.upper(), "section", parent=self._list.viewport())
        label.lead(Qt.AlignmentFlag.AlignBottom)
        item.setSizeHint(QSize(0, px(34)))
        self._list.addItem(item)
        self._list.setItemWidget(item, label)

    def _add_entry(self, entry: ProviderEntry) -> None:
        item = QListWidgetItem()
        item.setData(_ID, entry.id)
        words = f"{entry.title}, {entry.state.lower()}{f', {entry.detail}' if entry.detail else ''}"
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        item.setSizeHint(QSize(0, px(32)))
        line = QWidget(self._list.viewport())
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(StatusDot(_DOTS[entry.state], entry.state, line))
        row.addWidget(ElidedLabel(entry.title, parent=line), 1)
        row.addWidget(Label(entry.detail, "dim", parent=line))
        line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._list.addItem(item)
        self._list.setItemWidget(item, line)

    def _emit_chosen(self) -> None:
        if provider_id := self.current():
            self.chosen.emit(provider_id)
