"""The list of messages that a search found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.core.chat.chats import Hit
from workbench.core.text.formatting import own_direction
from workbench.ui.theme import style
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.model_index import Index
from workbench.ui.widgets.rows import SIDE, paint_background

_HIT = Qt.ItemDataRole.UserRole
_HEIGHT = 62


class HitList(QListWidget):
    """Shows each message with the title of its chat and the words found highlighted."""

    open_requested = Signal(str, str, str)  # chat id, message id, words found in it ("" for a title)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        polished(self)
        self.setAccessibleName("Search results")
        self.setItemDelegate(_HitDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._open)
        self.itemActivated.connect(self._open)

    def show_hits(self, hits: Sequence[Hit]) -> None:
        if list(hits) == [self.item(row).data(_HIT) for row in range(self.count())]:
            return  # keeps the current row
        self.clear()
        for hit in hits:
            item = QListWidgetItem(hit.chat_title or "New chat", self)
            item.setData(_HIT, hit)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, hit.snippet)

    def _open(self, item: QListWidgetItem) -> None:
        hit: Hit = item.data(_HIT)
        words = hit.snippet[slice(hit.marks[0][0], sum(hit.marks[0]))] if hit.marks else ""
        self.open_requested.emit(hit.chat_id, hit.message_id, words if hit.role != "title" else "")


class _HitDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, hit = style.theme(), index.data(_HIT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_background(painter, option)
        area = option.rect.adjusted(SIDE, 5, -SIDE, -4)
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        title = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading, own_direction(title))
        area.setTop(area.top() + painter.fontMetrics().height() + 1)
        small = QFont(option.font)
        small.setPixelSize(12)
        painter.setPen(QColor(tokens.dim))
        _paint_snippet(painter, area, small, hit, option.direction)
        painter.restore()


def _paint_snippet(
    painter: QPainter, area: QRect, font: QFont, hit: Hit, direction: Qt.LayoutDirection
) -> None:
    """Paints two lines of the snippet with the words found in the accent colour."""
    text = hit.snippet.replace("\n", " ")
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setTextDirection(direction)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    marked = QTextCharFormat()
    marked.setForeground(QColor(style.theme().accent))
    marked.setFontWeight(QFont.Weight.DemiBold)
    ranges = []
    for start, length in hit.marks:
        found = QTextLayout.FormatRange()
        # Qt counts UTF-16 code units, Python counts code points.
        found.start = len(text[:start].encode("utf-16-le")) // 2
        found.length = len(text[start : start + length].encode("utf-16-le")) // 2
        found.format = marked
        ranges.append(found)
    layout.setFormats(ranges)
    layout.beginLayout()
    top = 0.0
    for _ in range(2):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(area.width())
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    layout.draw(painter, QPointF(area.topLeft()))
