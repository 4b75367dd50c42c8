"""Two replies of a chat: their texts word by word, and what differed in the requests."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.core.chat.messages import MessageNode
from workbench.core.reply.records import RequestRecord
from workbench.core.text.differences import setting_differences, word_diff
from workbench.ui.chat.message_view_model import when
from workbench.ui.theme.scale import fitted
from workbench.ui.widgets import ComboBox, IconButton, Label, close_button
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.tips import plain_tip

from .diff_text import DiffText

_FOLDS = 400  # characters of a setting that are shown in the table; the rest is in the tool tip


class DiffDialog(QDialog):
    """``replies`` are what can be chosen, in order; ``old`` and ``new`` the ids of the two shown first."""

    def __init__(self, replies: Sequence[MessageNode], old: str, new: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Compare")
        self.resize(fitted(860, 680, parent))
        self._nodes = {node.id: node for node in replies}
        self._old, self._new = ComboBox("From reply"), ComboBox("To reply")
        items: list[tuple[str, object]] = [(_title(n, node), node.id) for n, node in enumerate(replies, 1)]
        for box, chosen in ((self._old, old), (self._new, new)):
            box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(20)
            box.set_items(items)
            box.set_data(chosen)
            box.currentIndexChanged.connect(lambda _: self._show())
        self._text = DiffText("Differences of the texts")
        self._word = Label(tone="dim")
        self._table = _Settings()
        self._build()
        self._show()

    def _build(self) -> None:
        swap = IconButton("sort", "Swap the two replies")
        swap.clicked.connect(self._swap)
        head = QHBoxLayout()
        head.addWidget(self._old, 1)
        head.addWidget(swap)
        head.addWidget(self._new, 1)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self._word)
        column.addWidget(self._table, 1)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(1)
        parts.addWidget(self._text)
        parts.addWidget(below)
        parts.setSizes([430, 200])
        whole = QVBoxLayout(self)
        whole.setSpacing(12)
        whole.addLayout(head)
        whole.addWidget(parts, 1)
        whole.addWidget(close_button(self), 0, Qt.AlignmentFlag.AlignTrailing)

    def _swap(self) -> None:
        old, new = self._old.currentData(), self._new.currentData()
        self._old.set_data(new)
        self._new.set_data(old)
        self._show()

    def _show(self) -> None:
        old, new = self._nodes[self._old.currentData()], self._nodes[self._new.currentData()]
        for box in (self._old, self._new):
            box.setToolTip(plain_tip(box.currentText()))
        self._text.set_pieces(word_diff(old.message.text, new.message.text))
        if old.record is None or new.record is None:
            self._word.setText("One of them has no request with settings: it was imported or written by hand.")
            self._table.hide()
            return
        rows = self._table.show_difference(old.record, new.record)
        self._table.setVisible(bool(rows))
        self._word.setText("What differed in the requests" if rows else "Both requests were the same.")


class _Settings(QTableWidget):
    def __init__(self) -> None:
        super().__init__(0, 3)
        polished(self)
        self.setAccessibleName("Differences of the settings")
        self.setHorizontalHeaderLabels(["Setting", "From", "To"])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        for column, mode in enumerate((
            QHeaderView.ResizeMode.ResizeToContents, QHeaderView.ResizeMode.Stretch, QHeaderView.ResizeMode.Stretch,
        )):
            self.horizontalHeader().setSectionResizeMode(column, mode)

    def show_difference(self, old: RequestRecord, new: RequestRecord) -> int:
        """Fills the table; how many rows there are."""
        differences = setting_differences(old, new)
        self.setRowCount(len(differences))
        for row, each in enumerate(differences):
            for column, text in enumerate((each.name, each.old or "not sent", each.new or "not sent")):
                item = QTableWidgetItem(text[:_FOLDS])
                item.setToolTip(text[:_FOLDS * 5])
                self.setItem(row, column, item)
        self.resizeRowsToContents()
        return len(differences)


def _title(number: int, node: MessageNode) -> str:
    model = node.message.model.partition("/")[2] or node.message.role
    return f"{number} · {model} · {when(node.created)} · {' '.join(node.message.text[:60].split())}"
