"""The find bar over a transcript: what to find, how many matches there are, the next, the previous."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from workbench.ui.theme.tokens import Theme
from workbench.ui.widgets.buttons import clicks

from .finder import Finder

_PAUSE_MS = 120  # after the last key: a query over a long chat is not run for each


class FindBar(QWidget):
    """A small bar in the upper right corner of its parent, which has the focus again when the bar is left."""

    def __init__(self, finder: Finder, parent: QWidget) -> None:
        super().__init__(parent)
        self._finder, self._parent = finder, parent
        self._right = parent.width()
        self.setObjectName("FindBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Find in this chat")
        self.field.setAccessibleName("Find in this chat")
        self.field.setClearButtonEnabled(True)
        for cross in self.field.findChildren(QToolButton):
            cross.setAccessibleName("Clear what is searched for")
        self.field.setMinimumWidth(180)
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setMinimumWidth(72)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(4)
        row.addWidget(self.field)
        row.addWidget(self.label)
        for text, name, slot in (
            ("↑", "Previous match", lambda: self.step(-1)), ("↓", "Next match", lambda: self.step(1)),
            ("✕", "Close find", self.leave),
        ):
            button = QToolButton(self)
            button.setText(text)
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.setAutoRaise(True)
            button.clicked.connect(slot)
            row.addWidget(button)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self.field.textChanged.connect(self._pause.start)
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        self.setStyleSheet(
            f"FindBar {{ background: {theme.panel}; border: 1px solid {theme.line}; border-radius: 8px; }}"
            f"FindBar QLabel {{ color: {theme.dim}; }}"
        )

    def move_into(self, right: int) -> None:
        """Moves to the upper right corner of an area that ends at ``right``."""
        self._right = right
        size = self.sizeHint()
        width = min(size.width(), right - 24)
        self.setGeometry(right - 12 - width, 8, width, size.height())

    def _show(self) -> None:
        self.show()
        self.raise_()
        self.move_into(self._right)

    def open(self) -> None:
        """Shows the bar with the last query, ready to type."""
        self._show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        if self.field.text():
            self._search()

    def mark(self, words: str, key: str) -> None:
        """Shows the bar with words found elsewhere, at their first place in the message ``key``, without taking the
        focus. When the message does not show the words (they are in a file) nothing is highlighted."""
        index = self._finder.index_with(words, key)
        if index is None:
            self.dismiss()
            return
        self.field.blockSignals(True)
        self.field.setText(words)
        self.field.blockSignals(False)
        self._pause.stop()
        self._show()
        self._finder.find(words)
        self._finder.step_to(index)
        self._show_count()

    def refresh(self) -> None:
        """Searches again after more of the conversation became known."""
        if self.isVisible() and self.field.text():
            first = not self._finder.count
            self._finder.recount()
            if first:
                self._finder.step(1)
            self._show_count()

    def dismiss(self) -> None:
        """Hides the bar and the highlights; the focus stays where it is."""
        self._pause.stop()
        self.hide()
        self._finder.find("")

    def leave(self) -> None:
        """Hides the bar and the highlights, and gives the focus back."""
        self.dismiss()
        self._parent.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, delta: int) -> None:
        """Goes to the next match (1) or the previous one (-1) of what is typed."""
        if self._pause.isActive() or not self._finder.query:
            self._pause.stop()
            self._finder.find(self.field.text())
        self._finder.step(delta)
        self._show_count()

    def _search(self) -> None:
        self._finder.find(self.field.text())
        self._finder.step(1)
        self._show_count()

    def _show_count(self) -> None:
        finder = self._finder
        if not finder.query:
            self.label.setText("")
        elif not finder.count:
            self.label.setText("Not found")
        else:
            self.label.setText(f"{finder.number} of {finder.count}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif isinstance(button := self.focusWidget(), QToolButton) and clicks(event):
            button.click()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self.step(-1 if back else 1)
        elif event.matches(QKeySequence.StandardKey.Find):
            self.field.selectAll()
        else:
            super().keyPressEvent(event)
