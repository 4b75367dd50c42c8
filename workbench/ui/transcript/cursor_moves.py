"""The moves of the text cursor in a transcript: by character, word, line, paragraph and page."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPoint, QRect

from .canvas import Canvas
from .document import Place
from .scroller import Scroller

Move = Literal["left", "right", "up", "down", "home", "end", "page up", "page down"]


class CursorMoves:
    """Computes where a key takes the cursor, across blocks and messages. Up and down it stays in its column."""

    def __init__(self, canvas: Canvas, scroller: Scroller) -> None:
        self._canvas, self._scroller = canvas, scroller
        self._column = -1  # the x to stay at, -1 for that of the cursor

    def moved(self, place: Place, move: Move, control: bool) -> Place:
        """Returns where a move goes; with ``control`` by word, by paragraph, or to the start or the end of all."""
        delta = -1 if move in ("left", "up", "home", "page up") else 1
        match move:
            case "up" | "down" if control:
                return self._by_paragraph(place, delta)
            case "up" | "down":
                return self._by_line(place, delta)
            case "page up" | "page down":
                return self._by_line(place, delta, self._canvas.viewport.height())
        self._column = -1
        if move in ("left", "right"):
            return self._by_character(place, delta, control)
        if control:
            return self._canvas.document.end() if delta > 0 else Place(0, 0, 0)
        return self._line_end(place, delta)

    def _by_character(self, place: Place, delta: int, by_word: bool) -> Place:
        block = self._canvas.document.block(place)
        if block is None:
            return place
        offset = place.offset + delta
        if by_word and 0 <= offset <= block.length():
            start, end = block.word_at(place.offset if delta > 0 else max(0, place.offset - 1))
            offset = end if delta > 0 else start
            if offset == place.offset:
                offset += delta
        if 0 <= offset <= block.length():
            return place._replace(offset=offset)
        return self._next_block(place, delta)

    def _next_block(self, place: Place, delta: int) -> Place:
        """Returns the nearest end of the next or the previous block that has text."""
        messages = self._canvas.document.messages
        index, number = place.message, place.block + delta
        while 0 <= index < len(messages):
            views = messages[index].views
            while 0 <= number < len(views):
                length = views[number].length()
                if length:
                    return Place(index, number, 0 if delta > 0 else length)
                number += delta
            index += delta
            number = 0 if delta > 0 else (len(messages[index].views) - 1 if index >= 0 else -1)
        return place

    def _by_paragraph(self, place: Place, delta: int) -> Place:
        block = self._canvas.document.block(place)
        end = block.length() if block is not None else 0
        if delta > 0:
            return place._replace(offset=end) if place.offset < end else self._next_block(place, 1)
        return place._replace(offset=0) if place.offset else self._next_block(place, -1)

    def _line_end(self, place: Place, delta: int) -> Place:
        x = self._canvas.viewport.width() * (2 if delta > 0 else -1)
        found = self._canvas.place_at(QPoint(x, self._caret(place).center().y()))
        return found if found[:2] == place[:2] else place

    def _by_line(self, place: Place, delta: int, page: int = 0) -> Place:
        """Moves by a line, or by ``page`` pixels."""
        caret = self._caret(place)
        if self._column < 0:
            self._column = caret.left()
        y = caret.center().y() + delta * (page or caret.height())
        found = self._canvas.place_at(QPoint(self._column, y))
        if found == place or (found < place) != (delta < 0):
            return self._next_block(place, delta)
        return found

    def _caret(self, place: Place) -> QRect:
        self._scroller.reveal(place)
        return self._canvas.caret_rect(place)
