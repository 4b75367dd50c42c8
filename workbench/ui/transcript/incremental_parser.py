"""Text of a part becoming block views, a slice at a time: for a stream and for an old message alike."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from html import escape
from typing import Protocol

from workbench.rendering.blocks import Prose, Update

from .blocks import BlockView, Containers, view_of

SLICE = 2048  # characters handed to the renderer at once: about 2 ms
_PARAGRAPH = 1500  # characters of a typed paragraph that are laid out as one


class Stream(Protocol):
    def append(self, text: str) -> Update: ...
    def finish_in_slices(self) -> Generator[None, None, Update]: ...


class TypedStream:
    """Text as it was typed: a paragraph for each line, blank lines kept as they are."""

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
    """The pieces of a line; ``continued`` because a line stands close below the one before it."""
    pieces = [line[at : at + _PARAGRAPH] for at in range(0, len(line), _PARAGRAPH)] or [""]
    return [
        Prose(escape(piece), piece if number or first else "\n" + piece, continued=not first or number > 0)
        for number, piece in enumerate(pieces)
    ]


class IncrementalParser:
    """The blocks of one text. ``push`` costs nothing; ``step`` does a bounded piece of the work."""

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
        """Characters that are not taken in yet."""
        return sum(map(len, self._waiting))

    def push(self, text: str) -> None:
        self._source.append(text)
        self._waiting.extend(text[at : at + SLICE] for at in range(0, len(text), SLICE))

    def end(self) -> None:
        """No more text will come: link definitions and loose lists are settled."""
        self._ended = True

    def step(self) -> int:
        """Takes in the next slice; the first view that changed."""
        if self._waiting:
            taken = [self._waiting.popleft()]
            size = len(taken[0])
            while self._waiting and size + len(self._waiting[0]) <= SLICE:
                taken.append(self._waiting.popleft())
                size += len(taken[-1])
            return self._apply(self._stream.append("".join(taken)))
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
            was = old[number] if number < len(old) else None
            if was is not None and was.become(block):
                self.views.append(was)
            else:
                made = view_of(block, self._key, self._outside)
                if was is not None:
                    made.follow(was)
                self.views.append(made)
        return first


def _markdown() -> Stream:
    from workbench.rendering.stream import MarkdownStream  # loaded with the first message, not with the window

    return MarkdownStream()
