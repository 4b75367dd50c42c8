"""The transcript: a scrolling view of messages that costs what is visible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QMenu, QToolButton, QWidget

from workbench.ui.theme import LIGHT, Theme

from . import accessibility
from .blocks import BlockView, Context
from .copying import clean, to_clipboard
from .document import Document, Hold, Place
from .entries import Entry, EntryStub
from .flow import Wash
from .keys import Keyboard
from .message import Message
from .painting import MARGIN, paint_transcript
from .pictures import PictureStore
from .pointer import Pointer
from .selection import Selection
from .style import ZOOMS, Style
from .workshop import Workshop

FRAME = 16  # milliseconds
SLICE_BUDGET = 0.007  # seconds of a frame spent on taking in text
WORK_BUDGET = 0.004  # seconds of a frame spent on colouring
AHEAD = 240  # pixels laid out above and below what is visible
SCHEMES = ("http", "https", "mailto")


class TranscriptView(QAbstractScrollArea):
    """Shows entries, streams into the last ones, and says what the user wants done with them.

    It owns no data: contents of stubs are asked for through ``load`` when they come near, and arrive
    through ``provide``. Nothing that a message contains is fetched, opened or run from here; links go out as
    a signal once their scheme is one of ``SCHEMES``.
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

    def __init__(self, theme: Theme = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Transcript")
        self.setObjectName("Transcript")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._pictures = PictureStore(self)
        self._pictures.arrived.connect(self._on_picture)
        self._pictures.needed.connect(self.image_needed)
        self.context = Context(Style(theme), self._pictures, self, Workshop(self))
        self.document = Document(self.context)
        self.selection = Selection(self)
        self.pointer = Pointer(self)
        self.keyboard = Keyboard(self)
        self.version = 0  # counts changes of the text
        self.accessible: accessibility.AccessibleTranscript | None = None
        self.current = -1  # the message that the keyboard is at
        self.following = True
        self.top = 0  # height of the document at the viewport's upper edge
        self._load: Callable[[list[str]], None] | None = None
        self._busy: dict[str, None] = {}  # messages with text to take in, in the order they asked
        self._working: dict[BlockView, None] = {}  # visible blocks with work to go on with
        self._settling = False
        self._last_frame = 0.0
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._frame)
        self.pill = QToolButton(self)
        self.pill.setText("↓ Latest")
        self.pill.setAccessibleName("Latest")
        self.pill.setObjectName("Latest")
        self.pill.setCursor(Qt.CursorShape.PointingHandCursor)
        self.pill.clicked.connect(self.follow)
        self.pill.hide()
        self._dress()
        accessibility.install()

    # --- contents -------------------------------------------------------------------------------

    def set_entries(
        self, entries: Sequence[Entry | EntryStub], load: Callable[[list[str]], None] | None = None
    ) -> None:
        """Shows another conversation, at its end. ``load`` is called with the keys of stubs that come near;
        it answers with ``provide``, at once or later."""
        self._load = load
        self._busy.clear()
        self.selection.clear()
        self.current = -1
        self._set_width()
        self.document.set(entries)
        self._set_following(True)
        self.settle()

    def provide(self, entries: Sequence[Entry]) -> None:
        """The contents of stubs; unknown keys are ignored."""
        for entry in entries:
            message = self.document.get(entry.key)
            if message is not None and message.entry is None:
                message.entry, message.size, message.role = entry, entry.size, entry.role
        if not self._settling:
            self.settle(self._hold())

    def begin(self, entry: Entry) -> None:
        """Adds a message at the end, as a rule one that streams."""
        self.document.add(entry)
        self._wake(entry.key)

    def append_text(self, key: str, text: str) -> None:
        self._message(key).push_text(text, self.context)
        self._wake(key)

    def append_reasoning(self, key: str, text: str) -> None:
        self._message(key).push_reasoning(text, self.context)
        self._wake(key)

    def finish(self, key: str, entry: Entry) -> None:
        """The whole message, now that its stream has ended, however it ended."""
        self._message(key).finish(entry, self.context)
        self._wake(key)

    def update_entry(self, entry: Entry) -> None:
        """Replaces a message that changed, wherever it stands. What is visible does not move."""
        index = self.document.index(entry.key)
        if index is None:
            return
        hold = self._hold()
        message = self.document.messages[index]
        message.finish(entry, self.context)
        self.document.remeasure(index)
        self._wake(entry.key)
        self.settle(hold)

    def truncate(self, count: int) -> None:
        """Keeps the first ``count`` messages: another branch goes on from there."""
        self.selection.clear()
        self.document.truncate(count)
        self.settle(self._hold())

    def is_busy(self, key: str) -> bool:
        """Whether a message has text that is not shown yet."""
        return key in self._busy

    def keys(self) -> list[str]:
        return [message.key for message in self.document.messages]

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
        hold = self._hold()
        self.context.style = style
        self._pictures.clear_formulas()
        self._dress()
        self._set_width()
        self.settle(hold)

    def _dress(self) -> None:
        theme = self.context.style.theme
        self._pictures.set_colour(theme.text)
        self.pill.setStyleSheet(
            f"QToolButton {{ background: {theme.background}; color: {theme.text}; font-size: 13px;"
            f" border: 1px solid {theme.line}; border-radius: 14px; padding: 5px 14px; }}"
            f"QToolButton:hover, QToolButton:focus {{ border-color: {theme.accent}; }}"
        )
        self.verticalScrollBar().setSingleStep(self.context.style.line)

    # --- where things are -----------------------------------------------------------------------

    @property
    def left(self) -> int:
        """The left edge of the column in the viewport."""
        return (self.viewport().width() - self.context.width) // 2

    def _set_width(self) -> bool:
        style = self.context.style
        room = self.viewport().width() - 2 * style.px(16)
        width = max(style.px(160), min(style.column, room))
        changed = width != self.context.width
        self.context.width = width
        return changed

    def _hold(self) -> Hold | None:
        """What is at the upper edge now."""
        return self.document.hold_at(self.top - MARGIN, 0)

    def settle(self, hold: Hold | None = None) -> None:
        """Lays out what is visible and puts the scroll bar where it belongs. While following, the end stays
        at the lower edge; otherwise what is held stays where it is."""
        if self._settling:
            return
        self._settling = True
        height = self.viewport().height()
        top = self.top
        for _ in range(8):
            reach = max(0, self.document.total() + 2 * MARGIN - height)
            if self.following or not self.document.messages:
                top = reach
            elif hold is not None:
                top = min(max(0, self.document.y_of(hold) - hold.y + MARGIN), reach)
            above = top - MARGIN
            changed, missing = self.document.lay_out(above - AHEAD, above + height + AHEAD)
            if missing and self._load is not None:
                self._load(missing)
                changed = True
            if not changed:
                break
        self.top = top
        self._note_busy()
        self.document.trim(above - AHEAD, above + height + AHEAD)
        bar = self.verticalScrollBar()
        bar.setPageStep(height)
        if not bar.isSliderDown():
            bar.setRange(0, max(0, self.document.total() + 2 * MARGIN - height))
            bar.setValue(top)
        self._settling = False
        self.viewport().update()

    def _note_busy(self) -> None:
        height = self.viewport().height()
        for index in self.document.visible(self.top - AHEAD, self.top + height + AHEAD):
            message = self.document.messages[index]
            if message.busy:
                self._wake(message.key)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._settling:
            self._scrolled_to(self.verticalScrollBar().value())

    def _scrolled_to(self, value: int) -> None:
        before = self.top
        near = abs(value - before) <= 2 * self.viewport().height()
        hold = self.document.hold_at(before - MARGIN, before - value) if near else None
        if hold is None:
            hold = self.document.hold_at(value - MARGIN, 0)
        self.top = value
        self._set_following(value >= self.verticalScrollBar().maximum() - 2)
        self.settle(hold)

    def _set_following(self, on: bool) -> None:
        if on != self.following:
            self.following = on
            self.following_changed.emit(on)
        self.pill.setVisible(not on)

    def follow(self) -> None:
        """Goes to the end and stays there while text arrives."""
        self._set_following(True)
        self.settle()

    def scroll_to_start(self) -> None:
        self._set_following(False)
        self.settle(Hold(0, -1, 0, MARGIN))

    def caret_rect(self, place: Place) -> QRect:
        """Where a place in the text is, in the viewport's coordinates."""
        block = self.document.block(place)
        if block is None:
            return QRect(self.left, 0, 1, self.context.style.line)
        message, style = self.document.messages[place.message], self.context.style
        y = self.document.heights.offset(place.message) + message.place(style, place.block)
        return block.caret(place.offset).translated(self.left + message.side(style), y + MARGIN - self.top)

    def reveal(self, place: Place) -> None:
        """Scrolls as little as is needed to make a place in the text visible."""
        caret, room = self.caret_rect(place), self.viewport().height()
        line = self.context.style.line
        if caret.top() < 0 or caret.bottom() > room:
            far = not -room < caret.top() < 2 * room
            y = room // 3 if far else line if caret.top() < 0 else room - line - caret.height()
            self.show_block(place, y)

    def show_block(self, place: Place, y: int) -> None:
        """Scrolls so that a place in the text is ``y`` pixels below the upper edge."""
        self._set_following(False)
        self.settle(Hold(place.message, place.block, 0, y))
        block = self.document.block(place)
        if block is not None:
            caret = block.caret(place.offset).top()
            self.settle(Hold(place.message, place.block, block.anchor(caret), y))

    def scroll_to(self, key: str) -> None:
        """Scrolls to the start of a message."""
        index = self.document.index(key)
        if index is not None:
            self._set_following(False)
            self.settle(Hold(index, -1, 0, MARGIN))

    # --- streaming ------------------------------------------------------------------------------

    def _wake(self, key: str) -> None:
        """Sees to it that a frame comes: at once after a rest, otherwise when the current one is over."""
        self._busy[key] = None
        self._tick()

    def _tick(self) -> None:
        if not self._clock.isActive():
            rest = FRAME - (perf_counter() - self._last_frame) * 1000
            self._clock.start(max(0, round(rest)))

    def _frame(self) -> None:
        """Takes in as much waiting text as fits, and shows it."""
        start = self._last_frame = perf_counter()
        hold = None if self.following else self._hold()
        for key in list(self._busy):
            index = self.document.index(key)
            if index is None:
                del self._busy[key]
                continue
            message = self.document.messages[index]
            while perf_counter() - start < SLICE_BUDGET:
                if not message.step(self.context):
                    del self._busy[key]
                    break
            self.document.remeasure(index)
        self._work_on()
        self.settle(hold)
        if self._busy or self._working:
            self._clock.start(max(1, round(FRAME - (perf_counter() - start) * 1000)))

    # --- the message that is current ------------------------------------------------------------

    def set_current(self, index: int, reveal: bool = True) -> None:
        """Makes a message the one that keys go to."""
        self.current = max(-1, min(index, len(self.document.messages) - 1))
        if reveal and self.current >= 0:
            self._reveal(self.current)
        self.viewport().update()

    def _reveal(self, index: int) -> None:
        top = self.document.heights.offset(index) + MARGIN
        height = self.viewport().height()
        if top < self.top or top + min(self.document.heights[index], height) > self.top + height:
            self.scroll_to(self.document.messages[index].key)

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
            self.open_menu(self.document.messages[self.current].key)

    def copy(self) -> None:
        """Puts what is selected on the clipboard, as plain text and as Markdown."""
        if not self.selection.empty:
            to_clipboard(self.selection.stretches(), self.document.messages)

    def turn(self, key: str, delta: int) -> None:
        self.sibling_requested.emit(key, delta)

    def found_in(self, place: Place, block: BlockView) -> list[Wash]:
        return []

    def _work_on(self) -> None:
        """Lets one block go on with what it wants to do, once all text is taken in."""
        if self._working and not self._busy:
            block = next(iter(self._working))
            if not block.work(self.context, WORK_BUDGET):
                del self._working[block]

    # --- what blocks ask for (blocks.Host) ------------------------------------------------------

    def copy_text(self, text: str) -> None:
        QGuiApplication.clipboard().setText(clean(text))

    def save_code(self, text: str, language: str) -> None:
        self.save_code_requested.emit(text, language)

    def open_link(self, key: str, href: str) -> None:
        if href.startswith("#"):
            self._jump_to_footnote(key, href[1:])
        elif QUrl(href).scheme().lower() in SCHEMES:
            self.link_activated.emit(href)

    def act(self, key: str, action: str) -> None:
        if action == "menu":
            self.open_menu(key)
        else:
            self.action_requested.emit(key, action)

    def open_image(self, ident: str) -> None:
        hovered = self.pointer.message
        key = self.document.messages[hovered].key if hovered >= 0 else ""
        self.image_activated.emit(key, ident)

    def changed(self, block: BlockView) -> None:
        """A block changed by itself: it was folded, unwrapped, or its picture arrived."""
        hold = self._hold()
        block.stamp = None
        index = self.document.index(block.key)
        if index is not None:
            self.document.remeasure(index)
            self._wake(block.key)
        if self.following and not self._busy:
            self._set_following(False)
        self.settle(hold)

    def want_work(self, block: BlockView) -> None:
        self._working[block] = None
        self._tick()

    def _on_picture(self, block_stamp: object = None) -> None:
        hold = self._hold()
        self.document.restamp_pictures()
        self.settle(hold)

    def _jump_to_footnote(self, key: str, anchor: str) -> None:
        pass

    def open_menu(self, key: str) -> None:
        """All actions of a message, for the mouse and the keyboard."""
        message = self.document.get(key)
        if message is None or message.entry is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in message.entry.actions:
            made = menu.addAction(f"{action.label}\t{action.shortcut}" if action.shortcut else action.label)
            made.triggered.connect(lambda _=False, name=action.name: self.action_requested.emit(key, name))
        menu.popup(self.viewport().mapToGlobal(self.pointer.menu_point(key)))

    # --- events ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        paint_transcript(painter, event.rect(), self)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        hold = self._hold()
        self._set_width()
        self.settle(hold)
        pill = self.pill.sizeHint()
        self.pill.setGeometry(QRect(QPoint((self.width() - pill.width()) // 2,
                                           self.height() - pill.height() - 12), pill))

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
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.keyboard.focused = None
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(760, 600)
