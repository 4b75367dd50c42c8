"""The accessibility of a transcript: its text in reading order, and announcements of finished replies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import TypeVar, cast

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
    QAccessibleTextInterface,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import Shiboken

from workbench.core.chat.parts import plain_text

from .canvas import Canvas
from .copying import paragraphs
from .document import Place
from .entries import Entry
from .scroller import Scroller
from .selection import Selection

W = TypeVar("W", bound=QWidget)

_ANNOUNCED = 1000  # characters of a finished reply that are read out
_ENDED = {
    "streaming": "The reply goes on.", "stopped": "The reply was stopped.",
    "interrupted": "The reply broke off.", "failed": "The reply failed.",
}  # fmt: skip


class TranscriptText(QAccessibleTextInterface):
    """The text of all loaded messages: for each its author and its blocks, a line break after each.

    Text is only gathered on request. A message that is not loaded has no text.
    """

    def __init__(self, canvas: Canvas, scroller: Scroller, selection: Selection) -> None:
        super().__init__()
        self._canvas, self._scroller, self._selection = canvas, scroller, selection
        self._version = -1
        self._texts: list[str] = []
        self._places: list[Place] = []
        self._starts: list[int] = []

    def _gather(self) -> None:
        document = self._canvas.document
        if self._version == document.version:
            return
        self._texts, self._places = [], []
        for index, message in enumerate(document.messages):
            if message.entry is None:
                continue
            document.build_whole(index)
            self._texts.append(message.entry.author or message.role)
            self._places.append(Place(index, -1, 0))
            for number, text in paragraphs(message):
                self._texts.append(text)
                self._places.append(Place(index, number, 0))
        self._starts = [0, *accumulate(len(text) + 1 for text in self._texts)]
        self._version = document.version

    def characterCount(self) -> int:
        self._gather()
        return max(0, self._starts[-1] - 1)

    def text(self, start: int, end: int) -> str:
        self._gather()
        if end < 0:
            end = self._starts[-1]
        first = max(0, bisect_right(self._starts, start) - 1)
        out, at = [], self._starts[first]
        for text in self._texts[first:]:
            if at >= end:
                break
            out.append(text)
            at += len(text) + 1
        skip = start - self._starts[first]
        return "\n".join(out)[skip : skip + end - start]

    def _place(self, offset: int) -> Place:
        self._gather()
        if not self._places:
            return Place(0, 0, 0)
        at = min(max(0, bisect_right(self._starts, offset) - 1), len(self._places) - 1)
        place = self._places[at]
        return place._replace(offset=offset - self._starts[at])

    def _offset(self, place: Place) -> int:
        self._gather()
        at = bisect_right(self._places, (place.message, place.block, place.offset)) - 1
        return self._starts[at] + place.offset if at >= 0 else 0

    def cursorPosition(self) -> int:
        return self._offset(self._selection.cursor)

    def setCursorPosition(self, position: int) -> None:
        place = self._place(position)
        self._selection.set(place, place)
        self._scroller.reveal(place)

    def selectionCount(self) -> int:
        return 0

    def addSelection(self, start: int, end: int) -> None:
        self._selection.set(self._place(start), self._place(end))

    def setSelection(self, index: int, start: int, end: int) -> None:
        self.addSelection(start, end)

    def removeSelection(self, index: int) -> None:
        self._selection.clear()

    def characterRect(self, offset: int) -> QRect:
        rect = self._canvas.caret_rect(self._place(offset))
        return QRect(self._canvas.viewport.mapToGlobal(rect.topLeft()), rect.size())

    def offsetAtPoint(self, point: QPoint) -> int:
        return self._offset(self._canvas.place_at(self._canvas.viewport.mapFromGlobal(point)))

    def scrollToSubstring(self, start: int, end: int) -> None:
        self._scroller.reveal(self._place(start))


class AccessibleTranscript(QAccessibleWidget):
    """A document with text."""

    def __init__(self, view: QWidget, text: TranscriptText) -> None:
        super().__init__(view, QAccessible.Role.Document)
        self._text = text

    def interface_cast(self, kind: QAccessible.InterfaceType) -> object:  # type: ignore[override]
        if kind == QAccessible.InterfaceType.TextInterface:
            return self._text
        # The binding crashes on None: it must be a null pointer.
        return super().interface_cast(kind) or Shiboken.VoidPtr(0)


_installed: set[type[QWidget]] = set()


def install_factory(kind: type[W], make: Callable[[W], QAccessibleInterface]) -> None:
    """Has Qt call ``make`` for the accessibility of widgets of a class, from the first call on."""

    def make_for(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
        return make(thing) if isinstance(thing, kind) else None

    if kind not in _installed:
        _installed.add(kind)
        QAccessible.installFactory(make_for)


def announce(view: QWidget, entry: Entry) -> None:
    """Has a screen reader say that a reply is there, and how it begins. Does nothing when none is running."""
    if not QAccessible.isActive():
        return
    text = f"{entry.author}: {plain_text(entry.parts)}" if entry.state == "complete" else _ENDED[entry.state]
    event = QAccessibleAnnouncementEvent(view, text[:_ANNOUNCED])
    QAccessible.updateAccessibility(cast(QAccessibleEvent, event))
