"""Where a provider is and how it is spoken to: every field of its configuration but the key."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.api_keys import is_loopback
from workbench.core.ports.providers import ProviderPreset
from workbench.core.settings import Protocol, ProviderConfig
from workbench.ui.widgets import (
    CodeEdit,
    ComboBox,
    Field,
    FormRow,
    JsonEdit,
    NumberField,
    Section,
    ToggleSwitch,
)

from .generated import FilePicker

PROTOCOLS = {
    "openai-chat": "OpenAI chat completions",
    "anthropic-messages": "Anthropic Messages",
    "azure": "Azure",
    "ace-conversations": "Ace Data Cloud conversations",
    "ace-conversations-2": "Ace Data Cloud conversations, newer form",
}

_OTHER = "other"  # stands for an address of the user's own among those of the preset


class EndpointForm(QWidget):
    """``edited`` carries the configuration with one field changed; wrong values stay in their field, marked."""

    edited = Signal(object)  # ProviderConfig

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config = ProviderConfig("")
        self._shows: list[Callable[[ProviderConfig], None]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self._default_url = ""
        self._address, self._address_box = self._addresses()
        column.addWidget(self._address)
        self._url = self._base_url()
        column.addWidget(self._url)
        self._plain = self._switch(
            "allow_plain_http", "Send the key over plain HTTP",
            "Anyone on the way can read it. Only do this on a network that is yours.", self,
        )
        column.addWidget(self._plain)
        self._variables = QVBoxLayout()
        self._variables.setSpacing(16)
        self._variable_rows: dict[str, FormRow] = {}
        column.addLayout(self._variables)
        column.addWidget(self._headers(self))
        line = QHBoxLayout()
        line.setSpacing(8)
        for row in (
            self._number("first_token_timeout", "Time to first token (s)", 1, 3600, self),
            self._number("retries", "Retries before it", 0, 10, self, integer=True),
            self._fallback(self),
        ):
            line.addWidget(row, 1)
        column.addLayout(line)
        column.addWidget(self._more())

    def _more(self) -> Section:
        more = Section("More", parent=self)
        body = more.body
        for row in (
            self._text("name", "Name", "How it is called in lists.", parent=body),
            self._protocol(body),
            self._key_switch(body),
            self._json("add_fields", "Extra body fields", "Merged into the JSON of every request.", body),
            self._names("remove_fields", "Body fields left out", "Names, with commas between them.", body),
            self._names("models", "Models", "Ids that its own list does not have.", body),
            self._text("organization", "Organisation", "Sent as OpenAI-Organization.", parent=body),
            self._text("project", "Project", "Sent as OpenAI-Project.", parent=body),
            self._number("connect_timeout", "Time to connect (s)", 1, 120, body),
            self._number("idle_timeout", "Longest silence in a reply (s)", 1, 3600, body),
            self._text("proxy", "Proxy", "Empty: as the whole program. none, http://…, socks5://…", parent=body),
            self._ca_file(body),
            self._switch("enabled", "Offer its models", "", body),
        ):
            more.content.addWidget(row)
        return more

    # --- what is shown ---

    def show_config(
        self, config: ProviderConfig, preset: ProviderPreset | None, others: Sequence[tuple[str, str]]
    ) -> None:
        """``others`` are (id, title) of the providers that it may fall back to."""
        same = config.id == self._config.id
        self._config = config
        self._default_url = preset.base_url if preset is not None else ""
        known = preset.alternates if preset is not None else ()
        named = [(f"{label[:1].upper()}{label[1:]}", url) for label, url, _ in known]
        self._address_box.set_items([("Default", ""), *named, ("Other", _OTHER)])
        self._address.setVisible(bool(known))
        self._fallback_box.set_items([("None", ""), *((title, one) for one, title in others)])
        address = config.base_url or self._default_url
        names = re.findall(r"\{(\w+)\}", address)
        if not same or names != list(self._variable_rows):
            self._make_variables(names, config)
        for show in self._shows:
            show(config)
        plain = address.startswith("http://") and not is_loopback(address)
        self._plain.setVisible(plain and config.needs_key is not False)

    def set_mistake(self, sentence: str) -> None:
        """What is wrong with the address."""
        self._url.set_mistake(sentence)

    def config(self) -> ProviderConfig:
        return self._config

    def _take(self, **changes: Any) -> None:  # Any: fields of a ProviderConfig, some by the name a maker was given
        changed = dataclasses.replace(self._config, **changes)
        if changed != self._config:
            self._config = changed
            self.edited.emit(changed)

    # --- one maker for each kind of field ---

    def _addresses(self) -> tuple[FormRow, ComboBox]:
        """The addresses that the preset knows: a region, a plan, another form of its API."""
        box = ComboBox("Address", self)

        def take() -> None:
            if box.currentData() != _OTHER:
                self._take(base_url=box.currentData())
            else:
                self._url.control.setFocus()

        def show(config: ProviderConfig) -> None:
            known = box.findData(config.base_url) >= 0
            box.set_data(config.base_url if known else _OTHER)

        box.activated.connect(take)
        self._shows.append(show)
        help = "A key belongs to its address: another region needs a key of its own."
        return FormRow("Address", box, help, self), box

    def _base_url(self) -> FormRow:
        """The preset's own address is shown, but not kept: it may move with a new version."""
        field = Field("Base URL", "https://host/v1", parent=self)

        def take() -> None:
            address = field.text().strip()
            self._take(base_url="" if address == self._default_url else address)

        field.editingFinished.connect(take)
        self._shows.append(lambda config: _set_text(field, config.base_url or self._default_url))
        return FormRow("Base URL", field, "", self)

    def _text(self, name: str, title: str, help: str = "", *, parent: QWidget) -> FormRow:
        field = Field(title, parent=parent)
        row = FormRow(title, field, help, parent)
        field.editingFinished.connect(lambda: self._take(**{name: field.text().strip()}))
        self._shows.append(lambda config: _set_text(field, getattr(config, name)))
        return row

    def _number(
        self, name: str, title: str, low: float, high: float, parent: QWidget, *, integer: bool = False
    ) -> FormRow:
        field = NumberField(title, integer=integer, low=low, high=high, optional=True, parent=parent)
        field.lineEdit().setPlaceholderText("default")
        row = FormRow(title, field, "", parent)

        def take(value: float | None) -> None:
            row.set_mistake("")
            self._take(**{name: value})

        field.picked.connect(take)
        field.refused.connect(lambda text: row.set_mistake(f"From {low:g} to {high:g}."))
        self._shows.append(lambda config: field.set_number(getattr(config, name)))
        return row

    def _switch(self, name: str, title: str, help: str, parent: QWidget) -> FormRow:
        switch = ToggleSwitch(title, parent=parent)
        row = FormRow(title, switch, help, parent)
        row.title.hide()
        switch.toggled.connect(lambda on: self._take(**{name: on}))
        self._shows.append(lambda config: _set_checked(switch, getattr(config, name)))
        return row

    def _names(self, name: str, title: str, help: str, parent: QWidget) -> FormRow:
        field = Field(title, parent=parent)
        row = FormRow(title, field, help, parent)
        field.editingFinished.connect(
            lambda: self._take(**{name: tuple(filter(None, re.split(r"[,\s]+", field.text())))})
        )
        self._shows.append(lambda config: _set_text(field, ", ".join(getattr(config, name))))
        return row

    def _json(self, name: str, title: str, help: str, parent: QWidget) -> FormRow:
        edit = JsonEdit(title, objects_only=True, placeholder='{ "field": value }', parent=parent)
        row = FormRow(title, edit, help, parent)
        edit.picked.connect(lambda value: self._take(**{name: value or {}}))
        self._shows.append(lambda config: edit.set_value(dict(getattr(config, name)) or None))
        return row

    def _headers(self, parent: QWidget) -> FormRow:
        edit = CodeEdit("Extra headers", least=1, most=6, parent=parent)
        edit.setPlaceholderText("Name: value")
        row = FormRow("Extra headers", edit, "", parent)

        def read() -> None:
            try:
                headers = parse_headers(edit.toPlainText())
            except ValueError as error:
                row.set_mistake(str(error))
            else:
                row.set_mistake("")
                self._take(headers=headers)

        def show(config: ProviderConfig) -> None:
            text = "\n".join(f"{name}: {value}" for name, value in config.headers.items())
            if row.mistake() or _readable(edit.toPlainText()) != dict(config.headers):
                with QSignalBlocker(edit):
                    edit.setPlainText(text)
                row.set_mistake("")

        edit.textChanged.connect(read)
        self._shows.append(show)
        return row

    def _fallback(self, parent: QWidget) -> FormRow:
        self._fallback_box = box = ComboBox("Fallback", parent)
        box.activated.connect(lambda: self._take(fallback=box.currentData() or ""))
        self._shows.append(lambda config: box.set_data(config.fallback))
        return FormRow("Fallback", box, "", parent)

    def _protocol(self, parent: QWidget) -> FormRow:
        box = ComboBox("Protocol", parent)
        items = [(PROTOCOLS.get(one, one), one) for one in get_args(Protocol)]
        box.set_items([("As the preset says", ""), *items])
        box.activated.connect(lambda: self._take(protocol=box.currentData() or ""))
        self._shows.append(lambda config: box.set_data(config.protocol))
        return FormRow("Protocol", box, "", parent)

    def _key_switch(self, parent: QWidget) -> FormRow:
        box = ComboBox("Needs a key", parent)
        box.set_items([("As the preset says", None), ("Yes", True), ("No", False)])
        box.activated.connect(lambda: self._take(needs_key=box.currentData()))
        self._shows.append(lambda config: box.setCurrentIndex({None: 0, True: 1, False: 2}[config.needs_key]))
        return FormRow("Needs a key", box, "", parent)

    def _ca_file(self, parent: QWidget) -> FormRow:
        picker = FilePicker("Certificate authority file", "As the whole program", parent)
        picker.picked.connect(lambda path: self._take(ca_file=path))
        self._shows.append(lambda config: picker.set_path(config.ca_file))
        return FormRow("Certificate authority file", picker, "", parent)

    def _make_variables(self, names: Sequence[str], config: ProviderConfig) -> None:
        """A field for each {name} in the preset's address."""
        for row in self._variable_rows.values():
            row.deleteLater()
        self._variable_rows = {}
        for name in names:
            field = Field(name, text=config.variables.get(name, ""), parent=self)
            row = FormRow(name.replace("_", " ").capitalize(), field, f"Stands for {{{name}}} in the URL.", self)
            field.editingFinished.connect(
                lambda name=name, field=field: self._take(
                    variables={**self._config.variables, name: field.text().strip()}
                )
            )
            self._variables.addWidget(row)
            self._variable_rows[name] = row


def parse_headers(text: str) -> dict[str, str]:
    """``Name: value`` lines; ``ValueError`` says which line is none."""
    headers = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name.strip()):
            raise ValueError(f"Line {number} is no header: write Name: value.")
        headers[name.strip()] = value.strip()
    return headers


def _readable(text: str) -> Mapping[str, str] | None:
    try:
        return parse_headers(text)
    except ValueError:
        return None


def _set_text(field: Field, text: str) -> None:
    if field.text() != text and not (field.hasFocus() and field.isModified()):  # not while it is written in
        field.setText(text)


def _set_checked(switch: ToggleSwitch, on: bool) -> None:
    with QSignalBlocker(switch):
        switch.setChecked(on)
    switch.update()

