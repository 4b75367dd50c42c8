"""The editors of parameters, one for each type, made from their rows in ``PARAMETERS``."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from workbench.core.json_types import Json, is_number
from workbench.core.request.parameters import Parameter
from workbench.ui.widgets import (
    CodeEdit,
    ComboBox,
    Field,
    JsonEdit,
    NumberField,
    Segmented,
    ValueSlider,
)
from workbench.ui.widgets.tips import plain_tip

from .values import slider_range


class Editor(QObject):
    """Edits one value. ``compact`` fits beside the title, ``wide`` gets a line of its own.

    ``picked`` carries a value that the listener still has to check, ``refused`` a text that is no value at all.
    """

    picked = Signal(object)
    refused = Signal(str)
    compact: QWidget | None = None
    wide: QWidget | None = None

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self.name = f"{parameter.name} value"

    def show_value(self, value: Json) -> None:
        raise NotImplementedError

    def restrict(self, parameter: Parameter) -> None:
        """Takes over the same parameter with another range or other choices."""
        self.parameter = parameter

    def focus(self) -> None:
        """Moves the keyboard to where the value is written."""
        widget = self.wide or self.compact
        if widget is not None:
            widget.setFocus()

    def set_custom(self, custom: bool) -> None:
        """Shows whether the value is sent; one that is not is paler."""
        for widget in (self.compact, self.wide):
            if isinstance(widget, Segmented):
                widget.set_pale(not custom)
            elif widget is not None and bool(widget.property("unset")) == custom:
                widget.setProperty("unset", not custom)
                widget.style().polish(widget)


class NumberEditor(Editor):
    """Edits a number in a field, and with a slider where the range allows one; both show the same."""

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parameter, parent)
        self.field = self.compact = NumberField(
            self.name, integer=parameter.type == "int", low=parameter.low, high=parameter.high,
            step=parameter.step, parent=parent,
        )
        self.field.setToolTip(plain_tip(parameter.help))
        self.field.picked.connect(self._typed)
        self.field.refused.connect(self.refused)
        self.slider: ValueSlider | None = None
        if (ends := slider_range(parameter)) is not None:
            self.slider = self.wide = ValueSlider(
                *ends, parameter.step, logarithmic=parameter.logarithmic, name=parameter.name,
                parent=parent,
            )
            self.slider.picked.connect(self._moved)

    def show_value(self, value: Json) -> None:
        number = value if is_number(value) else None
        self.field.set_number(number)
        if self.slider is not None:
            self.slider.set_number(self.slider.low if number is None else number)

    def restrict(self, parameter: Parameter) -> None:
        super().restrict(parameter)
        self.field.set_range(parameter.low, parameter.high)
        ends = slider_range(parameter)
        if self.slider is not None and ends is not None and ends[0] < ends[1]:
            self.slider.set_range(*ends, parameter.step, logarithmic=parameter.logarithmic)
            self.show_value(self.field.number())

    def set_custom(self, custom: bool) -> None:
        super().set_custom(custom)
        if self.slider is not None:
            self.slider.set_marked(custom)

    def _typed(self, number: float) -> None:
        if self.slider is not None:
            self.slider.set_number(number)
        self.picked.emit(number)

    def _moved(self, number: float) -> None:
        value = int(number) if self.parameter.type == "int" else number
        self.field.set_number(value)
        self.picked.emit(value)


class ChoiceEditor(Editor):
    """Shows up to four short choices side by side, more in a list."""

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parameter, parent)
        self._box: ComboBox | None = None
        self._segments: Segmented | None = None
        letters = sum(len(choice) for choice in parameter.choices)
        if len(parameter.choices) <= 4 and letters <= 18:
            self._segments = self.wide = Segmented(parameter.choices, self.name, parent=parent)
            self._segments.picked.connect(self.picked.emit)
        else:
            self._box = self.compact = ComboBox(self.name, parent)
            self._fill(parameter.choices)
            self._box.activated.connect(self._chosen)

    def show_value(self, value: Json) -> None:
        if self._segments is not None:
            self._segments.set_value(str(value))
        elif self._box is not None and isinstance(value, str):
            self._box.set_data(value)

    def restrict(self, parameter: Parameter) -> None:
        if parameter.choices != self.parameter.choices and self._box is not None:
            self._fill(parameter.choices)
        super().restrict(parameter)

    def _fill(self, choices: tuple[str, ...]) -> None:
        if self._box is not None:
            self._box.set_items([(choice, choice) for choice in choices])

    def _chosen(self) -> None:
        if self._box is not None:
            self.picked.emit(self._box.currentData())


class BoolEditor(Editor):
    """Edits true or false. The switch before the title decides whether either is sent."""

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parameter, parent)
        self._segments = self.compact = Segmented(["false", "true"], self.name, parent=parent)
        self._segments.picked.connect(lambda text: self.picked.emit(text == "true"))

    def show_value(self, value: Json) -> None:
        self._segments.set_value("true" if value else "false")


class TextEditor(Editor):
    """Edits a line of text."""

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parameter, parent)
        self._field = self.wide = Field(self.name, "text", parent=parent)
        self._field.textChanged.connect(self.picked.emit)

    def show_value(self, value: Json) -> None:
        text = value if isinstance(value, str) else ""
        if text != self._field.text():
            with QSignalBlocker(self._field):
                self._field.setText(text)


class StringsEditor(Editor):
    r"""Edits texts, one per line; ``\n``, ``\t`` and ``\\`` inside a line mean what they mean in code."""

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parameter, parent)
        self._edit = self.wide = CodeEdit(self.name, least=1, most=8, parent=parent)
        self._edit.setPlaceholderText("one per line")
        self._edit.textChanged.connect(lambda: self.picked.emit(self._texts()))

    def show_value(self, value: Json) -> None:
        values = value if isinstance(value, list) else [value]
        texts = [text for text in values if isinstance(text, str)]
        if texts != self._texts():
            with QSignalBlocker(self._edit):
                self._edit.setPlainText("\n".join(_escaped(text) for text in texts))

    def _texts(self) -> list[str]:
        return [_unescaped(line) for line in self._edit.toPlainText().split("\n") if line]


class JsonEditor(Editor):
    """Edits any JSON."""

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parameter, parent)
        self._edit = self.wide = JsonEdit(self.name, placeholder=_shortened(parameter.example), least=1, parent=parent)
        self._edit.picked.connect(self.picked)

    def show_value(self, value: Json) -> None:
        self._edit.set_value(value)


_KINDS: dict[str, Callable[[Parameter, QWidget], Editor]] = {
    "float": NumberEditor, "int": NumberEditor, "choice": ChoiceEditor, "bool": BoolEditor,
    "text": TextEditor, "strings": StringsEditor, "json": JsonEditor,
}  # fmt: skip


def editor_for(parameter: Parameter, parent: QWidget) -> Editor:
    return _KINDS[parameter.type](parameter, parent)


_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_MEANINGS = {"\\": "\\", "n": "\n", "t": "\t", "r": "\r"}


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text)


def _unescaped(line: str) -> str:
    letters, rest = [], iter(line)
    for letter in rest:
        if letter != "\\":
            letters.append(letter)
            continue
        following = next(rest, "")
        letters.append(_MEANINGS.get(following, letter + following))
    return "".join(letters)


def _shortened(example: str) -> str:
    """Returns as much as fits into one line of the panel."""
    return example if len(example) <= 32 else f"{example[:31]}…"


def start_value(parameter: Parameter) -> Json:
    """Returns what an editor shows before the user sets anything."""
    if parameter.start is not None:
        return parameter.start
    match parameter.type:
        case "bool":
            return False
        case "strings":
            return []
        case "text":
            return ""
        case "choice":
            return parameter.choices[0]
        case "float" | "int":
            return parameter.low
        case _:
            return None
