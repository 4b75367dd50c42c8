"""A field for one number, exact at any size."""

from __future__ import annotations

import math

from PySide6.QtCore import Property, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from workbench.ui.theme.scale import px

Number = int | float


def parse_number(text: str, *, integer: bool) -> Number | None:
    """Returns the number that people mean, whatever the locale: spaces and underscores group digits, a lone comma
    is a point. None when it is no (whole, finite) number."""
    plain = "".join(text.split()).replace("_", "").replace("−", "-")
    if "." not in plain and plain.count(",") == 1:
        plain = plain.replace(",", ".")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        number = float(plain)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return number if not integer else int(number) if number.is_integer() else None


class NumberField(QAbstractSpinBox):
    """A spin box without arrows whose number is what was typed, not what a double of n places can hold.

    ``picked`` tells of every new number in range, as it is typed; ``refused`` gets the text that was left in
    the field and is none, and the number before it returns. With ``optional`` the empty field means None.
    Arrow keys move by ``step``, page keys by ten, and the wheel while it has the focus.
    """

    picked = Signal(object)
    refused = Signal(str)

    def __init__(
        self, name: str, *, integer: bool = False, low: Number | None = None, high: Number | None = None,
        step: Number = 1, optional: bool = False, parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._integer, self._low, self._high, self._step = integer, low, high, step
        self._optional = optional
        self._number: Number | None = None
        self.setAccessibleName(name)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setAccessibleName(name)
        self.lineEdit().textChanged.connect(self._typed)
        self.editingFinished.connect(self._finish)

    def number(self) -> Number | None:
        return self._number

    def set_number(self, number: Number | None) -> None:
        """Shows a number without telling anyone. What is being typed and means the same stays as it is."""
        typed = parse_number(self.lineEdit().text(), integer=self._integer)
        if number is not None and number == self._number == typed and self.lineEdit().hasFocus():
            return
        self._number = number
        self._show()

    def _show(self) -> None:
        text = self._text_of(self._number)
        if self.lineEdit().text() != text:
            self.lineEdit().blockSignals(True)
            self.lineEdit().setText(text)
            self.lineEdit().blockSignals(False)
        self._mark(False)

    def set_range(self, low: Number | None, high: Number | None) -> None:
        self._low, self._high = low, high

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.StyleChange):
            # With a style sheet and no arrows, Qt leaves the field one pixel wide.
            self.lineEdit().setGeometry(self.rect().adjusted(8, 2, -8, -2))
        return handled

    def sizeHint(self) -> QSize:
        return QSize(px(76), self.fontMetrics().height() + 12)

    minimumSizeHint = sizeHint

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flag = QAbstractSpinBox.StepEnabledFlag
        if self.isReadOnly():
            return flag.StepNone
        return flag.StepUpEnabled | flag.StepDownEnabled

    def stepBy(self, steps: int) -> None:
        start = self._number if self._number is not None else (self._low or 0)
        number = start + steps * self._step
        if not self._integer:
            number = round(number, 10)
        if self._low is not None:
            number = max(number, self._low)
        if self._high is not None:
            number = min(number, self._high)
        if number != self._number:
            self.set_number(number)
            self.picked.emit(number)

    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        """Accepts anything; whether it counts is told when the field is left."""
        return QValidator.State.Acceptable, text, pos

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _typed(self, text: str) -> None:
        if not text.strip() and self._optional:
            number = None
        else:
            number = parse_number(text, integer=self._integer)
            if number is None or not self._in_range(number):
                self._mark(bool(text.strip()) and text.strip() not in "-+.")
                return
        self._mark(False)
        if number != self._number:
            self._number = number
            self.picked.emit(number)

    def _finish(self) -> None:
        text = self.lineEdit().text()
        number = parse_number(text, integer=self._integer)
        blank = self._optional and not text.strip()
        if not blank and (number is None or not self._in_range(number)):
            self.refused.emit(text)
        self._show()

    def _in_range(self, number: Number) -> bool:
        return (self._low is None or number >= self._low) and (self._high is None or number <= self._high)

    def _text_of(self, number: Number | None) -> str:
        if number is None:
            return ""
        if self._integer or (isinstance(number, int) and self._step == 1):
            return str(int(number))
        places = max(0, -math.floor(math.log10(self._step) + 1e-9)) if self._step < 1 else 0
        fixed = f"{number:.{places}f}"
        return fixed if float(fixed) == number else repr(number)

    def _mark(self, wrong: bool) -> None:
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().polish(self)

    def _set_value(self, value: float) -> None:
        self.lineEdit().setText(self._text_of(int(value) if self._integer else value))

    # What assistive technology reads and writes (Qt's accessible spin box asks for these properties).
    value = Property(float, lambda self: float(self._number or 0), _set_value)
    minimum = Property(float, lambda self: float(-1e308 if self._low is None else self._low))
    maximum = Property(float, lambda self: float(1e308 if self._high is None else self._high))
    singleStep = Property(float, lambda self: float(self._step))
