"""The grid as it is painted: an excerpt, the metrics, and a wash that grows with the chosen metric."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from workbench.core.experiments.comparison import change_words
from workbench.core.experiments.curves import LESS_IS_BETTER, metric_value
from workbench.core.experiments.results import Summary
from workbench.core.text.formatting import left_to_right
from workbench.ui.experiments.grid_model import (
    CHANGE,
    COMING,
    EXCERPT,
    SUMMARY,
    GridModel,
    metrics_line,
)
from workbench.ui.theme import style
from workbench.ui.widgets.model_index import Index

_PAD = 8
_LINES = 2  # of the excerpt
_GAP = 4  # below it; drawing also needs some of it for the tails of letters
ROW = 80
_CHANGE_LINE = 14
_HEADS = 180
"""Pixels that the heads of rows take at most."""


class GridView(QTableView):
    """``Results``. Tells which cell the user looks at."""

    chosen = Signal(QModelIndex)

    def __init__(self, model: GridModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Results")
        self.setModel(model)
        self._delegate = CellDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(True)
        self.setCornerButtonEnabled(False)
        self.setStyleSheet("QTableCornerButton::section { background: transparent; border: 0; }")
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(150)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setHighlightSections(False)
        self.verticalHeader().setMaximumWidth(_HEADS)
        self.selectionModel().currentChanged.connect(lambda current, _: self.chosen.emit(current))
        model.modelReset.connect(self._make_room)
        model.modelReset.connect(self._fit)
        model.dataChanged.connect(lambda *_: self._delegate.forget_range())
        model.dataChanged.connect(lambda *_: self._make_room())

    def set_metric(self, metric: str) -> None:
        self._delegate.metric = metric
        self._delegate.forget_range()
        self.viewport().update()

    def _fit(self) -> None:
        """Columns share the room while each has enough of it, else the grid scrolls sideways."""
        narrow = self.model().columnCount() * 150 > max(self.width() - _HEADS, 150)
        mode = QHeaderView.ResizeMode.Interactive if narrow else QHeaderView.ResizeMode.Stretch
        self.horizontalHeader().setSectionResizeMode(mode)
        self.horizontalHeader().setDefaultSectionSize(190)
        self._delegate.forget_range()
        rows = min(self.model().rowCount(), 6) * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(rows + self.horizontalHeader().sizeHint().height() + (16 if narrow else 4))

    def _make_room(self) -> None:
        """Rows are higher while cells are compared with an earlier run."""
        model = self.model()
        assert isinstance(model, GridModel)
        height = ROW + (_CHANGE_LINE if model.compares else 0)
        if height != self.verticalHeader().defaultSectionSize():
            self.verticalHeader().setDefaultSectionSize(height)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class CellDelegate(QStyledItemDelegate):
    """Paints one cell."""

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        self.metric = "pass_rate"
        self._range: tuple[float, float] | None = None

    def forget_range(self) -> None:
        """Values have changed; the next painting measures them."""
        self._range = None

    def _measured(self) -> tuple[float, float]:
        """The range of the metric over the grid, which the heat is relative to."""
        model = self._view.model()
        assert isinstance(model, GridModel)
        values = [value for one in model.summaries() if (value := metric_value(one, self.metric)) is not None]
        rate = self.metric in ("pass_rate", "agreement", "distinctness", "score", "rating")
        return (0.0, 1.0) if rate or not values else (min(values), max(values))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, summary = style.theme(), index.data(SUMMARY)
        painter.save()
        painter.fillRect(option.rect, QColor(theme.background))
        if (warmth := self._warmth(summary)) is not None:
            wash = QColor(theme.ok)
            wash.setAlphaF(0.28 * warmth)
            painter.fillRect(option.rect, wash)
        inner = option.rect.adjusted(_PAD, 6, -_PAD, -6)
        self._text(painter, option, inner, index)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QColor(theme.accent))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _warmth(self, summary: Summary) -> float | None:
        value = metric_value(summary, self.metric)
        if value is None:
            return None
        low, high = self._range = self._range or self._measured()
        share = (value - low) / (high - low) if high > low else 1.0
        return 1 - share if self.metric in LESS_IS_BETTER else share

    def _text(self, painter: QPainter, option: QStyleOptionViewItem, inner: QRect, index: Index) -> None:
        theme = style.theme()
        coming = index.data(COMING)
        excerpt = coming or index.data(EXCERPT)
        painter.setFont(option.font)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(theme.dim if coming else theme.text))
        room = QRect(inner.left(), inner.top(), inner.width(), metrics.height() * _LINES + _GAP)
        flat = " ".join(excerpt[-160:].split() if coming else excerpt[:300].split())
        shown = metrics.elidedText(flat, Qt.TextElideMode.ElideRight, room.width() * _LINES - 30)
        painter.drawText(room, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeading, shown)
        small = QFont(option.font)
        small.setPixelSize(11)
        painter.setFont(small)
        painter.setPen(QColor(theme.dim))
        rest = QRect(inner.left(), room.bottom() + 1, inner.width(), inner.bottom() - room.bottom())
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeading
        facts = left_to_right(metrics_line(index.data(SUMMARY)))
        painter.drawText(rest, flags, facts)
        if change := index.data(CHANGE):
            rest.setTop(painter.boundingRect(rest, flags, facts).bottom() + 1)
            painter.setPen(QColor({"better": theme.ok, "worse": theme.bad}.get(change.word, theme.dim)))
            words = painter.fontMetrics().elidedText(
                left_to_right(change_words(change)), Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading, words)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(190, ROW)
