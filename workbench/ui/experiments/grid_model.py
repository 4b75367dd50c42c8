"""The grid of an experiment as a table: models and axes down the side, the last axis along the top."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QObject, Qt

from workbench.core.experiments.axes import heading
from workbench.core.experiments.comparison import Change, change_words
from workbench.core.experiments.grid import Cell, cells
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import (
    Result,
    Summary,
    Tally,
    by_cell,
    few_rows_words,
    same_requests,
    worth_words,
)
from workbench.core.text.formatting import counted, dollars, interval, percent, seconds
from workbench.ui.widgets.model_index import NO_PARENT, Index
from workbench.ui.widgets.tips import plain_tip

SUMMARY = Qt.ItemDataRole.UserRole
INCOMING = Qt.ItemDataRole.UserRole + 1
EXCERPT = Qt.ItemDataRole.UserRole + 2
HEADING_WIDTH = 22
"""Characters in a line of a row's heading."""

CHANGE = Qt.ItemDataRole.UserRole + 3
TWIN = Qt.ItemDataRole.UserRole + 4


class GridModel(QAbstractTableModel):
    """Holds the answers, and the summaries that are made of them a little later."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[str] = []
        self._columns: list[str] = []
        self._cells: list[list[Cell]] = []
        self._places: dict[int, tuple[int, int]] = {}
        self._results: dict[int, list[Result]] = {}
        self._summaries: dict[int, Summary] = {}
        self._incoming: Mapping[int, str] = {}
        self._changes: dict[int, Change] = {}
        self._twins: Mapping[int, int] = {}

    def show(self, plan: Plan, results: Sequence[Result]) -> None:
        """Shows a plan and its results in the place of everything before."""
        self.beginResetModel()
        grid = cells(plan)
        across = list(plan.axes)[-1:]
        width = len(plan.axes[across[0]]) if across else 1
        self._cells = [list(grid[start : start + width]) for start in range(0, len(grid), width)]
        self._columns = [heading(across[0], value) for value in plan.axes[across[0]]] if across else ["answer"]
        self._rows = [
            "\n".join(filter(None, [row[0].case, row[0].model,
                                    *(heading(name, row[0].axis[name]) for name in list(plan.axes)[:-1])]))
            for row in self._cells
        ]
        self._changes = {}
        self._places = {cell.index: (r, c) for r, row in enumerate(self._cells) for c, cell in enumerate(row)}
        self._results = by_cell(results)
        self._summaries = {cell.index: Tally(cell).summary() for cell in grid}
        self._twins, self._incoming = {}, {}
        self.endResetModel()

    def replace(self, results: Sequence[Result]) -> None:
        """Replaces the answers to the same plan. Summaries stay until new ones are set, except of empty cells."""
        self._results = by_cell(results)
        empty = [cell for row in self._cells for cell in row if cell.index not in self._results]
        self._summaries.update((cell.index, Tally(cell).summary()) for cell in empty)
        self._emit_changed(self._places)

    def add(self, results: Sequence[Result], incoming: Mapping[int, str]) -> None:
        """Adds results. ``incoming`` has the text of unfinished answers by cell."""
        with_results = {result.cell for result in results} & set(self._places)
        with_text = (set(self._incoming) | set(incoming)) & set(self._places)
        for result in results:
            self._results.setdefault(result.cell, []).append(result)
        self._incoming = incoming
        self._emit_changed(with_results | with_text)

    def set_summaries(self, summaries: Mapping[int, Summary]) -> None:
        """Replaces the summaries of some cells."""
        known = summaries.keys() & self._places.keys()
        self._summaries.update((index, summaries[index]) for index in known)
        self._twins = same_requests([self._summaries[index] for index in sorted(self._summaries)])
        self._emit_changed(known)

    def _emit_changed(self, cells: Iterable[int]) -> None:
        for index in cells:
            place = self.index(*self._places[index])
            self.dataChanged.emit(place, place)

    def set_changes(self, changes: Mapping[int, Change]) -> None:
        """Shows how the pass rates of cells differ from those of an earlier run."""
        if changes != self._changes:
            self._changes = dict(changes)
            if self._cells:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._columns) - 1))

    @property
    def compares(self) -> bool:
        return bool(self._changes)

    def cell(self, index: Index) -> Cell:
        return self._cells[index.row()][index.column()]

    def results(self, index: Index) -> Sequence[Result]:
        return sorted(self._results.get(self.cell(index).index, ()), key=lambda one: (one.sample, str(one.input)))

    def summary(self, index: Index) -> Summary:
        return self._summaries[self.cell(index).index]

    def summaries(self) -> Sequence[Summary]:
        return list(self._summaries.values())

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        whole = (self._columns if orientation == Qt.Orientation.Horizontal else self._rows)[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return "\n".join(line for part in whole.split("\n") for line in _wrapped(part))
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(whole)
        return whole if role == Qt.ItemDataRole.AccessibleTextRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self.cell(index)
        if role == SUMMARY:
            return self._summaries[cell.index]
        if role == Qt.ItemDataRole.ToolTipRole:
            facts = [summary_text(self._summaries[cell.index]), self._twin(cell)]
            return plain_tip("\u00a0· ".join(filter(None, facts)))
        if role == TWIN:
            return self._twin(cell)
        if role == INCOMING:
            return self._incoming.get(cell.index, "")
        if role == CHANGE:
            return self._changes.get(cell.index)
        if role == EXCERPT:
            return self._excerpt(cell)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            change = self._changes.get(cell.index)
            return " ".join([self._excerpt(cell)[:200], metrics_line(self._summaries[cell.index]), self._twin(cell),
                             change_words(change) if change else ""]).strip()
        return None

    def _twin(self, cell: Cell) -> str:
        """Returns which cell the same request was sent for, ``""`` for a request of the cell's own."""
        if (twin := self._twins.get(cell.index)) is None or twin not in self._places:
            return ""
        row, column = self._places[twin]
        own_row = self._places[cell.index][0] == row
        place = self._columns[column] if own_row else f"{self._rows[row]}, {self._columns[column]}"
        return f"same request as {' '.join(place.split())}"

    def _excerpt(self, cell: Cell) -> str:
        """Returns the cell's first answer, or why there is none."""
        results = self._results.get(cell.index) or []
        answered = next((result.text for result in results if not result.error), "")
        return answered or (results[0].error if results else "")


def _wrapped(text: str) -> list[str]:
    """Returns at most three lines that fit a heading."""
    lines = textwrap.wrap(text, HEADING_WIDTH) or [text]
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2][: HEADING_WIDTH - 1]}…"]


def metrics_line(summary: Summary) -> str:
    """Returns the known metrics: “3/3 passed · ★ 0.92 · agreement 0.80 · 0.6 s · $0.0003”."""
    if not summary.done:
        return ""
    parts = []
    if rate := summary.checked_rate:
        parts.append(f"{round(rate.value * summary.decided)}/{summary.decided} passed")
    if summary.errors:
        parts.append(counted(summary.errors, "{n} failed", "{n} failed"))
    if summary.undecided:
        parts.append(counted(summary.undecided, "{n} not checked", "{n} not checked"))
    if summary.score:
        parts.append(f"★\u00a0{summary.score.value:.2f} σ\u00a0{summary.score_spread or 0:.2f}")
    if summary.agreement is not None:
        parts.append(f"agreement\u00a0{summary.agreement:.2f}")
    if summary.total is not None:
        parts.append(seconds(summary.total[0]))
    if summary.cost:
        parts.append(dollars(summary.cost))
    parts += summary.adjusted_words
    return "\u00a0· ".join(parts)  # no line starts with a dot


def summary_text(summary: Summary) -> str:
    """Returns all metrics of a cell, with intervals; times as median and 95th percentile."""
    rate, score = summary.checked_rate, summary.score
    facts = [
        f"passed {percent(rate.value)} {interval(rate.low, rate.high)}" if rate else "",
        worth_words(summary) if rate else "", few_rows_words(summary),
        ", ".join(f"{name} {percent(share)}" for name, share in summary.by_check.items()),
        *(f"{confusion.name}: {confusion.words}" for confusion in summary.confusions),
        *(f"{one.name}: {one.words}" for one in summary.preferences),
        f"score {score.value:.2f} [{max(score.low, 0):.2f}, {min(score.high, 1):.2f}]" if score else "",
        f"spread {summary.score_spread:.2f}" if summary.score_spread is not None else "",
        f"agreement {summary.agreement:.2f}" if summary.agreement is not None else "",
        f"distinctness {summary.distinctness:.2f}" if summary.distinctness is not None else "",
        f"{summary.input_tokens or 0:.0f} → {summary.output_tokens:.0f} tokens"
        if summary.output_tokens is not None else "",
        _times("first token", summary.first_token), _times("total", summary.total),
        dollars(summary.cost) if summary.cost else "",
        f"rated {summary.rating:.2f}" if summary.rating is not None else "",
        summary.failed_words, summary.undecided_words,
        *summary.adjusted_words,
    ]
    return "\u00a0· ".join(filter(None, facts)) if summary.done else ""


def _times(name: str, times: tuple[float, float] | None) -> str:
    return f"{name} {seconds(times[0])} (95\u00a0%: {seconds(times[1])})" if times else ""
