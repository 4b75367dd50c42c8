"""The Parameters tab: presets, a row for each parameter, other fields of the body, and the preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.json_types import Json
from workbench.core.ports.providers import Limit
from workbench.core.request.parameters import PARAMETERS, Parameter
from workbench.core.request.requests import Preview
from workbench.ui.theme import style
from workbench.ui.theme.scale import follow
from workbench.ui.widgets import Button, HLine, IconButton, JsonEdit, Label, ScrollColumn, SearchField, Section
from workbench.ui.widgets.tips import plain_tip

from .parameter_row import ParameterRow
from .presets import PresetBar
from .preview import PreviewView
from .values import Values, common_reason, matches, range_text

HINT = "A parameter that is off is not sent: the server decides."
_GROUP_OF = {parameter.name: parameter.group for parameter in PARAMETERS}


class ParametersTab(QWidget):
    """Shows and edits the values that a chat sets, with a way back."""

    changed = Signal(dict)  # all values that are set, other fields of the body among them
    forget_requested = Signal(str)  # what was learned of a parameter
    preview_requested = Signal(bool)
    sweep_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, sweeps: bool = True) -> None:
        """``sweeps``: an experiment can be begun from here."""
        super().__init__(parent)
        self.setAccessibleName("Parameters")
        self._values = Values()
        self._limits: Mapping[str, Limit] = {}
        self._common = ""
        self._rows: dict[str, ParameterRow] = {}
        self._sections: dict[str, Section] = {}
        self._numbers_set: Counter[str] = Counter()  # parameters that are set, by group
        self._unbuilt = {parameter.group for parameter in PARAMETERS} - {"main"}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._head())
        column.addWidget(self._scroll(), 1)
        column.addWidget(HLine(self))
        self._help = Label(HINT, "dim", wrap=True, parent=self)
        self._help.setContentsMargins(12, 0, 12, 0)
        self._help.lead(Qt.AlignmentFlag.AlignTop)
        follow(self._help, lambda label: label.setFixedHeight(QFontMetrics(style.control_font()).lineSpacing() * 3))
        column.addWidget(self._help)
        column.addLayout(self._foot())
        self._sweep.setVisible(sweeps)
        self._show_all()

    def _head(self) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.setSpacing(8)
        self.presets = PresetBar(self)
        self.presets.applied.connect(self._apply)
        head.addWidget(self.presets)
        row = QHBoxLayout()
        row.setSpacing(4)
        self._search = SearchField("Search parameters", parent=self)
        self._search.textChanged.connect(self._filter)
        row.addWidget(self._search, 1)
        self._undo = IconButton("undo", "Undo the last change", parent=self)
        self._undo.clicked.connect(self._undo_last)
        row.addWidget(self._undo)
        self._reset = Button("Reset", "quiet", parent=self)
        self._reset.setAccessibleName("Reset all parameters")
        self._reset.setToolTip("Send none of them")
        self._reset.clicked.connect(lambda: self._apply({}))
        row.addWidget(self._reset)
        head.addLayout(row)
        return head

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 12)
        self._sweep = Button("Sweep these…", parent=self)
        self._sweep.clicked.connect(self.sweep_requested)
        self.set_sweep_problem("")
        foot.addWidget(self._sweep)
        foot.addStretch(1)
        return foot

    def _scroll(self) -> ScrollColumn:
        self._area = ScrollColumn(self)
        self._column = self._area.column
        self._reason = Label("", "dim", wrap=True, parent=self._area.inside)
        self._reason.hide()
        self._column.addWidget(self._reason)
        self._add_rows("main", self._column)
        self._nothing = Label("No parameter has these words in it.", "dim", wrap=True, parent=self._area.inside)
        self._nothing.hide()
        self._column.addWidget(self._nothing)
        for group in dict.fromkeys(parameter.group for parameter in PARAMETERS):
            if group != "main":
                self._add_section(group, group)
        other = self._add_section("", "Other JSON fields")
        hint = "Merged into the body as they are; null removes a field."
        other.content.addWidget(Label(hint, "dim", wrap=True, parent=other.body))
        self._fields = JsonEdit(
            "Other fields", objects_only=True, placeholder='{ "field": value }', parent=other.body
        )
        self._fields.picked.connect(self._fields_changed)
        other.content.addWidget(self._fields)
        section = self._add_section("preview", "Preview of the request")
        self.preview = PreviewView(section.body)
        section.content.addWidget(self.preview)
        section.toggled.connect(self.preview_requested)
        self._column.addStretch(1)
        return self._area

    def _add_section(self, key: str, title: str) -> Section:
        section = self._sections[key] = Section(title, parent=self._area.inside)
        section.toggled.connect(lambda opened: self._build(key) if opened else None)
        self._column.addWidget(section)
        return section

    def _build(self, group: str) -> None:
        """Makes the rows of a section when it is first opened: most never are."""
        if group in self._unbuilt:
            self._unbuilt.discard(group)
            self._add_rows(group, self._sections[group].content)
            self._show_all()

    def _add_rows(self, group: str, column: QVBoxLayout) -> None:
        for parameter in PARAMETERS:
            if parameter.group == group:
                row = self._rows[parameter.name] = ParameterRow(parameter, column.parentWidget())
                row.picked.connect(self._picked)
                row.unset.connect(self._unset)
                row.forget_requested.connect(self.forget_requested)
                row.focused.connect(self._show_help)
                self._limit(parameter.name)
                column.addWidget(row)

    # --- what the controller tells ---

    def set_values(self, values: Mapping[str, Json]) -> None:
        """Shows the values of another chat, or of the same one when they were changed elsewhere."""
        if dict(values) != self._values.current:
            self._values.replace(values)
            self._show_all()

    def set_limits(self, limits: Mapping[str, Limit]) -> None:
        self._limits = dict(limits)
        # A reason above the rows seems to be about the first of them.
        main = (one.name for one in PARAMETERS if one.group == "main")
        self._common = common_reason(limits[name] for name in main if name in limits)
        self._reason.setText(self._common)
        self._reason.setVisible(bool(self._common))
        for name in self._rows:
            self._limit(name)

    def _limit(self, name: str) -> None:
        limit = self._limits.get(name)
        said = limit is not None and limit.state == "refused" and limit.reason == self._common
        self._rows[name].set_limit(limit, said_above=said)

    def set_preview(self, preview: Preview | None, problem: str = "") -> None:
        self.preview.show_preview(preview, problem)

    def hide_sweep(self) -> None:
        """Takes the way to an experiment away, where these are not the settings of the chat."""
        self._sweep.hide()

    def set_sweep_problem(self, problem: str) -> None:
        """Shows why no experiment can be made of the chat; ``""`` where one can."""
        tip = problem or "An experiment with these settings, from the last question of the chat"
        self._sweep.setEnabled(not problem)
        self._sweep.setToolTip(plain_tip(tip))
        self._sweep.setAccessibleDescription(tip)

    def values(self) -> dict[str, Json]:
        return dict(self._values.current)

    # --- what the user does ---

    def _picked(self, name: str, value: Json) -> None:
        self._values.set(name, value)
        self._emit()

    def _unset(self, name: str) -> None:
        self._values.unset(name)
        self._emit()

    def _apply(self, values: dict[str, Json]) -> None:
        self._values.apply(values)
        self._show_all()
        self._emit()

    def _undo_last(self) -> None:
        if self._values.can_undo():
            self._values.undo()
            self._show_all()
            self._emit()

    def _fields_changed(self, fields: dict[str, Json] | None) -> None:
        known = {parameter.name: parameter for parameter in PARAMETERS}
        if taken := next((name for name in fields or {} if name in known), ""):
            self._fields.set_mistake(f"{taken} has a row of its own: “{known[taken].label}”.")
            return
        mine = {name: value for name, value in self._values.current.items() if name in known}
        self._values.apply(mine | (fields or {}))
        self._emit()

    def _emit(self) -> None:
        self._show_state()
        self.changed.emit(self.values())

    def _show_help(self, parameter: Parameter) -> None:
        span = range_text(parameter)
        self._help.setText(f"{parameter.name}{f' ({span})' if span else ''}: {parameter.help}")

    def clear_search(self) -> None:
        """Shows all parameters again: what was searched for belongs to the chat before."""
        self._search.clear()

    def _filter(self, query: str) -> None:
        if query.strip():
            for group in list(self._unbuilt):
                self._build(group)
        found = {p.name for p in PARAMETERS if matches(p, query)}
        for name, row in self._rows.items():
            row.setVisible(name in found)
        for parameter_group, section in self._sections.items():
            inside = [p for p in PARAMETERS if p.group == parameter_group]
            if query.strip():
                hit = any(p.name in found for p in inside)
                section.setVisible(hit)
                section.set_open(hit)
            else:
                section.setVisible(True)
                section.set_open(False)
        self._nothing.setVisible(not found)

    # --- showing ---

    def _show_all(self) -> None:
        current = self._values.current
        for name, row in self._rows.items():
            row.set_value(current.get(name), custom=name in current)
        known = {parameter.name for parameter in PARAMETERS}
        fields = {name: value for name, value in current.items() if name not in known}
        self._fields.set_value(fields or None)
        self._show_state()

    def _show_state(self) -> None:
        current = self._values.current
        self._undo.setEnabled(self._values.can_undo())
        self._reset.setEnabled(bool(current))
        self.presets.set_values(current)
        numbers = Counter(_GROUP_OF.get(name, "") for name in current)
        if numbers == self._numbers_set:
            return
        self._numbers_set = numbers
        for group, section in self._sections.items():
            if group != "preview":
                title = group or "Other JSON fields"
                section.set_title(f"{title} · {numbers[group]} set" if numbers[group] else title)
