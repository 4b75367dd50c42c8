"""Find in the conversation: marks what is visible, and knows about what is not laid out or not loaded."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from workbench.ui.theme.tokens import Theme

from .blocks import BlockView
from .document import Place
from .message import Message
from .text_layout import Wash

if TYPE_CHECKING:
    from .view import TranscriptView

Search = Callable[[str], Iterable[tuple[str, int]]]
"""Answers with the keys of all messages whose text has the query, in order, and how often it has it."""


class Finder:
    """The matches of one query. Each message counts its matches; the places inside are looked up when the
    message is gone to, so that a query costs a scan of the text and no layout."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self.query = ""
        self.search: Search | None = None  # for messages that are not loaded
        self._hits: list[tuple[int, int]] = []  # message and how many matches it has, in order
        self._current: tuple[int, int] | None = None  # message, number among its matches
        self._place: tuple[Place, int] | None = None  # of the current match, and its length
        self._awaited: tuple[int, int] | None = None  # a match in a message that is being loaded

    @property
    def count(self) -> int:
        return sum(count for _, count in self._hits)

    @property
    def number(self) -> int:
        """Which match is the current one, from 1; 0 for none."""
        if self._current is None:
            return 0
        return sum(count for index, count in self._hits if index < self._current[0]) + self._current[1] + 1

    def find(self, query: str) -> int:
        """Looks for ``query``, without regard to case; how often it was found."""
        self.query = query.casefold()
        self._current = self._place = self._awaited = None
        self._hits = list(self._count()) if query else []
        self._view.port.update()
        return self.count

    def _count(self) -> Iterable[tuple[int, int]]:
        document = self._view.document
        elsewhere = dict(self.search(self.query)) if self.search is not None else {}
        for index, message in enumerate(document.messages):
            count = elsewhere.get(message.key, 0) if message.entry is None else message.occurrences(self.query)
            if count:
                yield index, count

    def step(self, delta: int) -> bool:
        """Goes to the next match (1) or the previous one (-1), around the ends; false when there is none."""
        if not self._hits:
            return False
        message, number = self._next(delta)
        return self._go(message, number, delta)

    def step_to(self, message: int) -> bool:
        """Goes to the first match in a message; false when it has none that is known."""
        return any(index == message for index, _ in self._hits) and self._go(message, 0, 1)

    def recount(self) -> None:
        """Counts again, since more of the conversation is known; the current match stays."""
        if self.query:
            self._hits = list(self._count())

    def arrived(self) -> None:
        """Messages were loaded: goes to the match that waited for one of them."""
        if self._awaited is not None and self._view.document.messages[self._awaited[0]].entry is not None:
            (message, number), self._awaited = self._awaited, None
            self._go(message, number, 1 if number >= 0 else -1)

    def _go(self, message: int, number: int, delta: int) -> bool:
        for _ in range(len(self._hits) + 1):
            places = self._places(message)
            if places:
                number = min(number, len(places) - 1) if number >= 0 else len(places) - 1
                self._current, self._place = (message, number), places[number]
                self._view.scroller.to_place(places[number][0], self._view.port.height() // 3)
                self._view.port.update()
                return True
            if self._view.document.messages[message].entry is None:
                self._current, self._awaited = (message, max(number, 0)), (message, number)
                return True
            at = bisect_left(self._hits, (message, 0)) + delta  # only its source has the query
            message, number = self._hits[at % len(self._hits)][0], 0 if delta > 0 else -1
        return False

    def _next(self, delta: int) -> tuple[int, int]:
        """Message and number of the match to go to; number -1 for the last in its message."""
        if self._current is None:
            top = self._view.document.heights.find(self._view.scroller.top)
            at = bisect_left(self._hits, (top, 0))
            at = at % len(self._hits) if delta > 0 else at - 1
            return self._hits[at][0], 0 if delta > 0 else -1
        message, number = self._current
        at = bisect_left(self._hits, (message, 0))
        if 0 <= number + delta < self._hits[at][1]:
            return message, number + delta
        at = (at + delta) % len(self._hits)
        return self._hits[at][0], 0 if delta > 0 else -1

    def _places(self, index: int) -> list[tuple[Place, int]]:
        """All matches of a message, which is loaded and taken in for it; folded parts are unfolded."""
        view = self._view
        if view.document.messages[index].entry is None:
            view.scroller.to_message(index)
        message = view.document.messages[index]
        if message.entry is None:
            return []
        view.document.build_whole(index)
        if sum(len(block.find(self.query)) for block in message.views) < message.occurrences(self.query):
            message.unfold(view.context)
            view.document.build_whole(index)
        found = [
            (Place(index, number, start), end - start)
            for number, block in enumerate(message.views)
            for start, end in block.find(self.query)
        ]
        at = bisect_left(self._hits, (index, 0))
        if at < len(self._hits) and self._hits[at][0] == index:
            self._hits[at] = (index, len(found) or self._hits[at][1])
        return found

    def washes(self, place: Place, block: BlockView) -> list[Wash]:
        """The marks of a block that is being painted."""
        if not self.query:
            return []
        style = self._view.context.style
        now, length = self._place if self._place is not None else (None, 0)
        out = []
        for start, end in block.find(self.query):
            current = now == place._replace(offset=start) and end - start == length
            out.append(Wash(start, end, style.background(style.found_now if current else style.found)))
        return out


def _may_show(message: Message, words: str) -> bool:
    """Whether a message that is loaded shows the words; one that is not may."""
    return message.entry is None or message.occurrences(words.casefold()) > 0


class FindBar(QWidget):
    """A small bar over the transcript: what to find, how many there are, up, down, away."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self.setObjectName("FindBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Find in this chat")
        self.field.setAccessibleName("Find in this chat")
        self.field.setClearButtonEnabled(True)
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
        self._pause = QTimer(self)  # a query over a long chat is not run for each key
        self._pause.setSingleShot(True)
        self._pause.setInterval(120)
        self._pause.timeout.connect(self._search)
        self.field.textChanged.connect(self._pause.start)
        self.hide()

    def dress(self, theme: Theme) -> None:
        self.setStyleSheet(
            f"FindBar {{ background: {theme.panel}; border: 1px solid {theme.line}; border-radius: 8px; }}"
            f"FindBar QLabel {{ color: {theme.dim}; }}"
        )

    def place(self, right: int) -> None:
        """In the upper right corner of an area that ends at ``right``."""
        size = self.sizeHint()
        width = min(size.width(), right - 24)
        self.setGeometry(right - 12 - width, 8, width, size.height())

    def open(self) -> None:
        """Shows the bar with what is selected, ready to type."""
        if not self.isVisible():
            self.show()
            self.raise_()
        self._view.place_overlays()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        if self.field.text():
            self._search()

    def mark(self, words: str, key: str) -> None:
        """Shows the bar with what was found elsewhere, at its first place in the message ``key``; whoever found
        it keeps the focus. A message that is loaded and does not show the words (they stand in a file) has no
        marks, and none of an earlier search."""
        index = self._view.document.index(key)
        if index is None or not _may_show(self._view.document.messages[index], words):
            self.dismiss()
            return
        self.field.blockSignals(True)
        self.field.setText(words)
        self.field.blockSignals(False)
        self._pause.stop()
        self.show()
        self.raise_()
        self._view.place_overlays()
        self._view.finder.find(words)
        self._view.finder.step_to(index)
        self._tell()

    def refresh(self) -> None:
        """More of the conversation is known than when it was searched."""
        if self.isVisible() and self.field.text():
            fresh = not self._view.finder.count
            self._view.finder.recount()
            if fresh:
                self._view.finder.step(1)
            self._tell()

    def dismiss(self) -> None:
        """What was looked for is of no use any more; the focus stays where it is."""
        self._pause.stop()
        self.hide()
        self._view.finder.find("")

    def leave(self) -> None:
        self.dismiss()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, delta: int) -> None:
        if self._pause.isActive() or not self._view.finder.query:
            self._pause.stop()
            self._view.finder.find(self.field.text())
        self._view.finder.step(delta)
        self._tell()

    def _search(self) -> None:
        self._view.finder.find(self.field.text())
        self._view.finder.step(1)
        self._tell()

    def _tell(self) -> None:
        finder = self._view.finder
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
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self.step(-1 if back else 1)
        elif event.matches(QKeySequence.StandardKey.Find):
            self.field.selectAll()
        else:
            super().keyPressEvent(event)
