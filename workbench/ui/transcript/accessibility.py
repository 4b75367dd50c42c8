"""The transcript for assistive technology: its text in reading order, and news of finished replies."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
    QAccessibleTextInterface,
)
from PySide6.QtWidgets import QAccessibleWidget
from shiboken6 import Shiboken

from workbench.core.chat.parts import plain_text

from .copying import paragraphs
from .document import Place
from .entries import Entry

if TYPE_CHECKING:
    from .view import TranscriptView

_ANNOUNCED = 1000  # characters of a finished reply that are read out by themselves
_ENDED = {
    "streaming": "The reply goes on.", "stopped": "The reply was stopped.",
    "interrupted": "The reply broke off.", "failed": "The reply failed.",
}  # fmt: skip


class TranscriptText(QAccessibleTextInterface):
    """The text of all loaded messages: for each its author and its blocks, a line break after each.

    Text is only gathered when somebody asks. A message that is not loaded has no text.
    """

    def __init__(self, view: TranscriptView) -> None:
        super().__init__()
        self._view = view
        self._version = -1
        self._texts: list[str] = []
        self._places: list[Place] = []
        self._starts: list[int] = []

    def _gather(self) -> None:
        if self._version == self._view.version:
            return
        self._texts, self._places = [], []
        for index, message in enumerate(self._view.document.messages):
            if message.entry is None:
                continue
            self._view.document.build_whole(index)
            self._texts.append(message.entry.author or message.role)
            self._places.append(Place(index, -1, 0))
            for number, text in paragraphs(message):
                self._texts.append(text)
                self._places.append(Place(index, number, 0))
        self._starts = [0, *accumulate(len(text) + 1 for text in self._texts)]
        self._version = self._view.version

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
        return self._offset(self._view.selection.cursor)

    def setCursorPosition(self, position: int) -> None:
        place = self._place(position)
        self._view.selection.set(place, place)
        self._view.scroller.reveal(place)

    def selectionCount(self) -> int:
        return 0

    def addSelection(self, start: int, end: int) -> None:
        self._view.selection.set(self._place(start), self._place(end))

    def setSelection(self, index: int, start: int, end: int) -> None:
        self.addSelection(start, end)

    def removeSelection(self, index: int) -> None:
        self._view.selection.clear()

    def characterRect(self, offset: int) -> QRect:
        rect = self._view.scroller.caret_rect(self._place(offset))
        return QRect(self._view.port.mapToGlobal(rect.topLeft()), rect.size())

    def offsetAtPoint(self, point: QPoint) -> int:
        return self._offset(self._view.pointer.place_at(self._view.port.mapFromGlobal(point)))

    def scrollToSubstring(self, start: int, end: int) -> None:
        self._view.scroller.reveal(self._place(start))


class AccessibleTranscript(QAccessibleWidget):
    """A document with text."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view, QAccessible.Role.Document)
        self._text = TranscriptText(view)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> object:  # type: ignore[override]
        if kind == QAccessible.InterfaceType.TextInterface:
            return self._text
        # The binding takes None for a pointer and crashes on it: an empty pointer has to be said.
        return super().interface_cast(kind) or Shiboken.VoidPtr(0)


def _make(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
    from .view import TranscriptView

    if not isinstance(thing, TranscriptView):
        return None
    # Qt keeps the pointer only; the object lives as long as the view holds it.
    thing.accessible = AccessibleTranscript(thing)
    return thing.accessible


@cache
def install() -> None:
    """Makes Qt ask us about transcripts, once for the process."""
    QAccessible.installFactory(_make)


def announce(view: TranscriptView, entry: Entry) -> None:
    """Has a screen reader say that a reply is there, and how it begins. Nothing happens where none runs."""
    if not QAccessible.isActive():
        return
    text = f"{entry.author}: {plain_text(entry.parts)}" if entry.state == "complete" else _ENDED[entry.state]
    event = QAccessibleAnnouncementEvent(view, text[:_ANNOUNCED])
    QAccessible.updateAccessibility(cast(QAccessibleEvent, event))
