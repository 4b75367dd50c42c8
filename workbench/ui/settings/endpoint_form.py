"""The endpoint of a provider: where it is and how it is spoken to, every field of its configuration but the key."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.api_keys import is_loopback
from workbench.core.ports.providers import ProviderPreset
from workbench.core.settings import ProviderConfig
from workbench.ui.models.provider_names import CUSTOM
from workbench.ui.settings.setting_rows import SettingRow, declared_on, show_text
from workbench.ui.widgets import ComboBox, Field, FormRow, Section

_DECLARED = {one.name: one for one in dataclasses.fields(ProviderConfig)}
_OTHER = "other"  # stands for an address of the user's own among those of the preset


class EndpointForm(QWidget):
    """``edited`` carries the configuration with one field changed; wrong values stay in their field, marked."""

    edited = Signal(object)  # ProviderConfig

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config = ProviderConfig("")
        self._default_url = ""
        self._rows: dict[str, SettingRow] = {}
        self._variables: dict[str, FormRow] = {}
        self._variable_column = QVBoxLayout()
        self._variable_column.setSpacing(16)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        # Made from top to bottom: that is the order of the Tab key, too.
        self._address_row, self._addresses = self._make_addresses()
        column.addWidget(self._address_row)
        self._url_row, self._url = self._make_url()
        column.addWidget(self._url_row)
        column.addWidget(self._make_row("allow_plain_http"))
        column.addLayout(self._variable_column)
        column.addWidget(self._make_row("headers"))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._make_row("first_token_timeout"), 1)
        line.addWidget(self._make_row("retries"), 1)
        fallback, self._fallback = self._make_fallback()
        line.addWidget(fallback, 1)
        column.addLayout(line)
        more = Section("More", parent=self)
        for one in declared_on("more", ProviderConfig):
            more.content.addWidget(self._make_row(one.name))
        column.addWidget(more)

    def _make_row(self, name: str) -> SettingRow:
        row = self._rows[name] = SettingRow(_DECLARED[name], self)
        row.picked.connect(self._change)
        return row

    def _make_addresses(self) -> tuple[FormRow, ComboBox]:
        box = ComboBox("Address", self)
        box.activated.connect(self._choose_address)
        help = "A key belongs to its address: another region needs a key of its own."
        return FormRow("Address", box, help, self), box

    def _make_url(self) -> tuple[FormRow, Field]:
        field = Field("Base URL", "https://host/v1", parent=self)
        field.editingFinished.connect(self._read_url)
        return FormRow("Base URL", field, "", self), field

    def _make_fallback(self) -> tuple[FormRow, ComboBox]:
        box = ComboBox("Fallback", self)
        box.activated.connect(lambda: self._change("fallback", box.currentData() or ""))
        return FormRow("Fallback", box, "", self), box

    # --- what is shown ---

    def show_config(
        self, config: ProviderConfig, preset: ProviderPreset | None, others: Sequence[tuple[str, str]]
    ) -> None:
        """Shows a configuration. ``others`` are (id, title) of the providers that it may fall back to."""
        old, self._config = self._config, config
        another = config.id != old.id
        for name, row in self._rows.items():
            if another or getattr(config, name) != getattr(old, name):  # what is half written elsewhere stays
                row.show_value(getattr(config, name))
        self._fallback.set_items([("None", ""), *((title, one) for one, title in others)])
        self._fallback.set_data(config.fallback)
        self._show_inherited(preset)
        self._default_url = preset.base_url if preset is not None else ""
        address = config.base_url or self._default_url
        show_text(self._url, address)
        self._show_addresses(preset)
        self._show_variables(re.findall(r"\{(\w+)\}", address), another)
        plain = address.startswith("http://") and not is_loopback(address)
        self._rows["allow_plain_http"].setVisible(plain and config.needs_key is not False)

    def _show_inherited(self, preset: ProviderPreset | None) -> None:
        """Offers to leave a value to the preset where there is one, and shows what holds without it elsewhere."""
        inherits = preset is not None and preset.id != CUSTOM
        for name, usual in (("protocol", "openai-chat"), ("needs_key", True)):
            row = self._rows[name]
            assert isinstance(row.control, ComboBox)
            row.control.offer(0, inherits)
            if not inherits and getattr(self._config, name) in ("", None):
                row.show_value(usual)

    def set_mistake(self, sentence: str) -> None:
        """Says what is wrong with the address."""
        self._url_row.set_mistake(sentence)

    def _show_addresses(self, preset: ProviderPreset | None) -> None:
        """Shows the addresses that the preset knows: a region, a plan, another form of its API."""
        known = preset.alternates if preset is not None else ()
        named = [(f"{label[:1].upper()}{label[1:]}", url) for label, url, _ in known]
        self._addresses.set_items([("Default", ""), *named, ("Other", _OTHER)])
        url = self._config.base_url
        self._addresses.set_data(url if self._addresses.findData(url) >= 0 else _OTHER)
        self._address_row.setVisible(bool(known))

    def _show_variables(self, names: Sequence[str], another: bool) -> None:
        """Shows a field for each {name} in the address."""
        if list(names) == list(self._variables) and not another:
            return
        for row in self._variables.values():
            row.deleteLater()
        self._variables = {}
        before: QWidget = self._url
        for name in names:
            field = Field(name, text=self._config.variables.get(name, ""), parent=self)
            row = FormRow(name.replace("_", " ").capitalize(), field, f"Stands for {{{name}}} in the URL.", self)
            field.editingFinished.connect(lambda name=name, field=field: self._set_variable(name, field.text()))
            self._variable_column.addWidget(row)
            self._variables[name] = row
            self.setTabOrder(before, field)
            before = field

    # --- what the user changes ---

    def _change(self, name: str, value: Any) -> None:  # Any: the value of whichever field it is
        changed = dataclasses.replace(self._config, **{name: value})
        if changed != self._config:
            self._config = changed
            self.edited.emit(changed)

    def _choose_address(self) -> None:
        if self._addresses.currentData() != _OTHER:
            self._change("base_url", self._addresses.currentData())
        else:
            self._url.setFocus()

    def _read_url(self) -> None:
        """Keeps the address, but not the preset's own: that may move with a new version."""
        address = self._url.text().strip()
        self._change("base_url", "" if address == self._default_url else address)

    def _set_variable(self, name: str, text: str) -> None:
        self._change("variables", {**self._config.variables, name: text.strip()})
