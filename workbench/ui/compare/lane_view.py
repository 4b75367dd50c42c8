"""The view of one lane: its model and settings, transcript and metrics."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.chat.parts import Reasoning, Text
from workbench.core.json_types import Json, is_number
from workbench.core.request.models import ModelInfo
from workbench.core.text.differences import word_diff
from workbench.ui.compare.compare_controller import Lane
from workbench.ui.models.model_button import ModelButton
from workbench.ui.reply_variants.diff_text import DiffText
from workbench.ui.theme import style
from workbench.ui.transcript.entries import Entry, joined
from workbench.ui.transcript.view import TranscriptView
from workbench.ui.widgets import Button, ElidedLabel, EmptyState, HLine, IconButton, Label

WIDTH = 300
"""Pixels below which a lane is not made narrower; the lanes scroll sideways then."""


class LaneView(QWidget):
    """Shows a lane and tells what is wished with it."""

    model_requested = Signal(str)  # lane id
    settings_requested = Signal(str)
    remove_requested = Signal(str)
    again_requested = Signal(str)
    continue_requested = Signal(str)

    def __init__(self, lane_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.id = lane_id
        self.setMinimumWidth(WIDTH)
        self.transcript = TranscriptView(style.theme())
        self.diff = DiffText("Differences")
        self._hidden = EmptyState("eye-off", "Hidden until every lane has answered")
        self._empty = EmptyState("compare", "Nothing asked yet",
                                 "What you write below goes to every lane, with the chat so far.")
        self._pages = QStackedWidget()
        self.model = ModelButton()
        self._mask = Label(tone="strong")
        self._settings = Button("", "quiet", "sliders")
        self._close = IconButton("x", "Remove lane")
        self._metrics = ElidedLabel(tone="dim")
        self._again = IconButton("refresh", "Ask this lane again")
        self._go = Button("Continue here", "quiet", "arrow-right")
        self._blind = ""
        self._concealed = self._filled_blind = False
        self._against: str | None = None
        self._entries: dict[str, Entry] = {}
        self._build()
        self._connect()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 6, 6)
        head.setSpacing(4)
        head.addWidget(self.model)
        head.addWidget(self._mask)
        head.addWidget(self._settings)
        head.addStretch(1)
        head.addWidget(self._close)
        for page in (self._empty, self.transcript, self.diff, self._hidden):
            self._pages.addWidget(page)
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addStretch(1)
        foot.addWidget(self._again)
        foot.addWidget(self._go)
        self._foot = QWidget()
        below = QVBoxLayout(self._foot)
        below.setContentsMargins(14, 6, 8, 4)
        below.setSpacing(2)
        below.addWidget(self._metrics)
        below.addLayout(foot)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(HLine())
        column.addWidget(self._pages, 1)
        column.addWidget(HLine())
        column.addWidget(self._foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(HLine(vertical=True))
        self.diff.document().setDocumentMargin(14)

    def _connect(self) -> None:
        for button, signal in (
            (self.model, self.model_requested), (self._settings, self.settings_requested),
            (self._close, self.remove_requested),
            (self._again, self.again_requested), (self._go, self.continue_requested),
        ):
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(self.id))

    # --- who ---

    def show_lane(self, lane: Lane, number: int, provider: str, info: ModelInfo | None) -> None:
        """Shows a lane; ``number`` counts from 1."""
        self.model.show_model(lane.model, provider, info)
        self.model.setAccessibleName(f"Model of lane {number}")
        self._settings.setText(settings_word(lane.params))
        self._settings.setAccessibleName(f"Parameters of lane {number}")
        self._settings.setToolTip("\n".join(f"{name}: {value}" for name, value in lane.params.items()))
        self.setAccessibleName(f"Lane {number}")
        self.transcript.setAccessibleName(f"Transcript of lane {number}")
        self.diff.setAccessibleName(f"Differences of lane {number}")
        for button, what in ((self._close, "Remove"), (self._again, "Ask again"), (self._go, "Continue in")):
            button.setAccessibleName(f"{what} lane {number}")

    def set_blind(self, name: str, *, concealed: bool = False) -> None:
        """Sets the mask: ``name`` stands in the place of all that tells who answers, in earlier turns too, which were
        seen with their names; ``""`` is no mask. ``concealed`` hides the text as well: its speed tells as much."""
        self._blind, self._concealed = name, concealed
        self._mask.setText(name)
        self._mask.setVisible(bool(name))
        for widget in (self.model, self._settings, self._foot):
            widget.setVisible(not name)
        if name:
            self._close.hide()
        if self._filled_blind != bool(name) and not self.streaming:
            self._fill()
        self._choose_page()

    def set_removable(self, removable: bool) -> None:
        self._close.setVisible(removable)

    # --- what ---

    def show_entries(self, entries: Sequence[Entry]) -> None:
        self._entries = {entry.key: entry for entry in entries}
        self._fill()
        self._show_last()
        self._choose_page()

    def _fill(self) -> None:
        self._filled_blind = bool(self._blind)
        entries = list(self._entries.values())
        streaming = entries.pop() if self.streaming else None
        if self._blind:
            asked = max((at for at, entry in enumerate(entries) if entry.role == "user"), default=0)
            entries = entries[asked:]
        self.transcript.set_entries([_nameless(entry) for entry in entries])
        if streaming is not None:
            self._stream(streaming)

    def begin(self, entry: Entry) -> None:
        """Begins a reply."""
        self._entries[entry.key] = entry
        self._stream(entry)
        self._show_last()
        self._choose_page()

    def _stream(self, entry: Entry) -> None:
        """Streams what there is of a reply already like the rest."""
        self.transcript.begin(_nameless(dataclasses.replace(entry, parts=())))
        for part in entry.parts:
            if isinstance(part, Text):
                self.transcript.append_text(entry.key, part.text)
            elif isinstance(part, Reasoning):
                self.transcript.append_reasoning(entry.key, part.text)

    def append_text(self, key: str, piece: str) -> None:
        if self.transcript.document.get(key) is not None:
            self.transcript.append_text(key, piece)

    def append_reasoning(self, key: str, piece: str) -> None:
        if self.transcript.document.get(key) is not None:
            self.transcript.append_reasoning(key, piece)

    def end(self, entry: Entry) -> None:
        if self.transcript.document.get(entry.key) is not None:
            self.transcript.finish(entry.key, _nameless(entry))
        self._entries[entry.key] = entry
        self._show_last()

    @property
    def _last(self) -> Entry | None:
        return next((entry for entry in reversed(self._entries.values()) if entry.role == "assistant"), None)

    def text(self) -> str:
        """Returns the last reply, when it has ended."""
        last = self._last
        if last is None or last.state == "streaming":
            return ""
        return "\n\n".join(part.text for part in last.parts if isinstance(part, Text))

    @property
    def streaming(self) -> bool:
        last = self._last
        return last is not None and last.state == "streaming"

    def _show_last(self) -> None:
        last = self._last
        self._metrics.setText("Writing…" if self.streaming else joined(last.metrics) if last else "")
        ready = last is not None and not self.streaming
        self._again.setEnabled(bool(self._entries) and not self.streaming)
        self._go.setEnabled(ready)

    # --- against another ---

    def set_against(self, text: str | None) -> None:
        """Shows the last reply as what differs from ``text``; None shows the conversation."""
        self._against = text
        self._choose_page()

    def _choose_page(self) -> None:
        if self._concealed:
            self._pages.setCurrentWidget(self._hidden)
        elif self._against is not None and not self.streaming:
            self.diff.set_pieces(word_diff(self._against, self.text()))
            self._pages.setCurrentWidget(self.diff)
        else:
            self._pages.setCurrentWidget(self.transcript if self._entries else self._empty)

    def scroll_bars(self) -> tuple[QScrollBar, QScrollBar]:
        return self.transcript.verticalScrollBar(), self.diff.verticalScrollBar()


def _nameless(entry: Entry) -> Entry:
    """Returns an entry without what stands in the lane's own header and footer."""
    return dataclasses.replace(entry, author="Reply", detail="", metrics=()) if entry.role == "assistant" else entry


def settings_word(params: Mapping[str, Json]) -> str:
    """Returns the settings in short: the temperature, and how many others there are."""
    others = len(params) - ("temperature" in params)
    temperature = params.get("temperature")
    words = [f"T {temperature:g}"] if is_number(temperature) else []
    if others:
        words.append(f"{others} more" if words else f"{others} set")
    return " · ".join(words) or "Default"
