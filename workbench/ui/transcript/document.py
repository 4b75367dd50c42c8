"""The document of a transcript: all messages of a chat from top to bottom, and what is at which height."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .blocks import BlockView, Context
from .entries import Entry, EntryHeader
from .heights import Heights
from .message import Message


class Place(NamedTuple):
    """A place in the text: message, block and offset, counted from 0. Places compare in reading order."""

    message: int
    block: int
    offset: int


class ScrollAnchor(NamedTuple):
    """Something that must not move on the screen: a block, the block's anchor in it, and where that is (pixels below
    the viewport's top). With block -1 it is a message, and ``inner`` the pixels below its top."""

    message: int
    block: int
    inner: object
    y: int


KEPT_BLOCKS = 500  # blocks that stay laid out: more than a screen, even of one-line items
KEPT_MESSAGES = 200  # messages that stay parsed
_AT_ONCE = 20_000  # characters of a message that are parsed as soon as it is visible; longer ones in slices


class Document:
    """The messages and where they are. Heights are pixels from the top of the first. ``version`` counts changes of
    the text."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.version = 0
        self.messages: list[Message] = []
        self.heights = Heights()
        self._index: dict[str, int] = {}
        self._laid: dict[BlockView, None] = {}  # blocks that were visible, the latest last
        self._near: dict[str, None] = {}  # messages that were visible, the latest last

    # --- contents -------------------------------------------------------------------------------

    def set_entries(self, entries: Sequence[Entry | EntryHeader], *, reuse: bool = False) -> None:
        """Shows other messages; with ``reuse`` those that were there before stay as they are laid out."""
        self.version += 1
        known = {message.key: message for message in self.messages} if reuse else {}
        self.messages = [self._message(entry, known.get(entry.key)) for entry in entries]
        self._reindex()
        for message in self.messages:
            message.height = message.measure(self.context)
        self.heights = Heights(message.height for message in self.messages)

    def _message(self, entry: Entry | EntryHeader, known: Message | None) -> Message:
        if known is None or known.entry is None:
            return Message(entry)
        if isinstance(entry, EntryHeader):
            known.stale, known.requested = True, False
        elif entry != known.entry:
            known.update_to(entry, self.context)
        return known

    def provide(self, entry: Entry) -> None:
        """Fills a message of which only the header is known, or updates a stale one; leaves any other as it is."""
        message = self.get(entry.key)
        if message is None:
            return
        self.version += 1
        message.requested = False
        if message.entry is None:
            message.entry, message.size, message.role = entry, entry.size, entry.role
        elif message.stale:
            self.update(entry)

    def update(self, entry: Entry) -> None:
        """Shows another state of a message that is there."""
        self.version += 1
        index = self._index[entry.key]
        message = self.messages[index]
        message.stale = False
        if message.entry != entry:
            message.update_to(entry, self.context)
            while message.size < _AT_ONCE and message.step(self.context):
                pass
            self.remeasure(index)

    def add(self, entry: Entry) -> None:
        """Appends a message."""
        self.version += 1
        message = Message(entry)
        self._index[entry.key] = len(self.messages)
        self.messages.append(message)
        message.build(self.context)
        message.height = message.measure(self.context)
        self.heights.append(message.height)

    def _reindex(self) -> None:
        self._index = {message.key: number for number, message in enumerate(self.messages)}

    def index(self, key: str) -> int | None:
        return self._index.get(key)

    def get(self, key: str) -> Message | None:
        index = self._index.get(key)
        return None if index is None else self.messages[index]

    # --- geometry -------------------------------------------------------------------------------

    def total(self) -> int:
        return self.heights.total()

    def remeasure(self, index: int) -> None:
        """Updates a message's height."""
        message = self.messages[index]
        message.height = message.measure(self.context)
        self.heights.set(index, message.height)

    def visible(self, top: int, bottom: int) -> range:
        """Returns the messages between two heights."""
        if not self.messages:
            return range(0)
        return range(self.heights.find(max(0, top)), self.heights.find(max(0, bottom)) + 1)

    def lay_out(self, top: int, bottom: int) -> tuple[int | None, list[str]]:
        """Makes everything between two heights exact. Returns the height from which on things moved (``None`` when
        nothing did), and the keys of messages that have to be loaded first."""
        moved: int | None = None
        missing: list[str] = []
        for index in self.visible(top, bottom):
            message, y = self.messages[index], self.heights.offset(index)
            if (message.entry is None or message.stale) and not message.requested:
                message.requested = True
                missing.append(message.key)
            if message.entry is None:
                continue
            changed: int | None = None
            if not message.built:
                message.build(self.context)
                while message.size < _AT_ONCE and message.step(self.context):
                    pass
                changed = 0
            laid = message.lay_out(self.context, top - y, bottom - y)
            if changed is None:
                changed = laid
            if changed is not None or self.heights[index] != message.height:
                self.remeasure(index)
                moved = min(y + (changed or 0), moved if moved is not None else y + (changed or 0))
        return moved, missing

    def pop_dirty_y(self, index: int) -> int:
        """Returns the height from which on a message has to be painted again since the last call."""
        return self.heights.offset(index) + self.messages[index].pop_dirty_y(self.context.style)

    def build_whole(self, index: int) -> None:
        """Parses all of a loaded message's text at once."""
        message = self.messages[index]
        if not message.built:
            message.build(self.context)
        while message.step(self.context):
            pass
        self.remeasure(index)

    def trim(self, top: int, bottom: int) -> None:
        """Drops what was laid out or loaded and has not been visible for long; ``top`` and ``bottom`` are visible."""
        style = self.context.style
        for index in self.visible(top, bottom):
            message, y = self.messages[index], self.heights.offset(index)
            self._near.pop(message.key, None)
            self._near[message.key] = None
            for view in message.views[message.block_at(style, top - y) : message.block_at(style, bottom - y) + 1]:
                self._laid.pop(view, None)
                self._laid[view] = None
        while len(self._laid) > KEPT_BLOCKS:
            view = next(iter(self._laid))
            del self._laid[view]
            view.release()
            view.laid = False
        while len(self._near) > KEPT_MESSAGES:
            key = next(iter(self._near))
            del self._near[key]
            known = self.get(key)
            if known is not None:
                known.unload()

    def invalidate_waiting(self) -> None:
        """Has blocks that wait for a picture laid out again."""
        for view in self._laid:
            if view.waiting:
                view.layout_key = None

    # --- places ---------------------------------------------------------------------------------

    def anchor_at(self, y: int, screen: int) -> ScrollAnchor | None:
        """Returns what is at height ``y``, to stay ``screen`` pixels below the viewport's top: the block there, or
        the next one when less than a line of that is left."""
        if not self.messages:
            return None
        style = self.context.style
        index = self.heights.find(y)
        message, start = self.messages[index], self.heights.offset(index)
        inside = y - start
        if not message.views or inside < message.content_top(style):
            return ScrollAnchor(index, -1, inside, screen)
        block = message.block_at(style, inside)
        if inside + style.line > message.block_top(style, block) + message.views[block].height:
            block += 1
        if block < len(message.views):
            block_top = message.block_top(style, block)
            inner = message.views[block].anchor(max(0, inside - block_top))
            return ScrollAnchor(index, block, inner, screen + max(0, block_top - inside))
        if index + 1 < len(self.messages):
            return ScrollAnchor(index + 1, -1, 0, screen + start + self.heights[index] - y)
        return ScrollAnchor(index, -1, inside, screen)

    def y_of(self, anchor: ScrollAnchor) -> int:
        """Returns the height at which an anchor is now."""
        index = min(anchor.message, len(self.messages) - 1)
        message, y = self.messages[index], self.heights.offset(index)
        if anchor.block < 0 or anchor.block >= len(message.views):
            return y + (anchor.inner if isinstance(anchor.inner, int) else 0)
        view = message.views[anchor.block]
        return y + message.block_top(self.context.style, anchor.block) + view.y_of(anchor.inner)

    def block(self, place: Place) -> BlockView | None:
        if 0 <= place.message < len(self.messages):
            views = self.messages[place.message].views
            if 0 <= place.block < len(views):
                return views[place.block]
        return None

    def end(self) -> Place:
        """Returns the end of all text."""
        last = len(self.messages) - 1
        if last < 0:
            return Place(0, 0, 0)
        views = self.messages[last].views
        return Place(last, len(views) - 1, views[-1].length()) if views else Place(last, 0, 0)
