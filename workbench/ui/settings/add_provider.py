"""A popup that asks which provider to add: one of the presets, or any server."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from workbench.core.ports.providers import ProviderPreset
from workbench.core.settings import PROTOCOLS
from workbench.ui.theme.scale import px
from workbench.ui.widgets import Button, ComboBox, Field, FormRow, Label, Popup, SearchField, ToggleSwitch
from workbench.ui.widgets.item_views import polished

_KINDS = {"hosted": "hosted", "local": "on this machine", "gateway": "gateway", "relay": "relay"}
_PRESET = Qt.ItemDataRole.UserRole


class AddProvider(Popup):
    """``preset_chosen`` carries a preset; ``server_requested`` (base URL, name, protocol, needs a key)."""

    preset_chosen = Signal(object)
    server_requested = Signal(str, str, str, bool)

    def __init__(self, presets: Sequence[ProviderPreset], parent: QWidget) -> None:
        super().__init__("Add provider", parent)
        self.setMinimumWidth(px(380))
        self._list: QListWidget
        self._list_side = QWidget(self)
        column = QVBoxLayout(self._list_side)
        column.setContentsMargins(0, 0, 0, 0)
        self.search = SearchField("Search presets", parent=self._list_side)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(lambda: self._choose(self._list.currentItem()))
        column.addWidget(self.search)
        self._list = polished(QListWidget(self._list_side))
        self._list.setAccessibleName("Presets")
        self._list.setMinimumHeight(px(240))
        self._list.itemActivated.connect(self._choose)
        self._list.itemClicked.connect(self._choose)
        for preset in presets:
            if preset.id not in ("builtin", "custom"):
                item = QListWidgetItem(f"{preset.name}  ·  {_KINDS.get(preset.kind, preset.kind)}")
                item.setData(_PRESET, preset)
                item.setToolTip(preset.base_url)
                self._list.addItem(item)
        column.addWidget(self._list)
        other = Button("Any other server…", "quiet", "server", self._list_side)
        other.clicked.connect(self.show_server)
        column.addWidget(other)
        self.content.addWidget(self._list_side)
        self._server_side = self._server_form()
        self._server_side.hide()
        self.content.addWidget(self._server_side)
        self.closed.connect(self.deleteLater)
        self._filter("")

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(px(404), px(420)))

    def _server_form(self) -> QWidget:
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._url = Field("Base URL", "http://localhost:8000/v1", parent=side)
        self._name = Field("Name", "optional", parent=side)
        self._protocol = ComboBox("Protocol", side)
        self._protocol.set_items([(title, one) for one, title in PROTOCOLS.items()])
        self._needs_key = ToggleSwitch("It needs a key", parent=side)
        self._needs_key.setChecked(True)
        self._add = Button("Add server", "primary", parent=side)
        self._add.clicked.connect(self._request_server)
        self._url.returnPressed.connect(self._request_server)
        self._mistake = Label("", "bad", wrap=True, parent=side)
        self._url.textChanged.connect(lambda _: self._show_mistake(""))
        column.addWidget(Label("Any server that speaks one of these protocols", "strong", wrap=True, parent=side))
        for widget in (
            FormRow("Base URL", self._url, "Nothing is added to it but /chat/completions.", side),
            FormRow("Name", self._name, "", side),
            FormRow("Protocol", self._protocol, "", side), self._needs_key, self._add, self._mistake,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        return side

    def show_server(self) -> None:
        self._server_side.show()
        self._url.setFocus()  # before the focus is hidden and wanders off, which would close this
        self._list_side.hide()
        self.refit()

    def refuse(self, sentence: str) -> None:
        """Says why the address cannot be used: below the button, as nothing moves under the mouse then."""
        self._show_mistake(sentence)
        self._url.setFocus()

    def _show_mistake(self, sentence: str) -> None:
        self._mistake.setText(sentence)
        self._url.set_wrong(bool(sentence))
        self.refit()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        first: QListWidgetItem | None = None
        for row in range(self._list.count()):
            item = self._list.item(row)
            preset = item.data(_PRESET)
            about = f"{preset.name} {preset.id} {preset.kind} {preset.base_url}".casefold()
            fits = all(word in about for word in words)
            item.setHidden(not fits)
            first = first or (item if fits else None)
        if first is not None:
            self._list.setCurrentItem(first)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None and not item.isHidden():
            self.close_popup()
            self.preset_chosen.emit(item.data(_PRESET))

    def _request_server(self) -> None:
        self.server_requested.emit(
            self._url.text().strip(), self._name.text().strip(), self._protocol.currentData(),
            self._needs_key.isChecked(),
        )
