"""The row of one parameter: whether it is sent, its value, and the limits that the model has."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.ports.providers import Limit
from workbench.core.request.parameters import Parameter
from workbench.ui.widgets import Button, ElidedLabel, Label, ToggleSwitch
from workbench.ui.widgets.tips import plain_tip

from .editors import editor_for, start_value
from .values import narrowed


class ParameterRow(QWidget):
    """Emits values that have passed their check; every signal but ``focused`` carries the parameter's name."""

    picked = Signal(str, object)  # name, value
    unset = Signal(str)  # it is Default again
    forget_requested = Signal(str)  # what was learned of it
    focused = Signal(object)  # Parameter that the keyboard or the pointer is at

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self._limit: Limit | None = None
        self._said_above = False
        self._custom = False
        self._kept: Json = parameter.initial  # what switching on again brings back
        self.setToolTip(plain_tip(parameter.help))
        self._switch = ToggleSwitch(name=f"Send {parameter.name}", parent=self)
        self._switch.setAccessibleDescription(parameter.help)
        self._switch.toggled.connect(self._switched)
        self._title = ElidedLabel(parameter.label, parent=self)
        self.editor = editor_for(parameter, self)
        self.editor.picked.connect(self._picked)
        self.editor.refused.connect(self._refused)
        self._note = Label("", "dim", wrap=True, parent=self)
        self._forget = Button("", "link", parent=self)
        self._forget.clicked.connect(lambda: self.forget_requested.emit(self.parameter.name))
        self._mistake = Label("", "bad", wrap=True, parent=self)
        self._lay_out()
        for widget in (self._switch, self.editor.compact, self.editor.wide):
            if widget is not None:
                (widget.focusProxy() or widget).installEventFilter(self)
        self.set_value(None, custom=False)
        self._show_limit()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self._switch)
        line.addWidget(self._title, 1)
        if self.editor.compact is not None:
            line.addWidget(self.editor.compact)
        column.addLayout(line)
        if self.editor.wide is not None:
            column.addWidget(self.editor.wide)
        foot = QHBoxLayout()
        foot.addWidget(self._note, 1)
        foot.addWidget(self._forget, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(foot)
        column.addWidget(self._mistake)

    def set_value(self, value: Json, *, custom: bool) -> None:
        """Shows a value, or that of the API's documentation when not ``custom``, without a signal."""
        self._custom = custom
        if custom:
            self._kept = value
        with QSignalBlocker(self._switch):
            self._switch.setChecked(custom)
        self.editor.show_value(value if custom else start_value(self.parameter))
        self._show_custom()

    def set_limit(self, limit: Limit | None, *, said_above: bool = False) -> None:
        """Shows what the model does not take; ``said_above``: the reason is shown above all rows."""
        if (limit, said_above) != (self._limit, self._said_above):
            self._limit, self._said_above = limit, said_above
            self.editor.restrict(narrowed(self.parameter, limit))
            self._show_limit()

    def mistake(self) -> str:
        """Returns what is wrong with the text in the editor, while the value before it is in force."""
        return self._mistake.text()

    def _show_custom(self) -> None:
        self._show_mistake("")
        self.editor.set_custom(self._custom)
        font = self._title.font()
        font.setBold(self._custom)
        self._title.setFont(font)
        self._switch.update()
        self._show_limit()

    def _show_limit(self) -> None:
        limit = self._limit
        refused = limit is not None and limit.state == "refused"
        for widget in (self._title, self.editor.compact, self.editor.wide):
            if widget is not None:
                widget.setEnabled(not refused)
        self._switch.setEnabled(not refused or self._custom)  # what is set can always be taken back
        self._note.setText("" if limit is None or self._said_above else _limit_text(limit))
        self._note.setVisible(bool(self._note.text()))
        self._note.set_tone("warn" if limit is not None and limit.state == "ignored" else "dim")
        self._forget.setVisible(limit is not None and limit.source != "facts")
        self._forget.setText("Try anyway" if refused else "Forget")
        name = self.parameter.name
        self._forget.setAccessibleName(f"Try {name} anyway" if refused else f"Forget the limit of {name}")

    def _switched(self, on: bool) -> None:
        if not on:
            self.set_value(None, custom=False)
            self.unset.emit(self.parameter.name)
            return
        if self._is_empty(self._kept):  # there is nothing to send before something is written
            with QSignalBlocker(self._switch):
                self._switch.setChecked(False)
            self.editor.focus()
            return
        try:
            value = narrowed(self.parameter, self._limit).check(self._kept)
        except BadInput:
            value = start_value(narrowed(self.parameter, self._limit))
        self._set(value)
        self.editor.show_value(value)

    def _picked(self, value: Json) -> None:
        if self._is_empty(value):  # an editor that was emptied sends nothing
            if self._custom:
                self.set_value(None, custom=False)
                self.unset.emit(self.parameter.name)
            return
        try:
            checked = narrowed(self.parameter, self._limit).check(value)
        except BadInput as error:
            self._show_mistake(str(error))
            return
        self._set(checked)

    def _is_empty(self, value: Json) -> bool:
        return value is None or (self.parameter.type in ("strings", "text") and not value)

    def _set(self, value: Json) -> None:
        self._custom, self._kept = True, value
        with QSignalBlocker(self._switch):
            self._switch.setChecked(True)
        self._show_custom()
        self.picked.emit(self.parameter.name, value)

    def _refused(self, text: str) -> None:
        try:
            narrowed(self.parameter, self._limit).parse(text)
        except BadInput as error:
            self._show_mistake(str(error))

    def _show_mistake(self, sentence: str) -> None:
        self._mistake.setText(sentence)
        self._mistake.setVisible(bool(sentence))

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.focused.emit(self.parameter)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit(self.parameter)
        return False


def _limit_text(limit: Limit) -> str:
    if limit.state == "renamed" and limit.sent_as:
        return f"sent as {limit.sent_as}"
    return limit.reason
