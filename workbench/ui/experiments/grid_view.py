"""The view of the grid: each cell with an excerpt, its metrics, and a tint that grows with the chosen metric."""

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
    EXCERPT,
    INCOMING,
    SUMMARY,
    TWIN,
    GridModel,
    metrics_line,
)
from workbench.ui.theme import style
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.model_index import Index

_PAD = 8
_LINES = 2  # of the excerpt
_GAP = 4  # below it; descenders need some of it
ROW = 80
_CHANGE_LINE = 14
_MAX_HEADING = 180
"""The highest width of row headings, in pixels."""


class GridView(QTableView):
    """The table ``Results``; ``chosen`` carries the cell that the user looks at."""

    chosen = Signal(QModelIndex)

    def __init__(self, model: GridModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        polished(self)
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
        self.verticalHeader().setMaximumWidth(_MAX_HEADING)
        self.selectionModel().currentChanged.connect(lambda current, _: self.chosen.emit(current))
        model.modelReset.connect(self._fit_rows)
        model.modelReset.connect(self._fit_columns)
        model.dataChanged.connect(lambda *_: self._delegate.reset_range())
        model.dataChanged.connect(lambda *_: self._fit_rows())

    def set_metric(self, metric: str) -> None:
        self._delegate.metric = metric
        self._delegate.reset_range()
        self.viewport().update()

    def _fit_columns(self) -> None:
        """Lets the columns share the width while each gets enough, else lets the grid scroll sideways."""
        narrow = self.model().columnCount() * 150 > max(self.width() - _MAX_HEADING, 150)
        mode = QHeaderView.ResizeMode.Interactive if narrow else QHeaderView.ResizeMode.Stretch
        self.horizontalHeader().setSectionResizeMode(mode)
        self.horizontalHeader().setDefaultSectionSize(190)
        self._delegate.reset_range()
        rows = min(self.model().rowCount(), 6) * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(rows + self.horizontalHeader().sizeHint().height() + (16 if narrow else 4))

    def _fit_rows(self) -> None:
        """Makes the rows higher while cells are compared with an earlier run."""
        model = self.model()
        assert isinstance(model, GridModel)
        height = ROW + (_CHANGE_LINE if model.compares else 0)
        if height != self.verticalHeader().defaultSectionSize():
            self.verticalHeader().setDefaultSectionSize(height)
            self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()


class CellDelegate(QStyledItemDelegate):
    """Paints one cell."""

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        self.metric = "pass_rate"
        self._range: tuple[float, float] | None = None

    def reset_range(self) -> None:
        """Forgets the range of the metric, because values have changed; the next painting measures it again."""
        self._range = None

    def _range_of_metric(self) -> tuple[float, float]:
        """Returns the range of the metric over the grid, to which the tint is relative."""
        model = self._view.model()
        assert isinstance(model, GridModel)
        values = [value for one in model.summaries() if (value := metric_value(one, self.metric)) is not None]
        rate = self.metric in ("pass_rate", "agreement", "distinctness", "score", "rating")
        return (0.0, 1.0) if rate or not values else (min(values), max(values))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, summary = style.theme(), index.data(SUMMARY)
        painter.save()
        painter.fillRect(option.rect, QColor(theme.background))
        if (share := self._share(summary)) is not None:
            tint = QColor(theme.ok)
            tint.setAlphaF(0.28 * share)
            painter.fillRect(option.rect, tint)
        inner = option.rect.adjusted(_PAD, 6, -_PAD, -6)
        self._text(painter, option, inner, index)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QColor(theme.accent))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _share(self, summary: Summary) -> float | None:
        value = metric_value(summary, self.metric)
        if value is None:
            return None
        low, high = self._range = self._range or self._range_of_metric()
        if high <= low:
            return None  # all are equal, and none is better
        share = (value - low) / (high - low)
        return 1 - share if self.metric in LESS_IS_BETTER else share

    def _text(self, painter: QPainter, option: QStyleOptionViewItem, inner: QRect, index: Index) -> None:
        theme = style.theme()
        incoming = index.data(INCOMING)
        excerpt = incoming or index.data(EXCERPT)
        painter.setFont(option.font)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(theme.dim if incoming else theme.text))
        room = QRect(inner.left(), inner.top(), inner.width(), metrics.height() * _LINES + _GAP)
        flat = " ".join(excerpt[-160:].split() if incoming else excerpt[:300].split())
        shown = metrics.elidedText(flat, Qt.TextElideMode.ElideRight, room.width() * _LINES - 30)
        painter.drawText(room, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeading, shown)
        small = QFont(option.font)
        small.setPixelSize(11)
        painter.setFont(small)
        painter.setPen(QColor(theme.dim))
        rest = QRect(inner.left(), room.bottom() + 1, inner.width(), inner.bottom() - room.bottom())
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeading
        facts = left_to_right("\u00a0· ".join(filter(None, [metrics_line(index.data(SUMMARY)), index.data(TWIN)])))
        painter.drawText(rest, flags, facts)
        if change := index.data(CHANGE):
            rest.setTop(painter.boundingRect(rest, flags, facts).bottom() + 1)
            painter.setPen(QColor({"better": theme.ok, "worse": theme.bad}.get(change.word, theme.dim)))
            words = painter.fontMetrics().elidedText(
                left_to_right(change_words(change)), Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading, words)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(190, ROW)
