"""The transcript: a scrolling view of messages that costs what is visible."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from workbench.ui.theme.tokens import LIGHT, Theme

from . import accessibility
from .background_worker import BackgroundWorker
from .block_host import ViewHost
from .blocks import Context
from .copying import to_clipboard
from .document import Document
from .entries import Entry, EntryStub
from .find import FindBar, Finder, Search
from .keys import Keyboard
from .message import FOOTER, HEADER, Message
from .overlays import LatestPill
from .painting import MARGIN, paint_transcript
from .pictures import PictureStore
from .pointer import Pointer
from .scrolling import Scroller
from .selection import Selection
from .streaming import Streamer
from .style import ZOOMS, Style


def _no_shortcut(_key: str, _action: str) -> str:
    return ""


class TranscriptView(QAbstractScrollArea):
    """Shows entries, streams into the last ones, and says what the user wants done with them.

    It owns no data: contents of stubs are asked for through ``load`` when they come near, and arrive
    through ``provide``. Nothing that a message contains is fetched, opened or run from here; links go out as
    a signal once their scheme is one of ``host.SCHEMES``.
    """

    action_requested = Signal(str, str)  # key of the entry, name of the action
    sibling_requested = Signal(str, int)  # key of the entry, -1 or 1
    link_activated = Signal(str)  # an address with an allowed scheme
    link_hovered = Signal(str)  # the target under the mouse or the focus, "" for none
    image_activated = Signal(str, str)  # key of the entry, identity of the image
    image_needed = Signal(str)  # identity of an image whose bytes are wanted: see provide_image
    save_code_requested = Signal(str, str)  # text, language
    following_changed = Signal(bool)
    zoom_changed = Signal(float)
    room_changed = Signal()  # the viewport has another size: the window has, or a scroll bar came or went

    def __init__(self, theme: Theme = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Transcript")
        self.setObjectName("Transcript")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.port = self.viewport()  # asking Qt for it costs as much as drawing a line
        self.port.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        worker = BackgroundWorker(self)
        self._pictures = PictureStore(worker, self)
        self._pictures.arrived.connect(self._on_pictures)
        self._pictures.needed.connect(self.image_needed)
        self.host = ViewHost(self)
        self.context = Context(Style(theme), self._pictures, self.host, worker)
        self.document = Document(self.context)
        self.scroller = Scroller(self)
        self.streamer = Streamer(self)
        self.selection = Selection(self)
        self.pointer = Pointer(self)
        self.keyboard = Keyboard(self)
        self.finder = Finder(self)
        self.version = 0  # counts changes of the text
        self.accessible: accessibility.AccessibleTranscript | None = None
        self.current = -1  # the message that the keyboard is at
        self._load: Callable[[list[str]], None] | None = None
        self.shortcut_of: Callable[[str, str], str] = _no_shortcut
        self.pill = LatestPill(self)
        self.pill.clicked.connect(self.follow)
        self.find_bar = FindBar(self)
        self._dress()
        accessibility.install()

    def set_shortcuts(self, shortcut_of: Callable[[str, str], str]) -> None:
        """``shortcut_of(key, action)`` names the key that runs an action on that very message, ``""`` for none."""
        self.shortcut_of = shortcut_of

    # --- contents -------------------------------------------------------------------------------

    def set_entries(
        self,
        entries: Sequence[Entry | EntryStub],
        load: Callable[[list[str]], None] | None = None,
        *,
        stay: bool = False,
    ) -> None:
        """Shows another conversation, at its end; with ``stay`` another state of the same one, and what the
        reader looks at does not move. ``load`` is called with the keys of stubs that come near; it answers
        with ``provide``, at once or later."""
        edge = self.scroller.edge() if stay and not self.scroller.following else None
        key = self.document.messages[edge.message].key if edge is not None else ""
        self._load = load
        self.streamer.clear()
        self.selection.clear()
        self.current = -1
        self._set_width()
        self.document.set(entries, reuse=stay)
        self.version += 1
        index = self.document.index(key)
        if edge is None or index is None:
            self.scroller.set_following(True)
            self.scroller.settle()
        else:
            self.scroller.settle(edge._replace(message=index))

    def provide(self, entries: Sequence[Entry]) -> None:
        """The contents of stubs; unknown keys are ignored."""
        for entry in entries:
            message = self.document.get(entry.key)
            if message is None:
                continue
            message.wanted = False
            if message.entry is None:
                message.entry, message.size, message.role = entry, entry.size, entry.role
            elif message.stale:
                self.document.renew(entry)
        self.version += 1
        if not self.scroller.settling:
            self.scroller.settle(self.scroller.edge())
        self.finder.arrived()

    def begin(self, entry: Entry) -> None:
        """Adds a message at the end, as a rule one that streams."""
        self.document.add(entry)
        self.version += 1
        self.port.update()  # the actions of what was the last message go
        self.streamer.wake(entry.key)

    def append_text(self, key: str, text: str) -> None:
        self._message(key).push_text(text, self.context)
        self.streamer.wake(key)

    def append_reasoning(self, key: str, text: str) -> None:
        self._message(key).push_reasoning(text, self.context)
        self.streamer.wake(key)

    def finish(self, key: str, entry: Entry) -> None:
        """The whole message, now that its stream has ended, however it ended."""
        self._message(key).finish(entry, self.context)
        self.streamer.wake(key)
        self.port.update()
        accessibility.announce(self, entry)

    def update_entry(self, entry: Entry) -> None:
        """Replaces a message that changed, wherever it stands. What is visible does not move."""
        if self.document.index(entry.key) is None:
            return
        edge = self.scroller.edge()
        self.document.renew(entry)
        self.version += 1
        self.streamer.wake(entry.key)
        self.scroller.settle(edge)

    @property
    def following(self) -> bool:
        """Whether the end stays visible while text arrives."""
        return self.scroller.following

    @property
    def streaming(self) -> bool:
        """Whether a message is still being written."""
        last = self.document.messages[-1].entry if self.document.messages else None
        return last is not None and last.state == "streaming"

    def is_busy(self, key: str) -> bool:
        """Whether a message has text that is not shown yet."""
        return self.streamer.is_busy(key)

    def provide_image(self, ident: str, data: bytes) -> None:
        """The bytes of an image that ``image_needed`` asked for."""
        self._pictures.provide(ident, data)

    def _message(self, key: str) -> Message:
        message = self.document.get(key)
        if message is None:
            raise KeyError(f"The transcript shows no message {key}.")
        return message

    # --- appearance -----------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        self._restyle(Style(theme, self.context.style.zoom))

    def keep_reasoning_open(self, on: bool) -> None:
        """Whether the reasoning of replies that are shown from now on stays unfolded."""
        self.context.reasoning_open = on

    def set_zoom(self, zoom: float) -> None:
        """1.0 is 100 %."""
        zoom = min(max(zoom, ZOOMS[0]), ZOOMS[-1])
        if zoom != self.context.style.zoom:
            self._restyle(Style(self.context.style.theme, zoom))
            self.zoom_changed.emit(zoom)

    def zoom_by(self, steps: int) -> None:
        nearest = min(range(len(ZOOMS)), key=lambda at: abs(ZOOMS[at] - self.context.style.zoom))
        self.set_zoom(ZOOMS[max(0, min(nearest + steps, len(ZOOMS) - 1))])

    def _restyle(self, style: Style) -> None:
        hold = self.scroller.edge()
        self.context.style = style
        self._dress()
        self._set_width()
        self.scroller.settle(hold)

    def _dress(self) -> None:
        theme = self.context.style.theme
        self._pictures.set_colour(theme.text)
        self.pill.dress(theme)
        self.find_bar.dress(theme)
        self.verticalScrollBar().setSingleStep(self.context.style.line)

    # --- where things are -----------------------------------------------------------------------

    @property
    def left(self) -> int:
        """The left edge of the column in the viewport."""
        return (self.port.width() - self.context.width) // 2

    def _set_width(self) -> bool:
        style = self.context.style
        room = self.port.width() - 2 * style.px(16)
        width = max(style.px(160), min(style.column, room))
        changed = width != self.context.width
        self.context.width = width
        return changed

    def fetch(self, keys: list[str]) -> None:
        """Asks for the contents of stubs."""
        if self._load is not None:
            self._load(keys)

    def follow(self) -> None:
        """Goes to the end and stays there while text arrives."""
        self.scroller.set_following(True)
        self.scroller.settle()

    def scroll_to(self, key: str) -> None:
        """Scrolls to the start of a message."""
        index = self.document.index(key)
        if index is not None:
            self.scroller.to_message(index)

    def draw_block(self, index: int, block: int) -> None:
        """Has a block painted again, where it is visible."""
        message = self.document.messages[index]
        y = self._y_of(index) + message.place(self.context.style, block)
        self.port.update(0, y, self.port.width(), message.views[block].height)

    def draw_chrome(self, index: int) -> None:
        """Has a message's header and footer painted again."""
        y, message = self._y_of(index), self.document.messages[index]
        header, footer = self.context.style.px(HEADER), self.context.style.px(FOOTER)
        self.port.update(0, y, self.port.width(), header)
        self.port.update(0, y + message.height - footer, self.port.width(), footer)

    def _y_of(self, index: int) -> int:
        """The top of a message in the viewport."""
        return self.document.heights.offset(index) + MARGIN - self.scroller.top

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.scroller.scrolled_to(self.verticalScrollBar().value())

    # --- the message that is current ------------------------------------------------------------

    def set_current(self, index: int, reveal: bool = True) -> None:
        """Makes a message the one that keys go to."""
        self.current = max(-1, min(index, len(self.document.messages) - 1))
        if reveal and self.current >= 0:
            self._reveal(self.current)
        self.port.update()

    def _reveal(self, index: int) -> None:
        top = self.document.heights.offset(index) + MARGIN
        height = self.port.height()
        if top < self.scroller.top or top + min(self.document.heights[index], height) > self.scroller.top + height:
            self.scroller.to_message(index)

    def shows_actions(self, index: int) -> bool:
        """Whether a message's actions are visible: under the mouse, at the keyboard, and on the last one."""
        message = self.document.messages[index]
        if message.entry is None or message.entry.state == "streaming":
            return False
        return index in (self.pointer.message, len(self.document.messages) - 1) or (
            index == self.current and self.hasFocus()
        )

    def lit(self, index: int, block: int) -> QRect | None:
        """The hot spot of a block that the mouse or the keyboard is at."""
        if (self.pointer.message, self.pointer.block) == (index, block) and self.pointer.hot is not None:
            return self.pointer.hot.rect
        focused = self.keyboard.focused
        if index == self.current and focused is not None and focused[0] == block and self.hasFocus():
            hot = self.keyboard.hot()
            return hot.rect if hot is not None else None
        return None

    def open_menu_of_current(self) -> None:
        if 0 <= self.current < len(self.document.messages):
            self.host.open_menu(self.document.messages[self.current].key)

    def open_find(self) -> None:
        """Shows the find bar."""
        self.find_bar.open()

    def find_text(self, query: str) -> int:
        """Marks ``query`` wherever it stands, and says how often that is."""
        return self.finder.find(query)

    def find_next(self, delta: int = 1) -> bool:
        """To the next match, or with -1 to the previous one."""
        if self.find_bar.isVisible():
            self.find_bar.step(delta)
            return self.finder.count > 0
        return self.finder.step(delta)

    def set_search(self, search: Search | None) -> None:
        """How to find in messages that are not loaded."""
        self.finder.search = search

    def copy(self) -> None:
        """Puts what is selected on the clipboard, as plain text and as Markdown."""
        if not self.selection.empty:
            to_clipboard(self.selection.stretches(), self.document.messages)

    def turn(self, key: str, delta: int) -> None:
        self.sibling_requested.emit(key, delta)

    def _on_pictures(self) -> None:
        edge = self.scroller.edge()
        self.document.restamp_pictures()
        self.scroller.settle(edge)

    # --- events ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.port)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # places are given; text knows its own direction
        # Two strips far apart do not cost what lies between them. (The stubs do not know that regions iterate.)
        for rect in event.region():  # type: ignore[attr-defined]
            painter.setClipRect(rect)
            paint_transcript(painter, rect, self)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        hold = self.scroller.edge()
        self._set_width()
        self.scroller.settle(hold)
        self.place_overlays()
        self.room_changed.emit()

    def place_overlays(self) -> None:
        """Puts the pill and the find bar where they belong."""
        self.pill.place(self.width(), self.height())
        self.find_bar.place(self.port.geometry().right())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.open_menu_of_current()
            return
        index = self.pointer.locate(event.pos())[0]
        if index >= 0:
            self.host.open_menu(self.document.messages[index].key, event.pos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
        elif not self.pointer.wheel(event):
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keyboard.handle(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self.keyboard.tab(forward) or super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.port.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.keyboard.focused = None
        self.port.update()

    def sizeHint(self) -> QSize:
        return QSize(760, 600)
