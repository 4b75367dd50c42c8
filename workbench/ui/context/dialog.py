"""The dialog that shows the context: every message that is sent, with tokens and price, and whether it fits."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.core.text.formatting import count, dollars
from workbench.ui.context.checks import CheckDelegate
from workbench.ui.context.context_controller import Context
from workbench.ui.context.model import PIN, SENT, TEXT, ContextModel
from workbench.ui.theme.scale import fitted, follow, px
from workbench.ui.widgets import Button, Label
from workbench.ui.widgets.item_views import polished


class ContextDialog(QDialog):
    """Shows a ``Context``; ``model`` and the signals tell what the user wants to change in it."""

    leave_oldest_requested = Signal()
    include_all_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("What will be sent")
        self.resize(fitted(760, 560, parent))
        self.model = ContextModel(self)
        self.table = polished(QTableView())
        self._summary = Label("", wrap=True)
        self._share = QProgressBar()
        self._oldest = Button("Leave out the oldest")
        self._all = Button("Send everything", "quiet")
        self._close = Button("Close")
        self._shown = False
        self._build()

    def _build(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("Messages that will be sent")
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._checks = CheckDelegate(table)
        for checked in (SENT, PIN):
            table.setItemDelegateForColumn(checked, self._checks)
        table.verticalHeader().hide()
        follow(table.verticalHeader(), lambda header: header.setDefaultSectionSize(px(28)))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate((52, 52, 80, 300, 90, 90)):
            table.setColumnWidth(column, width)
        header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        self._share.setAccessibleName("Share of the model's context")
        self._share.setRange(0, 1000)
        self._share.setTextVisible(False)
        foot = QHBoxLayout()
        foot.addWidget(self._summary, 1)
        foot.addWidget(self._all)
        foot.addWidget(self._oldest)
        foot.addWidget(self._close)
        whole = QVBoxLayout(self)
        whole.setSpacing(12)
        whole.addWidget(table, 1)
        whole.addWidget(self._share)
        whole.addLayout(foot)
        self._oldest.clicked.connect(self.leave_oldest_requested)
        self._all.clicked.connect(self.include_all_requested)
        self._close.clicked.connect(self.accept)

    def show_context(self, context: Context) -> None:
        self.model.set_context(context)
        self._summary.setText(summary(context))
        self._summary.set_tone("bad" if context.excess else "dim")
        self._share.setVisible(bool(context.window))
        if context.window:
            self._share.setValue(min(1000, round(1000 * context.tokens / context.window)))
        self._oldest.setVisible(bool(context.excess))
        self._all.setVisible(any(item.left_out for item in context.items))
        if not self._shown and context.items:
            self._shown = True
            self.table.setCurrentIndex(self.model.index(len(context.items) - 1, SENT))
            self.table.scrollToBottom()


def summary(context: Context) -> str:
    """Returns how much is sent in all, and whether it fits."""
    if context.excess:
        return (f"About {count(context.excess)} tokens more than {context.model} takes "
                f"({count(context.window)}): leave some messages out.")
    facts = [f"≈ {count(context.tokens)} tokens"]
    if context.window:
        share = 100 * context.tokens / context.window
        facts.append(f"{share:.0f} % of the {count(context.window)} that {context.model} takes"
                     if share >= 1 else f"less than 1 % of what {context.model} takes")
    if context.price:
        facts.append(f"≈ {dollars(context.price * context.tokens)} before the answer")
    return " · ".join(facts)
