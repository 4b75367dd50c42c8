"""JSON to read and to write, coloured, with the place of the first mistake."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from workbench.core.json_types import Json
from workbench.ui.theme import style
from workbench.ui.theme.scale import px

from .labels import Label

_TOKENS = re.compile(
    r'(?P<function>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<string>"(?:[^"\\]|\\.)*"?)'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<constant>\b(?:true|false|null)\b)"
)


class JsonColours(QSyntaxHighlighter):
    """Colours keys, texts, numbers and constants; follows the theme when ``rehighlight`` is called."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)

    def highlightBlock(self, text: str) -> None:
        colours = style.theme().code_colours
        for match in _TOKENS.finditer(text[:20000]):
            made = QTextCharFormat()
            made.setForeground(QColor(colours[match.lastgroup or "string"]))
            self.setFormat(match.start(), match.end() - match.start(), made)


class CodeEdit(QPlainTextEdit):
    """Plain text in the code font that is as high as its lines, between ``least`` and ``most`` of them."""

    def __init__(self, name: str, *, least: int = 3, most: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._most = least, most
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFont(style.mono_font())
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # code is, in every language
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setFont(style.mono_font())
            self._fit()  # the same lines are higher now

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()  # another width breaks lines elsewhere

    def sizeHint(self) -> QSize:
        return QSize(200, self._height())

    minimumSizeHint = sizeHint

    def _height(self) -> int:
        lines = min(max(int(self.document().size().height()), self._least), self._most)
        frame = 2 * (self.document().documentMargin() + px(5) + 1)  # the padding and edge of the style sheet
        return math.ceil(lines * QFontMetricsF(self.font()).lineSpacing() + frame)

    def _fit(self) -> None:
        self.setFixedHeight(self._height())
        scrolls = self.document().size().height() > self._most
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)


class JsonView(CodeEdit):
    """JSON to read. Texts of over ``longest`` characters (images) and the middle of lists of over 40 items (the
    messages of a long chat) are left out of the view: laying them out would hold up the window."""

    def __init__(
        self, name: str, *, most: int = 30, longest: int = 2000, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, least=1, most=most, parent=parent)
        self._longest = longest
        self._shown: object = None
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._colours = JsonColours(self.document())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_colours"):
            self._colours.rehighlight()

    def set_json(self, value: object) -> None:
        if value == self._shown and self.toPlainText():
            return
        self._shown = value
        self.setPlainText(json.dumps(self._short(value), indent=2, ensure_ascii=False))

    def _short(self, value: object) -> object:
        if isinstance(value, str) and len(value) > self._longest:
            return f"{value[: self._longest // 8]}… ({len(value):,} characters)"
        if isinstance(value, list | tuple):
            if len(value) > 40:
                value = [*value[:4], f"… {len(value) - 24:,} more …", *value[-20:]]
            return [self._short(item) for item in value]
        if isinstance(value, Mapping):
            return {key: self._short(item) for key, item in value.items()}
        return value


class JsonEdit(QWidget):
    """An editor for one JSON value. ``picked`` tells of each valid one; what is wrong stands below.

    ``set_value`` is silent. The empty text is None. With ``objects_only`` anything but an object is refused.
    """

    picked = Signal(object)

    def __init__(
        self, name: str, *, objects_only: bool = False, placeholder: str = "", least: int = 3,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._objects_only = objects_only
        self._value: Json = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.editor = CodeEdit(name, least=least, parent=self)
        self.editor.setPlaceholderText(placeholder)
        self._colours = JsonColours(self.editor.document())
        column.addWidget(self.editor)
        self._wrong = Label("", "bad", wrap=True, parent=self)
        self._wrong.hide()
        column.addWidget(self._wrong)
        self.setFocusProxy(self.editor)
        self.editor.textChanged.connect(self._typed)

    def value(self) -> Json:
        """Returns the last valid value."""
        return self._value

    def set_value(self, value: Json) -> None:
        if value == self._value and self.mistake() == "" and (value is not None) == bool(self._text()):
            return
        self._value = value
        self.editor.blockSignals(True)
        self.editor.setPlainText("" if value is None else json.dumps(value, indent=2, ensure_ascii=False))
        self.editor.blockSignals(False)
        self.set_mistake("")

    def mistake(self) -> str:
        """Returns what is wrong with the text, as a sentence; ``""`` when nothing is."""
        return "" if self._wrong.isHidden() else self._wrong.text()

    def set_mistake(self, sentence: str) -> None:
        """Shows a sentence about a value that is valid JSON but not acceptable."""
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))
        if bool(self.editor.property("wrong")) != bool(sentence):
            self.editor.setProperty("wrong", bool(sentence))
            self.editor.style().polish(self.editor)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_colours"):
            self.editor.blockSignals(True)
            self._colours.rehighlight()
            self.editor.blockSignals(False)

    def _text(self) -> str:
        return self.editor.toPlainText().strip()

    def _typed(self) -> None:
        try:
            value, sentence = parse_json(self._text()), ""
            if self._objects_only and value is not None and not isinstance(value, dict):
                sentence = "This must be a JSON object: { … }."
        except ValueError as error:
            sentence = str(error)
        self.set_mistake(sentence)
        if not sentence and value != self._value:
            self._value = value
            self.picked.emit(value)


def parse_json(text: str) -> Json:
    """Returns the value of ``text``, None when it is empty; ``ValueError`` says where and what the mistake is.

    NaN and Infinity, which Python reads but JSON does not know, are mistakes."""

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no JSON number.")

    if not text.strip():
        return None
    try:
        value: Json = json.loads(text, parse_constant=refuse)
        return value
    except json.JSONDecodeError as error:
        raise ValueError(f"Line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise ValueError("This is nested too deeply.") from None
