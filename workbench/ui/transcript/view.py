"""The view of a transcript: a scroll area of messages that costs what is visible."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from workbench.core.chat.parts import Part
from workbench.ui.theme import scale
from workbench.ui.theme.tokens import LIGHT, Theme

from .accessibility import AccessibleTranscript, TranscriptText, announce, install_factory
from .background_worker import BackgroundWorker
from .block_host import BlockHost
from .blocks import Context
from .canvas import Canvas
from .document import Document, Place
from .entries import Entry, EntryHeader, ReadingPlace
from .find_bar import FindBar
from .finder import Finder, Search
from .keys import Keyboard
from .latest_pill import LatestPill
from .links import find_target
from .message import Message
from .message_menu import MessageMenu
from .painting import TranscriptPainter
from .pictures import PictureStore
from .pointer import Pointer
from .scroller import Scroller
from .selection import Selection
from .streamer import Streamer
from .style import ZOOMS, Style
from .targets import Targets


class TranscriptView(QAbstractScrollArea):
    """Shows entries, streams into the last ones, and emits what the user requests as signals.

    It owns no data: the contents of headers are requested through ``load`` when they come near, and arrive through
    ``provide``. Nothing that a message contains is fetched, opened or run from here; links are emitted if their
    scheme is one of ``block_host.SCHEMES``.
    """

    action_requested = Signal(str, str)  # key of the entry, name of the action
    sibling_requested = Signal(str, int)  # key of the entry, -1 or 1
    link_activated = Signal(str)  # an address with an allowed scheme
    link_hovered = Signal(str)  # the target under the mouse or at the focus, "" for none
    attachment_activated = Signal(object)  # Part
    attachment_dragged = Signal(object)  # Part
    attachment_copied = Signal(object)  # Part
    attachment_saved = Signal(object)  # Part
    image_requested = Signal(str)  # identity of an image whose bytes are wanted: see provide_image
    save_code_requested = Signal(str, str)  # text, language
    following_changed = Signal(bool)
    zoom_changed = Signal(float)
    viewport_resized = Signal()  # with the window, or because the scroll bar came or went

    _accessible: AccessibleTranscript | None = None

    def __init__(self, theme: Theme = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        viewport = QWidget()
        self.setViewport(viewport)
        viewport.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        worker = BackgroundWorker(self)
        self._load: Callable[[list[str]], None] | None = None
        self._pictures = PictureStore(worker, self)
        self._host = BlockHost(self)
        self.context = Context(Style(theme, scale=scale.factor()), self._pictures, self._host, worker)
        self.document = Document(self.context)
        self.canvas = Canvas(viewport, self.document)
        self.scroller = Scroller(self.canvas, self.verticalScrollBar(), self._request)
        self.streamer = Streamer(self.canvas, self.scroller)
        self.selection = Selection(self.canvas)
        install_factory(TranscriptView, TranscriptView._make_accessible)  # before Qt asks for this view's
        self.targets = Targets(self.canvas)
        self.finder = Finder(self.canvas, self.scroller)
        highlighters = (self.selection.highlights, self.finder.highlights)
        self._painter = TranscriptPainter(self.canvas, self.targets, highlighters)
        self._pointer = Pointer(self.canvas, self.scroller, self.selection, self.targets)
        self._keyboard = Keyboard(self.canvas, self.scroller, self.selection, self.targets)
        self.pill = LatestPill(self)
        self.find_bar = FindBar(self.finder, self)
        self.canvas.overlays += [self.pill, self.find_bar]
        self._connect()
        self.setAccessibleName("Transcript")
        self.setObjectName("Transcript")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._apply_theme()

    def _connect(self) -> None:
        host = self._host
        for source, signal in (
            (host.action_requested, self.action_requested), (host.sibling_requested, self.sibling_requested),
            (host.link_activated, self.link_activated), (self.targets.link_hovered, self.link_hovered),
            (host.attachment_activated, self.attachment_activated),
            (host.attachment_dragged, self.attachment_dragged), (host.attachment_copied, self.attachment_copied),
            (host.attachment_saved, self.attachment_saved), (self._pictures.image_requested, self.image_requested),
            (host.save_code_requested, self.save_code_requested),
            (self.scroller.following_changed, self.following_changed),
        ):
            source.connect(signal)
        host.jump_requested.connect(self._jump)
        host.menu_requested.connect(self.open_menu)
        host.message_changed.connect(self._on_message_changed)
        host.work_requested.connect(self.streamer.request_work)
        self._pictures.arrived.connect(self._on_pictures)
        self.scroller.following_changed.connect(self.pill.setHidden)
        self.pill.clicked.connect(self.follow)

    def set_shortcuts(self, shortcut_of: Callable[[str, str], str]) -> None:
        """Sets ``shortcut_of(key, action)``, which returns the key that runs an action on that very message, ``""``
        for none."""
        self._host.shortcut_of = shortcut_of

    # --- contents -------------------------------------------------------------------------------

    def set_entries(
        self,
        entries: Sequence[Entry | EntryHeader],
        load: Callable[[list[str]], None] | None = None,
        *,
        stay: bool = False,
    ) -> None:
        """Shows another conversation, at its end; with ``stay`` another state of the same one, without moving what
        the reader looks at. ``load`` is called with the keys of headers that come near; it answers with ``provide``,
        at once or later."""
        edge = self.scroller.edge() if stay and not self.scroller.following else None
        key = self.document.messages[edge.message].key if edge is not None else ""
        self._load = load
        self.streamer.clear()
        self.selection.clear()
        self.targets.current = -1
        self.canvas.fit_width()
        self.document.set_entries(entries, reuse=stay)
        index = self.document.index(key)
        if edge is None or index is None:
            self.scroller.follow()
        else:
            self.scroller.settle(edge._replace(message=index))

    def reading_place(self) -> ReadingPlace | None:
        """Returns where the reader is; None at the end of the conversation."""
        place = self.scroller.reading_place()
        return ReadingPlace(self.document.messages[place[0]].key, place[1]) if place is not None else None

    def return_to(self, place: ReadingPlace) -> None:
        """Goes where the reader was, if that message is still shown."""
        index = self.document.index(place.key)
        if index is not None:
            self.scroller.to_reading_place(index, place.above)

    def _request(self, keys: list[str]) -> None:
        if self._load is not None:
            self._load(keys)

    def provide(self, entries: Sequence[Entry]) -> None:
        """Fills headers with their contents; unknown keys are ignored."""
        for entry in entries:
            self.document.provide(entry)
        if not self.scroller.settling:
            self.scroller.settle(self.scroller.edge())
        self.finder.resume()

    def begin(self, entry: Entry) -> None:
        """Appends a message, as a rule one that streams."""
        self.document.add(entry)
        self.canvas.repaint()  # the actions of the message that was the last disappear
        self.streamer.wake(entry.key)

    def append_text(self, key: str, text: str) -> None:
        self._message(key).push_text(text, self.context)
        self.streamer.wake(key)

    def append_reasoning(self, key: str, text: str) -> None:
        self._message(key).push_reasoning(text, self.context)
        self.streamer.wake(key)

    def finish(self, key: str, entry: Entry) -> None:
        """Shows the whole message after its stream has ended, however it ended."""
        self._message(key).update_to(entry, self.context)
        self.streamer.wake(key)
        self.canvas.repaint()
        announce(self, entry)

    def update_entry(self, entry: Entry) -> None:
        """Replaces a message that changed, without moving what is visible."""
        if self.document.index(entry.key) is None:
            return
        with self.scroller.keeping_place():
            self.document.update(entry)
            self.streamer.wake(entry.key)

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
        """Returns whether a message has text that is not shown yet."""
        return self.streamer.is_busy(key)

    def provide_image(self, ident: str, data: bytes) -> None:
        """Shows the bytes of an image that ``image_requested`` requested."""
        self._pictures.provide(ident, data)

    def _message(self, key: str) -> Message:
        message = self.document.get(key)
        if message is None:
            raise KeyError(f"The transcript shows no message {key}.")
        return message

    def _on_message_changed(self, key: str) -> None:
        """Settles after a part of a message was folded or unfolded; what is visible above it stays."""
        with self.scroller.keeping_place():
            self.document.version += 1
            index = self.document.index(key)
            if index is not None:
                self.document.remeasure(index)
                self.streamer.wake(key)
            if self.scroller.following and not self.streaming:
                self.scroller.set_following(False)
            self.selection.clear_if_gone()

    def _on_pictures(self) -> None:
        with self.scroller.keeping_place():
            self.document.invalidate_waiting()

    # --- appearance -----------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        self._restyle(Style(theme, self.context.style.zoom, scale.factor()))

    def set_reasoning_open(self, on: bool) -> None:
        """Sets whether the reasoning of replies that are shown from now on stays unfolded."""
        self.context.reasoning_open = on

    def set_zoom(self, zoom: float) -> None:
        """Sets the zoom; 1.0 is 100 %."""
        zoom = min(max(zoom, ZOOMS[0]), ZOOMS[-1])
        if zoom != self.context.style.zoom:
            self._restyle(Style(self.context.style.theme, zoom, scale.factor()))
            self.zoom_changed.emit(zoom)

    def zoom_by(self, steps: int) -> None:
        nearest = min(range(len(ZOOMS)), key=lambda at: abs(ZOOMS[at] - self.context.style.zoom))
        self.set_zoom(ZOOMS[max(0, min(nearest + steps, len(ZOOMS) - 1))])

    def _restyle(self, style: Style) -> None:
        with self.scroller.keeping_place():
            self.context.style = style
            self._apply_theme()
            self.canvas.fit_width()

    def _apply_theme(self) -> None:
        theme = self.context.style.theme
        self._pictures.set_colour(theme.text)
        self.pill.apply_theme(theme)
        self.find_bar.apply_theme(theme)
        self.verticalScrollBar().setSingleStep(self.context.style.line)

    # --- going somewhere ------------------------------------------------------------------------

    def follow(self) -> None:
        """Goes to the end and stays there while text arrives."""
        self.scroller.follow()

    def scroll_to(self, key: str) -> None:
        """Scrolls to the start of a message."""
        index = self.document.index(key)
        if index is not None:
            self.scroller.to_message(index)

    def _jump(self, key: str, href: str) -> None:
        """Scrolls to what a link inside a message means."""
        message, index = self.document.get(key), self.document.index(key)
        target = find_target(message, href) if message is not None else None
        if index is not None and target is not None:
            self.scroller.to_place(Place(index, *target))

    # --- commands -------------------------------------------------------------------------------

    def open_find(self) -> None:
        """Shows the find bar."""
        self.find_bar.open()

    def find_text(self, query: str) -> int:
        """Highlights all matches of ``query``; returns their number."""
        return self.finder.find(query)

    def find_next(self, delta: int = 1) -> bool:
        """Goes to the next match (1) or the previous one (-1); returns whether there is one."""
        if self.find_bar.isVisible():
            self.find_bar.step(delta)
            return self.finder.count > 0
        return self.finder.step(delta)

    def set_search(self, search: Search | None) -> None:
        """Sets how to find in messages that are not loaded."""
        self.finder.search = search

    def copy(self) -> None:
        """Copies what is selected, as plain text and as Markdown."""
        self.selection.copy()

    def open_menu(self, key: str, at: QPoint | None = None, attachment: Part | None = None) -> None:
        """Opens the menu of a message, or of an ``attachment`` of it: at ``at`` in the viewport, else at the mouse if
        that is over the message, else below its header."""
        message, index = self.document.get(key), self.document.index(key)
        if message is None or index is None or message.entry is None:
            return
        menu = MessageMenu(message.entry, self.selection, self._host, self, attachment)
        viewport = self.viewport()
        if at is not None:
            menu.popup(viewport.mapToGlobal(at))
        elif index == self.targets.hover.message:
            menu.popup(QCursor.pos())
        else:
            top = max(0, self.canvas.message_top(index)) + self.context.style.line
            menu.popup(viewport.mapToGlobal(QPoint(self.canvas.left, top)))

    def _open_menu_of_current(self) -> None:
        if 0 <= self.targets.current < len(self.document.messages):
            focused = self.targets.focused()
            self.open_menu(self.document.messages[self.targets.current].key,
                           attachment=focused.attachment if focused is not None else None)

    def _run_command(self, event: QKeyEvent) -> bool:
        """Runs the command of a key; returns whether it has one."""
        key, modifiers = event.key(), event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Menu, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_menu_of_current()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.open_find()
        elif key == Qt.Key.Key_F3:
            self.find_next(-1 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
        elif control and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1)
        elif control and key == Qt.Key.Key_Minus:
            self.zoom_by(-1)
        elif control and key == Qt.Key.Key_0:
            self.set_zoom(1.0)
        else:
            return False
        return True

    # --- events ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.canvas.viewport)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # places are absolute; text has its own direction
        # Two strips far apart must not cost what lies between them. (The stubs do not know that regions iterate.)
        for rect in event.region():  # type: ignore[attr-defined]
            painter.setClipRect(rect)
            self._painter.paint(painter, rect)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        with self.scroller.keeping_place():
            self.canvas.fit_width()
        self.pill.move_into(self.width(), self.height())
        self.find_bar.move_into(self.viewport().geometry().right())
        self.viewport_resized.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.scroller.on_bar_moved()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._open_menu_of_current()
            return
        hit = self.canvas.hit(event.pos())
        if hit.message >= 0:
            clickable = self.targets.at(hit)
            self.open_menu(self.document.messages[hit.message].key, event.pos(),
                           clickable.attachment if clickable is not None else None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
        elif not self._pointer.wheel(event):
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keyboard.handle(event) and not self._run_command(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self._keyboard.tab(1 if forward else -1) or super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.canvas.repaint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.targets.clear_focus()

    def sizeHint(self) -> QSize:
        return QSize(760, 600)

    # --- accessibility --------------------------------------------------------------------------

    def _make_accessible(self) -> AccessibleTranscript:
        """Makes what assistive technology sees. Qt keeps the pointer only: the object lives as long as the view."""
        text = TranscriptText(self.canvas, self.scroller, self.selection)
        self._accessible = AccessibleTranscript(self, text)
        return self._accessible
