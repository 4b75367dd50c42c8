"""The parser that turns the text of a part into block views, a slice at a time, streamed or not."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from html import escape
from typing import Protocol

from workbench.rendering.blocks import Prose, Update

from .blocks import BlockView, Containers, view_of

SLICE = 2048  # characters parsed at once: about 2 ms
_PARAGRAPH = 1500  # characters of a typed paragraph that are laid out as one


class Stream(Protocol):
    """A growing text that answers each piece with the blocks that changed."""

    def append(self, text: str) -> Update: ...
    def finish_in_slices(self) -> Generator[None, None, Update]: ...


class TypedStream:
    """Text as it was typed: a paragraph for each line, blank lines included."""

    def __init__(self) -> None:
        self._open = ""
        self._closed = 0

    def append(self, text: str) -> Update:
        lines = (self._open + text).split("\n")
        self._open, keep = lines[-1], self._closed
        blocks: list[Prose] = []
        for line in lines:
            self._closed = keep + len(blocks)
            blocks += _typed(line, first=not keep and not blocks)
        return Update(keep, tuple(blocks))

    def finish_in_slices(self) -> Generator[None, None, Update]:
        yield
        return Update(self._closed + len(_typed(self._open, first=False)))


def _typed(line: str, *, first: bool) -> list[Prose]:
    """Returns the pieces of a line. They are ``continued`` because lines follow each other without a gap."""
    pieces = [line[at : at + _PARAGRAPH] for at in range(0, len(line), _PARAGRAPH)] or [""]
    return [
        Prose(escape(piece), piece if number or first else "\n" + piece, continued=not first or number > 0)
        for number, piece in enumerate(pieces)
    ]


class IncrementalParser:
    """The block views of one text. ``push`` only stores text; ``step`` parses a slice of it."""

    def __init__(self, key: str, markdown: bool, outside: Containers = ()) -> None:
        self.views: list[BlockView] = []
        self._source: list[str] = []
        self._key, self._outside = key, outside
        self._stream: Stream = _markdown() if markdown else TypedStream()
        self._waiting: deque[str] = deque()
        self._ended = False
        self._finishing: Generator[None, None, Update] | None = None
        self._finished = False

    @property
    def busy(self) -> bool:
        return bool(self._waiting) or (self._ended and not self._finished)

    @property
    def text(self) -> str:
        """All that was pushed."""
        return "".join(self._source)

    @property
    def waiting(self) -> int:
        """The number of characters that are not parsed yet."""
        return sum(map(len, self._waiting))

    def push(self, text: str) -> None:
        self._source.append(text)
        self._waiting.extend(text[at : at + SLICE] for at in range(0, len(text), SLICE))

    def end(self) -> None:
        """Says that no more text will come, which settles link definitions and loose lists."""
        self._ended = True

    def step(self) -> int:
        """Parses the next slice; returns the index of the first view that changed."""
        if self._waiting:
            pieces = [self._waiting.popleft()]
            size = len(pieces[0])
            while self._waiting and size + len(self._waiting[0]) <= SLICE:
                pieces.append(self._waiting.popleft())
                size += len(pieces[-1])
            return self._apply(self._stream.append("".join(pieces)))
        if not self.busy:
            return len(self.views)
        if self._finishing is None:
            self._finishing = self._stream.finish_in_slices()
        try:
            next(self._finishing)
        except StopIteration as done:
            self._finished, self._finishing = True, None
            return self._apply(done.value)
        return len(self.views)

    def _apply(self, update: Update) -> int:
        first = update.keep
        if update.grow and first:
            self.views[first - 1].grow(update.grow)
            first -= 1
        old = self.views[update.keep :]
        del self.views[update.keep :]
        for number, block in enumerate(update.blocks):
            before = old[number] if number < len(old) else None
            if before is not None and before.update_to(block):
                self.views.append(before)
            else:
                view = view_of(block, self._key, self._outside)
                if before is not None:
                    view.replace(before)
                self.views.append(view)
        return first


def _markdown() -> Stream:
    from workbench.rendering.stream import MarkdownStream  # loaded with the first message, not with the window

    return MarkdownStream()
