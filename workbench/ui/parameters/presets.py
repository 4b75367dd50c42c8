"""The bar of presets, which are named sets of parameters, and of the set that chats of a model begin with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.file_replacement import write_whole
from workbench.core.json_types import Json
from workbench.core.request.parameters import check_all
from workbench.ui.widgets import Button, ComboBox, ElidedLabel, Field, IconButton, Label, Popup

NONE = "Preset: none"
_CHANGED = object()
"""The data of the item that stands for a preset of which something was changed."""


class PresetBar(QWidget):
    """Shows which preset the values are; applies, saves, renames, compares, deletes, exports and imports presets."""

    applied = Signal(dict)  # the values to use
    save_requested = Signal(str, dict)  # name, values
    rename_requested = Signal(str, str)  # name, new name
    delete_requested = Signal(str)
    save_default_requested = Signal(dict)  # with what chats of this model are to begin
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presets: dict[str, dict[str, Json]] = {}
        self._default: dict[str, Json] | None = None
        self._values: dict[str, Json] = {}
        self._last = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        # Over AT-SPI Qt names a combo box by its choice, whatever its name is: the bar around it has the name.
        self.setAccessibleName("Preset")
        self._box = ComboBox("Preset", self)
        self._box.setMinimumWidth(90)
        self._box.activated.connect(self._chosen)
        row.addWidget(self._box, 1)
        self._save = Button("Save", "quiet", parent=self)
        self._save.setAccessibleName("Save preset")
        self._save.clicked.connect(self._ask_name)
        row.addWidget(self._save)
        self._more = IconButton("more", "More about presets", parent=self)
        self._more.clicked.connect(self._open_menu)
        row.addWidget(self._more)
        self._name_popup: NamePopup | None = None
        self._show()

    def set_presets(self, presets: Mapping[str, object]) -> None:
        self._presets = {name: dict(values) for name, values in presets.items() if isinstance(values, Mapping)}
        self._show()

    def set_default(self, values: Mapping[str, Json]) -> None:
        """Takes over with what chats of this model begin; without it, nothing about it is in the menu."""
        self._default = dict(values)

    def set_values(self, values: Mapping[str, Json]) -> None:
        """Takes over the values in force."""
        self._values = dict(values)
        self._show()

    def chosen(self) -> str:
        """Returns the name of the preset that the values are, ``""`` for none."""
        if self._presets.get(self._last) == self._values:
            return self._last
        return next((name for name, values in self._presets.items() if values == self._values), "")

    def _show(self) -> None:
        name = self.chosen()
        changed = self._last if not name and self._values and self._last in self._presets else ""
        items: list[tuple[str, object]] = [(NONE, "")]
        if changed:
            items.append((f"{changed}, changed", _CHANGED))
        self._box.set_items(items + [(preset, preset) for preset in sorted(self._presets, key=str.casefold)])
        self._box.set_data(_CHANGED if changed else name)
        self._save.setEnabled(bool(self._values) and not name)

    def _chosen(self) -> None:
        name = self._box.currentData()
        if name in self._presets:
            self._last = name
            self.applied.emit(dict(self._presets[name]))
        elif name == "" and (self.chosen() or self._last):
            self._last = ""
            self.applied.emit({})
            self._show()

    def _ask_new_name(self, name: str) -> None:
        popup = NamePopup(self, name, [one for one in self._presets if one != name], "Rename this preset to", "Rename")
        popup.named.connect(lambda new: self._rename(name, new))
        popup.open_at(self._save, popup.field)

    def _rename(self, name: str, new: str) -> None:
        if new != name:
            self._last = new
            self.rename_requested.emit(name, new)

    def _ask_name(self) -> None:
        popup = NamePopup(self, self._last, list(self._presets), "Save these settings as", "Save")
        popup.named.connect(self._save_as)
        popup.open_at(self._save, popup.field)

    def _save_as(self, name: str) -> None:
        self._last = name
        self.save_requested.emit(name, dict(self._values))

    def menu(self) -> QMenu:
        """Returns what the button with the dots opens."""
        menu = QMenu(self)
        name = self.chosen() or self._last
        there = name in self._presets
        menu.addAction("Save as…", self._ask_name).setEnabled(bool(self._values))
        compare = menu.addAction("Compare with these settings…", self._compare)
        compare.setEnabled(bool(self._presets))
        rename = menu.addAction(f"Rename “{name}”…" if there else "Rename…", lambda: self._ask_new_name(name))
        rename.setEnabled(there)
        delete = menu.addAction(f"Delete “{name}”" if there else "Delete", lambda: self.delete_requested.emit(name))
        delete.setEnabled(there)
        if self._default is not None:
            self._add_defaults(menu, self._default)
        menu.addSeparator()
        menu.addAction("Import…", self._import)
        menu.addAction("Export all…", self._export).setEnabled(bool(self._presets))
        return menu

    def _add_defaults(self, menu: QMenu, default: dict[str, Json]) -> None:
        menu.addSeparator()
        save = menu.addAction(
            "Save as default for this model", lambda: self.save_default_requested.emit(dict(self._values)))
        save.setEnabled(self._values not in (default, {}))
        use = menu.addAction("Use the default of this model", lambda: self.applied.emit(dict(default)))
        use.setEnabled(default not in (self._values, {}))
        forget = menu.addAction("Forget the default of this model", lambda: self.save_default_requested.emit({}))
        forget.setEnabled(bool(default))

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _compare(self) -> None:
        name = self.chosen() or self._last or sorted(self._presets)[0]
        popup = ComparePopup(self, self._presets, name if name in self._presets else "", self._values)
        popup.open_at(self._more)

    def _import(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Import presets", "", "Presets (*.json)")
        if path:
            self.import_file(Path(path))

    def import_file(self, path: Path) -> None:
        """Asks to save every preset of a file; ``failed`` tells what is wrong with it otherwise."""
        try:
            for name, values in read_presets(path.read_bytes()).items():
                self.save_requested.emit(name, values)
        except OSError as error:
            self.failed.emit(f"{path.name} cannot be read: {error.strerror}.")
        except BadInput as error:
            self.failed.emit(f"{path.name} holds no presets. {error}")

    def _export(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Export presets", "presets.json", "Presets (*.json)")
        if path:
            self.export_file(Path(path))

    def export_file(self, path: Path) -> None:
        try:
            text = json.dumps(self._presets, indent=2, ensure_ascii=False) + "\n"
            write_whole(path, text.encode("utf-8", "replace"))
        except OSError as error:
            self.failed.emit(f"{path.name} cannot be written: {error.strerror}.")


def read_presets(data: bytes) -> dict[str, dict[str, Json]]:
    """Returns presets by name from JSON; raises ``BadInput``."""
    try:
        found = json.loads(data)
    except ValueError:
        raise BadInput("It is not JSON.") from None
    if not isinstance(found, dict) or not all(isinstance(values, dict) for values in found.values()):
        raise BadInput("It must be one object with a set of parameters under each name.")
    return {name: check_all(values) for name, values in found.items()}


class NamePopup(Popup):
    """Asks for the name of a preset. ``go`` is on the button, which says “Replace” where the name is taken."""

    named = Signal(str)

    def __init__(self, parent: QWidget, name: str, taken: list[str], question: str, go: str) -> None:
        super().__init__(question, parent)
        self._taken, self._go = taken, go
        self.content.addWidget(Label(question, "strong"))
        self.field = Field("Preset name", "Name", name)
        self.field.setMinimumWidth(200)
        self.field.selectAll()
        self.field.textChanged.connect(self._show)
        self.field.returnPressed.connect(self._accept)
        self.content.addWidget(self.field)
        self._button = Button(go, "primary")
        self._button.clicked.connect(self._accept)
        self.content.addWidget(self._button)
        self.closed.connect(self.deleteLater)
        self._show()

    def _show(self) -> None:
        name = self.field.text().strip()
        self._button.setText("Replace" if name in self._taken else self._go)
        self._button.setEnabled(bool(name))

    def _accept(self) -> None:
        name = self.field.text().strip()
        if name:
            self.close_popup()
            self.named.emit(name)


class ComparePopup(Popup):
    """Shows a preset beside the values in force; what differs is bold."""

    def __init__(
        self, parent: QWidget, presets: Mapping[str, Mapping[str, Json]], name: str,
        values: Mapping[str, Json],
    ) -> None:
        super().__init__("Compare presets", parent)
        self._presets, self._values = presets, values
        self._box = ComboBox("Compare with")
        self._box.set_items([(preset, preset) for preset in sorted(presets, key=str.casefold)])
        self._box.set_data(name)
        self._box.activated.connect(self._show)
        self.content.addWidget(self._box)
        self._table = QWidget()
        self._holder = QVBoxLayout()
        self._holder.addWidget(self._table)
        self.content.addLayout(self._holder)
        self.closed.connect(self.deleteLater)
        self._show()

    def _show(self) -> None:
        preset = self._presets.get(self._box.currentData(), {})
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        for column, title in enumerate(("", "now", "preset")):
            grid.addWidget(Label(title, "section"), 0, column)
        names = [*preset, *(name for name in self._values if name not in preset)]
        for line, name in enumerate(names, 1):
            tone = "" if _same(name, preset, self._values) else "strong"
            for column, words in enumerate((name, _shown(self._values, name), _shown(preset, name))):
                cell = ElidedLabel(words, tone)
                cell.setMaximumWidth(120)
                grid.addWidget(cell, line, column)
        self._holder.replaceWidget(self._table, table)
        self._table.deleteLater()
        self._table = table
        if self.isVisible():
            self.refit()


def _same(name: str, one: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    return (name in one) == (name in other) and one.get(name) == other.get(name)


def _shown(values: Mapping[str, Json], name: str) -> str:
    return json.dumps(values[name], ensure_ascii=False) if name in values else "default"
