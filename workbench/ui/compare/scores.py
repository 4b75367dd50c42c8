"""The scores dialog: Bradley–Terry strengths of blind votes with their intervals, by kind of task."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
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

from workbench.core.experiments.bradley_terry import chance
from workbench.core.experiments.statistics import Z95
from workbench.core.experiments.votes import ALPHA, LIKELY, MOST_VOTES, Standing, Vote, scores, standing
from workbench.core.text.formatting import count, interval, percent
from workbench.core.text.formatting import counted as phrase
from workbench.ui.theme.scale import fitted
from workbench.ui.widgets import ComboBox, Label, close_button
from workbench.ui.widgets.item_views import polished

_COLUMNS = ("Model and settings", "Votes", "Won", "Chance against the average", "95 % interval")
_ABOUT = (
    "Won: the share of its votes, a tie being half of one. The chance against the average opponent, with its 95 % "
    "interval, allows for how strong the opponents were (Bradley–Terry model). You may look after each vote and stop "
    f"when you like: in at most {percent(ALPHA)} of rankings the first is ever wrongly called better. Chats' tags say "
    "what kind of task a vote was for."
)


class ScoresDialog(QDialog):
    def __init__(self, votes: Sequence[Vote], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Scores of blind votes")
        self.resize(fitted(720, 420, parent))
        self._all = votes
        self._tag = ComboBox("Task")
        tags = sorted({tag for vote in votes for tag in vote.tags})
        self._tag.set_items([("All tasks", ""), *((tag, tag) for tag in tags)])
        self._count = Label(tone="dim")
        self.table = polished(QTableWidget(0, len(_COLUMNS)))
        self._build()
        self._show()

    def _build(self) -> None:
        table = self.table
        table.setAccessibleName("Scores")
        table.setHorizontalHeaderLabels(_COLUMNS)
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
        column.addWidget(close_button(self), 0, Qt.AlignmentFlag.AlignTrailing)
        self._tag.currentIndexChanged.connect(lambda _: self._show())

    def _show(self) -> None:
        tag = self._tag.currentData()
        counted = sum(1 for vote in self._all if not tag or tag in vote.tags)
        self._count.setText(_words(counted, standing(self._all, tag)) if counted else
                            "No votes yet: switch on “Blind vote”, ask something, and judge the answers.")
        rows = scores(self._all, tag)
        self.table.setRowCount(len(rows))
        for row, each in enumerate(rows):
            low, high = (chance(each.value + side * Z95 * each.error) for side in (-1, 1))
            cells = (each.player, f"{each.games:g}", percent(each.won / each.games), percent(chance(each.value)),
                     interval(low, high))
            for column, text in enumerate(cells):
                self.table.setItem(row, column, QTableWidgetItem(text))


def _words(counted: int, found: Standing | None) -> str:
    """Returns a sentence on how many votes there are, and whether they tell who is best."""
    votes = phrase(counted, "{n} vote", "{n} votes")
    if found is None:
        return votes
    if found.told:
        return f"{votes} · the first is better than the second"
    if found.more > MOST_VOTES:
        return f"{votes} · the first two are about as good: {count(MOST_VOTES)} more would hardly tell them apart"
    return (f"{votes} · not told apart yet: about {count(found.more)} more would do, with a chance of "
            f"{percent(LIKELY)}")
