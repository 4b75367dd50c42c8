"""The composer: the box in which a message is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QMargins, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.json_types import Json
from workbench.core.text.formatting import left_to_right
from workbench.ui.composer.attachments import AttachmentRow
from workbench.ui.composer.draft import Draft
from workbench.ui.composer.editor import Editor
from workbench.ui.composer.strips import QueueStrip, WaitingStrip
from workbench.ui.theme import icons, style
from workbench.ui.theme.scale import follow, px
from workbench.ui.theme.tokens import COLUMN_PX, RADIUS_COMPOSER
from workbench.ui.widgets import Banner, Button, CompactRow
from workbench.ui.widgets.long_lines import folded

_MARGINS = (16, 4, 16, 14)
_PAUSE = 400  # milliseconds without typing after which a draft is kept and its tokens are counted


class Composer(QWidget):
    """Shows a draft and tells what the user wants with it."""

    send_requested = Signal(object, bool)  # Draft, whether the user has seen the objections
    stop_requested = Signal()
    add_requested = Signal(object)  # Draft to store without asking for a reply
    save_requested = Signal(object)  # Draft of the edited message to store without asking for a reply
    cancel_requested = Signal()  # the edit
    attach_requested = Signal()
    drafted = Signal(object)  # Draft, some time after the user has changed it
    measured = Signal(int)  # about how many tokens the draft takes

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = Editor()
        self.attachments = AttachmentRow()
        self.queue = QueueStrip()
        self.waiting = WaitingStrip()
        self._note = Banner(tone="warn", closable=True)
        self._note_buttons: list[Button] = []
        self._streaming = self._editing = self._to_all = self._temporary = False
        self._send_shown: tuple[bool, bool] | None = None  # whether it stops, and whether it is the thing to do
        self._model = ""
        self._edited_role = ""
        self._template: Mapping[str, Json] = {}  # the one that the text began with
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._on_pause)
        self._build()
        self._connect()
        self.set_model("")

    def _build(self) -> None:
        self.attach = Button("Attach", "quiet", "attach")
        self.estimate = Button("", "quiet", "eye")  # a click shows what will be sent
        self.estimate.setAccessibleName("What will be sent")
        self.estimate.setToolTip("See what will be sent")
        self.estimate.hide()
        self.send = Button("Send", "primary", "send")
        self._save = Button("Save", "quiet")
        self._save.setToolTip("Keep the change without asking for a new reply (Ctrl+S)")
        self._cancel = Button("Cancel", "quiet")
        self._stop = Button("Stop", "quiet", "stop")  # while Send is for the message that is edited
        self._stop.setToolTip("Stop the reply (Esc)")
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(4)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(4)
        self.tools.addWidget(self.attach)
        self.template = Button("Template", "quiet", "braces")
        self.template.setToolTip("Insert a prompt template (/ in an empty message)")
        self.tools.addWidget(self.template)
        foot.addLayout(self.tools)
        foot.addStretch(1)
        foot.addWidget(self.estimate)
        foot.addSpacing(8)
        for button in (self._stop, self._cancel, self._save, self.send):
            foot.addWidget(button)
        box = self._box = _Box()
        inside = QVBoxLayout(box)
        inside.setContentsMargins(10, 10, 10, 8)
        inside.setSpacing(8)
        inside.addWidget(self.attachments)
        inside.addWidget(self.editor)
        inside.addLayout(foot)
        self._fitting = CompactRow(box, foot, (self.template, self.attach, self.estimate))
        column = QVBoxLayout()
        column.setSpacing(6)
        for widget in (self._note, self.waiting, self.queue, box):
            column.addWidget(widget)
        holder = QWidget()
        holder.setLayout(column)
        follow(holder, lambda holder: holder.setMaximumWidth(px(COLUMN_PX)))
        column.setContentsMargins(0, 0, 0, 0)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(*_MARGINS)
        outer.addStretch(0)
        outer.addWidget(holder, 1)
        outer.addStretch(0)  # no room for these before the holder has all it takes
        self._note.hide()
        self._show_mode()

    def _connect(self) -> None:
        self.editor.submitted.connect(self._submit)
        self.editor.save_requested.connect(self._on_save)
        self.editor.cancel_requested.connect(lambda: self.cancel_requested.emit() if self._editing else None)
        self.editor.textChanged.connect(self._pause.start)
        self.attachments.changed.connect(self._pause.start)
        self.editor.textChanged.connect(self._show_readiness)
        self.attachments.changed.connect(self._show_readiness)
        self._note.closed.connect(lambda: self.cancel_requested.emit() if self._editing else None)
        self.attach.clicked.connect(self.attach_requested)
        self.send.clicked.connect(self._on_button)
        self._save.clicked.connect(self._on_save)
        self._cancel.clicked.connect(self.cancel_requested)
        self._stop.clicked.connect(self.stop_requested)

    # --- the draft ---

    def draft(self) -> Draft:
        text = self.editor.toPlainText()
        return Draft(text, self.attachments.parts, self._template if text.strip() else {})

    def set_text(self, text: str) -> None:
        """Replaces the text; Ctrl+Z brings the old one back."""
        cursor = self.editor.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(folded(text))
        self.editor.moveCursor(cursor.MoveOperation.End)

    def insert_text(self, text: str) -> None:
        """Inserts text where the cursor is."""
        self.editor.insertPlainText(folded(text))

    def insert_template(self, text: str, use: Mapping[str, Json]) -> None:
        """Inserts a filled template where the cursor is; ``use`` is the note of it that the message carries."""
        if self.editor.toPlainText() == "/":  # it opened the list of templates
            self.set_text("")
        self._template = use
        self.editor.insertPlainText(folded(text))
        self.editor.setFocus()

    def start_with(self, text: str, template: Mapping[str, Json] | None = None) -> None:
        """Shows the text of another draft, without attachments; Ctrl+Z does not bring the old one back."""
        self.attachments.clear()
        self.hide_note()
        self._template = template or {}
        self.editor.setPlainText(folded(text))
        self.editor.moveCursor(self.editor.textCursor().MoveOperation.End)
        self._pause.stop()
        self._measure()

    def clear(self) -> None:
        """Begins a new draft."""
        self.start_with("")
        self.drafted.emit(self.draft())

    def restore_text(self, text: str) -> None:
        """Puts text that could not be sent before what was written since."""
        rest = self.editor.toPlainText()
        self.set_text(f"{text}\n\n{rest}" if rest.strip() else text)

    def flush(self) -> None:
        """Emits at once what would be emitted after a pause."""
        if self._pause.isActive():
            self._on_pause()

    def _on_pause(self) -> None:
        self._pause.stop()
        self.drafted.emit(self.draft())
        self._measure()

    def _measure(self) -> None:
        self.measured.emit(self.draft().tokens)

    # --- sending ---

    def _submit(self, checked: bool = False) -> None:
        if draft := self._ready():
            self._pause.stop()
            self.hide_note()
            self.send_requested.emit(draft, checked)

    def add_without_asking(self) -> None:
        if draft := self._ready():
            self.flush()
            self.hide_note()
            self.add_requested.emit(draft)

    def _ready(self) -> Draft | None:
        """Returns what can be sent now, if anything."""
        if self.attachments.busy:
            self.show_note("An attachment is still being made ready. Send again in a moment.")
            return None
        return self.draft() or None

    def _on_button(self) -> None:
        if self._streaming and not self._editing:
            self.stop_requested.emit()
        else:
            self._submit()
        self.editor.setFocus()  # what is typed next is the next message

    def _on_save(self) -> None:
        if self._editing and (draft := self.draft()):
            self.save_requested.emit(draft)

    def send_anyway(self) -> None:
        self._submit(checked=True)

    # --- what it shows ---

    def set_model(self, name: str) -> None:
        self._model = name
        hint = "temporary: nothing is kept" if self._temporary else "paste or drop images and files"
        self.editor.setPlaceholderText(f"Message {name} … ({hint})" if name else f"Write a message … ({hint})")

    def set_temporary(self, temporary: bool) -> None:
        """Shows whether the chat is temporary."""
        if temporary != self._temporary:
            self._temporary = temporary
            self._box.set_dashed(temporary)
            self.set_model(self._model)

    def set_lanes(self, count: int) -> None:
        """Takes over how many lanes a message goes to, 0 while nothing is compared."""
        self._to_all = count > 0
        self._show_mode()

    def set_streaming(self, streaming: bool) -> None:
        self._streaming = streaming
        self._show_mode()

    def set_editing(self, role: str) -> None:
        """Takes over the ``role`` of the message that is edited, ``""`` for none."""
        self._editing, self._edited_role = bool(role), role
        self._show_mode()
        if role:
            what = "your message" if role == "user" else "this message"
            self.show_note(f"You are editing {what}. The old one stays as a branch.", tone="info")
        else:
            self.hide_note()

    def _show_mode(self) -> None:
        stops = self._streaming and not self._editing
        text = "Stop" if stops else "Send to all" if self._to_all else "Send"
        if self._editing:
            text = "Send" if self._edited_role == "user" else "Save"
        self.send.setText(text)
        self.send.setAccessibleName("Stop" if stops else "Send")
        self.send.setToolTip("Stop the reply (Esc)" if stops else "")
        self._show_readiness()
        self._stop.setVisible(self._editing and self._streaming)
        self._cancel.setVisible(self._editing)
        self._save.setVisible(self._editing and self._edited_role == "user")

    def _show_readiness(self) -> None:
        """Shows Send quietly while there is nothing to send."""
        stops = self._streaming and not self._editing
        loud = stops or self._has_draft()
        if (stops, loud) != self._send_shown:
            self._send_shown = (stops, loud)
            self.send.set_kind("primary" if loud else "")
            self.send.setIcon(icons.icon("stop" if stops else "send", "accent_text" if loud else "dim"))

    def _has_draft(self) -> bool:
        """Returns whether there is something to send, without reading a long text at each letter."""
        document = self.editor.document()
        return bool(self.attachments.parts) or (
            not document.isEmpty() and (document.characterCount() > 1000 or bool(self.editor.toPlainText().strip())))

    def align_to_transcript(self, pixels: int) -> None:
        """Keeps in line with the column of the transcript, whose scroll bar is ``pixels`` wide."""
        left, top, right, bottom = _MARGINS
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        margins = QMargins(left + pixels * mirrored, top, right + pixels * (not mirrored), bottom)
        layout = self.layout()
        if layout is not None and layout.contentsMargins() != margins:
            layout.setContentsMargins(margins)

    def set_estimate(self, text: str, excessive: bool) -> None:
        """Shows how much will be sent, in red when it is more than the model takes."""
        self.estimate.setText(left_to_right(text))
        self.estimate.setVisible(bool(text))
        self._fitting.fit()
        self.estimate.setAccessibleDescription(text)
        self.estimate.set_kind("danger" if excessive else "quiet")

    def show_note(
        self, text: str, actions: Sequence[tuple[str, Callable[[], object]]] = (), tone: str = "warn"
    ) -> None:
        """Shows a sentence above the box, with buttons (text, what they call)."""
        for button in self._note_buttons:
            button.deleteLater()
        self._note.set_text(text, tone)
        self._note_buttons = [self._note.add_button(name, act) for name, act in actions]
        self._note.show()

    def note(self) -> str:
        """Returns the sentence above the box, ``""`` when there is none."""
        return self._note.text() if self._note.isVisible() else ""

    def hide_note(self) -> None:
        self._note.hide()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.editor.setFocus(event.reason())


class _Box(QFrame):
    """The rounded frame around the field, dashed in a temporary chat."""

    def __init__(self) -> None:
        super().__init__()
        self._dashed = False
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def set_dashed(self, dashed: bool) -> None:
        self._dashed = dashed
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = style.theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.accent), 1, Qt.PenStyle.DashLine) if self._dashed else QColor(tokens.line))
        painter.setBrush(QColor(tokens.background))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS_COMPOSER, RADIUS_COMPOSER)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (editor := self.findChild(Editor)) is not None:
            editor.setFocus()
