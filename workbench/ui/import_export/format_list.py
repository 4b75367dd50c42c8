"""List of export formats, each with what it is good for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.core.ports.exports import ExportFormat
from workbench.core.text.formatting import left_to_right
from workbench.ui.theme import style
from workbench.ui.theme.scale import px
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.model_index import Index
from workbench.ui.widgets.rows import RowSpace, paint_background

_FORMAT = Qt.ItemDataRole.UserRole
_ROW = 46


class FormatList(QListWidget):
    def __init__(self, formats: Sequence[ExportFormat], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        polished(self)
        self.setAccessibleName("Format")
        self.setItemDelegate(_Rows(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for format in formats:
            item = QListWidgetItem(format.title, self)
            item.setData(_FORMAT, format)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, format.about)

    def format(self) -> ExportFormat:
        """Returns the format that is selected."""
        chosen: ExportFormat = self.currentItem().data(_FORMAT)
        return chosen

    def choose(self, format_id: str) -> None:
        """Selects a format; the first one when there is none of this id."""
        found = (row for row in range(self.count()) if self.item(row).data(_FORMAT).id == format_id)
        self.setCurrentRow(next(found, 0))


class _Rows(QStyledItemDelegate):
    """Paints the name with its suffix and, below it, the sentence."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = style.theme()
        format: ExportFormat = index.data(_FORMAT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = paint_background(painter, option)
        space = RowSpace(option, 10)
        half = space.rect.height() // 2
        small = QFont(option.font)
        small.setPixelSize(px(11))
        painter.setFont(small)
        painter.setPen(QColor(tokens.dim))
        suffix = left_to_right(f".{format.ending}")
        upper, lower = space.rect.adjusted(0, 5, 0, -half), space.rect.adjusted(0, half, 0, -5)
        trailing = Qt.AlignmentFlag.AlignLeft if option.direction == Qt.LayoutDirection.RightToLeft \
            else Qt.AlignmentFlag.AlignRight
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter | trailing | Qt.AlignmentFlag.AlignAbsolute, suffix)
        about = painter.fontMetrics().elidedText(format.about, Qt.TextElideMode.ElideRight, lower.width())
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter | space.align, about)
        painter.setFont(option.font)
        painter.setPen(QColor(tokens.accent if selected else tokens.text))
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter | space.align, format.title)
        painter.restore()
