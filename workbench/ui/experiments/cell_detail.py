"""The details of one cell: its samples one by one or all at once, their checks, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.experiments.axes import heading
from workbench.core.experiments.grid import Cell
from workbench.core.experiments.results import Result, Summary, named_checks
from workbench.core.experiments.variance import Variance
from workbench.core.text.differences import word_diff
from workbench.ui.experiments.grid_model import summary_text
from workbench.ui.experiments.variance_view import VarianceView
from workbench.ui.reply_variants.diff_text import DiffText
from workbench.ui.widgets import Button, ComboBox, ElidedLabel, FlowLayout, Label, Segmented

RATINGS = {"Bad": 0.0, "Fair": 0.5, "Good": 1.0}
ONE, ALL = "One", "All samples"
_MARKS = {True: "✓", False: "✗", None: "?"}  # “?”: a check that could not be made
_MAX_HEIGHT = 360
"""The height in pixels from which on an answer scrolls, so that the buttons below it stay in view."""


class CellDetail(QWidget):
    """Shows answers as plain text: nothing in them is read as rich text."""

    use_requested = Signal(object)  # Cell
    chat_requested = Signal(object)  # Result
    rated = Signal(str, object)  # key, rating 0 to 1 or None
    comparison_requested = Signal(list, list)  # texts of the samples and what each answers, for ``show_variance``

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cell: Cell | None = None
        self._results: list[Result] = []
        self._title, self._facts = ElidedLabel("", "strong"), Label("", "dim", wrap=True)
        self._view = Segmented([ONE, ALL], "View")
        self._view.set_value(ONE)
        self._sample = ComboBox("Sample")
        self._against = ComboBox("Compare with sample")
        self._text, self._all = DiffText("Answer"), VarianceView()
        self._note = Label("", "dim", wrap=True)
        self._rating = Segmented(list(RATINGS), "My rating")
        self._use, self._chat = Button("Use these settings", "primary"), Button("Open as chat")
        self._build()
        self._view.picked.connect(lambda _: self._show_view())
        self._sample.currentIndexChanged.connect(lambda _: self._show_sample())
        self._against.currentIndexChanged.connect(lambda _: self._show_sample())
        self._rating.picked.connect(self._rate)
        self._use.clicked.connect(lambda: self.use_requested.emit(self._cell))
        self._chat.clicked.connect(lambda: self.chat_requested.emit(self._current()))

    def _build(self) -> None:
        head, choice = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._view)
        for box in (self._sample, self._against):
            box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            choice.addWidget(box, 1)
        foot = FlowLayout()
        for widget in (self._use, self._chat, self._rating):
            foot.addWidget(widget)
        self._single = QWidget()
        column = QVBoxLayout(self._single)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(choice)
        column.addWidget(self._text)
        column.addWidget(self._note)
        column.addLayout(foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addWidget(self._facts)
        whole.addWidget(self._single)
        whole.addWidget(self._all)
        self._text.set_most(_MAX_HEIGHT)

    def show_cell(self, summary: Summary, results: Sequence[Result]) -> None:
        """Shows a cell. The selected sample stays while more of the same cell come in."""
        cell = summary.cell
        same = self._cell == cell
        self._facts.setText(summary_text(summary))
        if same and list(results) == list(self._results):
            return
        kept = (self._sample.currentIndex(), self._against.currentIndex()) if same else (0, 0)
        old = len(self._results) if same and list(results[: len(self._results)]) == self._results else 0
        self._cell, self._results = cell, list(results)
        if not same:
            self._all.clear()
        settings = " · ".join(heading(name, value) for name, value in cell.axis.items())
        self._title.setText(" · ".join(filter(None, [cell.case, cell.model, settings])))
        more = [_name(result) for result in results[old:]]
        for box in (self._sample, self._against):
            box.blockSignals(True)
            if not old:
                box.clear()
                box.addItems(["compare with …"] if box is self._against else [])
            box.addItems(more)
            box.blockSignals(False)
        self._sample.setCurrentIndex(min(max(kept[0], 0), len(results) - 1))
        self._against.setCurrentIndex(max(0, min(kept[1], len(results))))
        self._show_sample()
        self._show_view()

    def _show_view(self) -> None:
        all_samples = self._view.value() == ALL
        self._single.setVisible(not all_samples)
        self._all.setVisible(all_samples)
        if all_samples:
            self._all.show_waiting()
            answers = self._answers()
            self.comparison_requested.emit([one.text for one in answers], [str(one.input) for one in answers])

    def show_variance(self, variance: Variance) -> None:
        """Shows how the samples vary, in answer to ``comparison_requested``."""
        answers = self._answers()[: len(variance.samples)]
        self._all.show_variance(variance, [_name(result) for result in answers])

    def _answers(self) -> list[Result]:
        return [result for result in self._results if not result.error]

    def _current(self) -> Result | None:
        at = self._sample.currentIndex()
        return self._results[at] if 0 <= at < len(self._results) else None

    def _show_sample(self) -> None:
        result, other = self._current(), self._against.currentIndex() - 1
        for widget in (self._chat, self._rating):
            widget.setEnabled(result is not None and not result.error)
        if result is None:
            self._text.set_pieces(())
            self._note.setText("Nothing has come for this cell yet.")
            return
        before = self._results[other].text if other >= 0 else result.text
        self._text.set_pieces(word_diff(before, result.text))
        named = named_checks(self._cell, result) if self._cell else ()
        checks = [f"{_MARKS[check.passed]} {name}" + (f" ({check.note})" if check.note else "")
                  for name, check in named]
        self._note.setText(" · ".join(filter(None, [result.error, *checks, result.finish_reason])))
        word = next((word for word, value in RATINGS.items() if value == result.rating), "")
        self._rating.set_value(word)

    def _rate(self, word: str) -> None:
        if (result := self._current()) is not None:
            self.rated.emit(result.key, RATINGS[word])


def _name(result: Result) -> str:
    inputs = ", ".join(value[:24] for value in result.input.values())
    return f"sample {result.sample + 1}" + (f": {inputs}" if inputs else "")
