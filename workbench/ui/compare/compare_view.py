"""The compare view: lanes side by side, their differences, and blind votes between two at a time."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QScrollBar, QVBoxLayout, QWidget

from workbench.core.request.models import ModelInfo
from workbench.ui.compare.compare_controller import FEWEST, MOST, Lane
from workbench.ui.compare.lane_view import LaneView
from workbench.ui.compare.pairs import blind_pairs
from workbench.ui.transcript.entries import Entry
from workbench.ui.widgets import Button, ComboBox, HLine, Label

_KEYS = {Qt.Key.Key_Left: 1.0, Qt.Key.Key_Right: 0.0, Qt.Key.Key_Equal: 0.5}


class CompareView(QWidget):
    """Shows what ``Comparing`` owns. A ``LaneView`` is made for each lane and announced by ``lane_made``."""

    add_requested = Signal()
    left = Signal()  # the user is done comparing
    scores_requested = Signal()
    voted = Signal(str, str, float)  # ids of the lanes left and right; 1 when left was better, 0, or 0.5
    warned = Signal(str)
    lane_made = Signal(object)  # LaneView

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Lanes")
        self.views: dict[str, LaneView] = {}
        self._lanes: Sequence[Lane] = ()
        self._pairs: list[tuple[str, str]] = []
        self._asked = False  # since blind voting began
        self._syncing = False
        self.add = Button("Add lane", icon="plus")
        self.diff = Button("Diff", icon="diff")
        self.against = ComboBox("Diff against")
        self.blind = Button("Blind vote", icon="eye-off")
        self._scores = Button("Scores", "quiet", "sort")
        self._done = Button("Done", "quiet")
        self._word = Label(tone="dim")
        self._votes = QWidget()
        self._buttons: dict[float, Button] = {}
        self._build()
        self._connect()

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(14, 6, 14, 6)
        bar.setSpacing(8)
        for button in (self.diff, self.blind):
            button.setCheckable(True)
        self._scores.setToolTip("What the votes say about models and settings")
        self._done.setAccessibleName("Stop comparing")
        for widget in (self.add, self.diff, self.against, self.blind, self._scores):
            bar.addWidget(widget)
        bar.addStretch(1)
        bar.addWidget(self._done)
        self.against.hide()
        inside = QWidget()
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        area = self._area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        votes = QHBoxLayout(self._votes)
        votes.setContentsMargins(14, 6, 14, 6)
        votes.addWidget(self._word, 1)
        for text, score in (("← Left is better", 1.0), ("= Tie", 0.5), ("Right is better →", 0.0)):
            button = self._buttons[score] = Button(text)
            button.clicked.connect(lambda _=False, score=score: self._vote(score))
            votes.addWidget(button)
        votes.addStretch(1)
        self._votes.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(HLine())
        column.addWidget(area, 1)
        column.addWidget(HLine())
        column.addWidget(self._votes)

    def _connect(self) -> None:
        self.add.clicked.connect(self.add_requested)
        self._done.clicked.connect(self.left)
        self._scores.clicked.connect(self.scores_requested)
        self.diff.toggled.connect(lambda _: self._show_diff())
        self.against.currentIndexChanged.connect(lambda _: self._show_diff())
        self.blind.toggled.connect(self._set_blind)

    # --- the lanes ---

    def show_lanes(
        self, lanes: Sequence[Lane], names: Mapping[str, str], infos: Mapping[str, ModelInfo | None]
    ) -> None:
        """Shows the lanes. ``names`` are the providers' names by id, ``infos`` what is known of each lane's model."""
        self._lanes = lanes
        for gone in self.views.keys() - {lane.id for lane in lanes}:
            view = self.views.pop(gone)
            self._row.removeWidget(view)
            view.hide()
            view.deleteLater()
        more = bool(self.views)
        for number, lane in enumerate(lanes, 1):
            added = lane.id not in self.views
            view = self._make(lane.id) if added else self.views[lane.id]
            if added and more:
                QTimer.singleShot(0, view, partial(self._area.ensureWidgetVisible, view, 0, 0))
            info = infos[lane.id]
            provider = info.ref.provider if info else lane.model.partition("/")[0]
            view.show_lane(lane, number, names.get(provider, provider), info)
        self.add.setEnabled(len(lanes) < MOST)
        self.against.set_items([
            (f"Lane {n} · {lane.model.partition('/')[2]}", lane.id) for n, lane in enumerate(lanes, 1)])
        self._show_mode()

    def _make(self, lane_id: str) -> LaneView:
        view = self.views[lane_id] = LaneView(lane_id)
        self._row.addWidget(view, 1)
        for bars, bar in enumerate(view.scroll_bars()):
            bar.valueChanged.connect(lambda _, bar=bar, bars=bars: self._sync(bar, bars))
        self.lane_made.emit(view)
        return view

    def _sync(self, moved: QScrollBar, which: int) -> None:
        """Scrolls the other lanes to the same share of their length; not while text comes in, when each follows its
        own end."""
        if self._syncing or not moved.maximum() or any(view.streaming for view in self.views.values()):
            return
        self._syncing = True
        for view in self.views.values():
            bar = view.scroll_bars()[which]
            if bar is not moved:
                bar.setValue(round(moved.value() / moved.maximum() * bar.maximum()))
        self._syncing = False

    def show_entries(self, lane_id: str, entries: Sequence[Entry]) -> None:
        if view := self.views.get(lane_id):
            view.show_entries(entries)
            self._show_diff()

    def begin(self, lane_id: str, entry: Entry) -> None:
        if view := self.views.get(lane_id):
            self._asked = True
            self._pairs = []
            view.begin(entry)
            self._show_mode()

    def append_text(self, lane_id: str, key: str, piece: str) -> None:
        if view := self.views.get(lane_id):
            view.append_text(key, piece)

    def append_reasoning(self, lane_id: str, key: str, piece: str) -> None:
        if view := self.views.get(lane_id):
            view.append_reasoning(key, piece)

    def end(self, lane_id: str, entry: Entry) -> None:
        if view := self.views.get(lane_id):
            view.end(entry)
            self._show_diff()

    # --- differences ---

    def _show_diff(self) -> None:
        on = self.diff.isChecked()
        self.against.setVisible(on)
        base = self.views.get(self.against.currentData() or "")
        for view in self.views.values():
            view.set_against(base.text() if on and base is not None and view is not base else None)

    def reset(self) -> None:
        """Switches off what belongs to one comparison: it has ended."""
        self.blind.setChecked(False)
        self.diff.setChecked(False)

    def step_back(self) -> None:
        """Ends what Escape ends: the differences, else the comparison; nothing while answers are judged."""
        if self.diff.isChecked():
            self.diff.setChecked(False)
        elif not self._pairs and not self._asked:
            self.left.emit()

    # --- blind votes ---

    def answered(self) -> None:
        """Lets the votes begin: every lane has ended."""
        if self.blind.isChecked() and self._asked:
            self._pairs = blind_pairs(self._lanes, random.Random())
            if not self._pairs:
                self.warned.emit("All lanes have the same model and settings, so there is nothing to vote on.")
            self._asked = False
        self._show_mode()

    def _set_blind(self, on: bool) -> None:
        self._asked, self._pairs = False, []
        if on:
            self.warned.emit("The next answers come without names. Judge them by the keys ←, → and =.")
            self.diff.setChecked(False)
        self._show_mode()

    def _vote(self, score: float) -> None:
        if self._pairs:
            left, right = self._pairs.pop(0)
            self.voted.emit(left, right, score)
            if not self._pairs:
                self.warned.emit("Thank you: here is who answered what.")
            self._show_mode()

    def _show_mode(self) -> None:
        """Shows all lanes; or, blind, none before they have ended, and then two at a time."""
        voting, hiding = bool(self._pairs), self.blind.isChecked() and self._asked
        pair = self._pairs[0] if voting else ()
        for lane_id, view in self.views.items():
            masked = voting or hiding
            name = ("Left", "Right")[pair.index(lane_id)] if lane_id in pair else "Hidden" if masked else ""
            view.set_blind(name, concealed=hiding)
            view.setVisible(not voting or lane_id in pair)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if voting else Qt.FocusPolicy.NoFocus)
        if voting:
            for lane_id in pair:
                self._row.removeWidget(self.views[lane_id])
                self._row.addWidget(self.views[lane_id], 1)
            self._word.setText("Which is better?" if len(self._pairs) == 1 else
                               f"Which is better? {len(self._pairs)} pairs to go")
            self.setFocus()
        else:
            for lane in self._lanes:
                self._row.removeWidget(self.views[lane.id])
                self._row.addWidget(self.views[lane.id], 1)
                self.views[lane.id].set_removable(len(self._lanes) > FEWEST and not hiding)
        self._votes.setVisible(voting)
        for button in (self.add, self.diff):
            button.setEnabled(not voting and not hiding and (button is self.diff or len(self._lanes) < MOST))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        score = _KEYS.get(Qt.Key(event.key()))
        if score is not None and self._pairs:
            self._vote(score)
        elif event.key() == Qt.Key.Key_Escape:
            self.step_back()
        else:
            super().keyPressEvent(event)
