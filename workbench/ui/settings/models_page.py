"""The page Models & aliases: short names for models."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.request.models import ModelRef
from workbench.core.settings import Settings
from workbench.ui.settings.settings_controller import SettingsController
from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets import Button, Field, IconButton, Label


class AliasTable(QWidget):
    """Maps a short name to a provider/model, or to several with commas; the last line adds a new one."""

    changed = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._aliases: dict[str, str] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        self._wrong = Label("", "bad", wrap=True, parent=self)
        self._wrong.hide()
        column.addWidget(self._wrong)
        self._widgets: list[QWidget] = []

    def show_aliases(self, aliases: dict[str, str]) -> None:
        if aliases == self._aliases and self._widgets:
            return
        self._aliases = dict(aliases)
        for widget in self._widgets:
            self._grid.removeWidget(widget)
            widget.deleteLater()
        self._widgets = []
        for row, (name, target) in enumerate(sorted(aliases.items())):
            model = Field(f"Model of {name}", text=target, parent=self)
            model.editingFinished.connect(lambda name=name, model=model: self._set_alias(name, model.text()))
            remove = IconButton("trash", f"Remove {name}", parent=self)
            remove.clicked.connect(lambda _=False, name=name: self._remove_alias(name))
            self._add_line(row, Label(name, parent=self), model, remove)
        self._name = Field("Alias", "chat-fast", parent=self)
        follow(self._name, lambda name: name.setFixedWidth(px(140)))
        self._model = Field("Model of the alias", "provider/model", parent=self)
        self._model.returnPressed.connect(self._add)
        add = Button("Add", parent=self)
        add.setAccessibleName("Add alias")
        add.clicked.connect(self._add)
        self._add_line(len(aliases), self._name, self._model, add)

    def _add_line(self, row: int, *widgets: QWidget) -> None:
        for place, widget in enumerate(widgets):
            self._grid.addWidget(widget, row, place)
        self._widgets += widgets

    def _add(self) -> None:
        name = self._name.text().strip()
        if not name or "/" in name or " " in name:
            self._show_mistake("An alias is one word without a slash, for instance chat-fast.")
            return
        self._set_alias(name, self._model.text())

    def _set_alias(self, name: str, target: str) -> None:
        try:
            refs = [ModelRef.parse(one) for one in target.split(",") if one.strip() or "," not in target]
        except BadInput as error:
            self._show_mistake(str(error))
            return
        self._show_mistake("")
        listed = ", ".join(map(str, refs))
        if self._aliases.get(name) != listed:
            self.changed.emit({**self._aliases, name: listed})

    def _remove_alias(self, name: str) -> None:
        self.changed.emit({key: value for key, value in self._aliases.items() if key != name})

    def _show_mistake(self, sentence: str) -> None:
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))


class ModelsPage(QWidget):
    """Shows and changes the aliases."""

    def __init__(self, controller: SettingsController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Label("Aliases", "strong", parent=self))
        words = (
            "A short name that stands for a model everywhere: in the picker, on the command line, in files. Models "
            "after a comma answer when the first one cannot."
        )
        column.addWidget(Label(words, "dim", wrap=True, parent=self))
        self._table = AliasTable(self)
        self._table.changed.connect(lambda aliases: controller.change("aliases", aliases))
        column.addWidget(self._table)
        controller.changed.connect(self._show)
        self._show(controller.settings())

    def _show(self, settings: Settings) -> None:
        self._table.show_aliases(dict(settings.aliases))
