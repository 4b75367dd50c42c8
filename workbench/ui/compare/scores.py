"""What the votes say: Bradley–Terry strengths with intervals, by kind of task."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.core.experiments.statistics import Z95
from workbench.core.experiments.votes import Vote, scores, votes_to_tell
from workbench.core.text.formatting import interval, percent
from workbench.ui.widgets import ComboBox, Label

_ABOUT = ("The chance of winning against an average opponent, with its 95 % interval, by the Bradley–Terry model. "
          "Chats' tags say what kind of task a vote was for.")


class ScoresDialog(QDialog):
    def __init__(self, votes: Sequence[Vote], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Scores of blind votes")
        self.resize(QSize(720, 420).boundedTo(parent.window().size() * 0.95))
        self._all = votes
        self._tag = ComboBox("Task")
        tags = sorted({tag for vote in votes for tag in vote.tags})
        self._tag.set_items([("All tasks", ""), *((tag, tag) for tag in tags)])
        self._count = Label(tone="dim")
        self.table = QTableWidget(0, 4)
        self._build()
        self._show()

    def _build(self) -> None:
        table = self.table
        table.setAccessibleName("Scores")
        table.setHorizontalHeaderLabels(["Model and settings", "Wins", "95 % interval", "Votes"])
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head = QHBoxLayout()
        head.addWidget(self._tag)
        head.addWidget(self._count, 1)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(table, 1)
        column.addWidget(Label(_ABOUT, "dim", wrap=True))
        self._tag.currentIndexChanged.connect(lambda _: self._show())

    def _show(self) -> None:
        tag = self._tag.currentData()
        counted = sum(1 for vote in self._all if not tag or tag in vote.tags)
        self._count.setText(_words(counted, votes_to_tell(self._all, tag)) if counted else
                            "No votes yet: switch on “Blind vote”, ask something, and judge the answers.")
        rows = scores(self._all, tag)
        self.table.setRowCount(len(rows))
        for row, each in enumerate(rows):
            low, high = (_chance(each.value + side * Z95 * each.error) for side in (-1, 1))
            cells = (each.player, percent(_chance(each.value)), interval(low, high), f"{each.games:g}")
            for column, text in enumerate(cells):
                self.table.setItem(row, column, QTableWidgetItem(text))


def _words(counted: int, more: int | None) -> str:
    """How many votes there are, and whether they tell who is best."""
    votes = "1 vote" if counted == 1 else f"{counted:,} votes"
    if more is None:
        return f"{votes} · the first two are as good"
    return f"{votes} · the first is better than the second" if more == 0 else (
        f"{votes} · about {more:,} more would tell the first from the second")


def _chance(strength: float) -> float:
    """Of winning against strength 0, the mean of all players."""
    return 1 / (1 + math.exp(-strength)) if math.isfinite(strength) else float(strength > 0)
