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
from workbench.ui.chat.message_view_model import when
from workbench.ui.theme import style
from workbench.ui.theme.scale import px
from workbench.ui.transcript.entries import joined
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.model_index import Index
from workbench.ui.widgets.rows import SIDE, paint_background

_HIT = Qt.ItemDataRole.UserRole
_FIRST = _HIT + 1  # whether the row is the first of its chat, and so has the title
_ROLES = {"user": "You", "assistant": "Reply", "system": "System prompt", "developer": "Instructions",
          "tool": "Result of a tool", "title": "Title"}


class HitList(QListWidget):
    """Shows the messages found, those of a chat below its title, with role and date and the words found highlighted.
    The chat with the newest message comes first."""

    open_requested = Signal(str, str, str)  # chat id, message id, words found in it ("" for a title)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        polished(self)
        self.setAccessibleName("Search results")
        self.setItemDelegate(_HitDelegate(self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._open)
        self.itemActivated.connect(self._open)

    def show_hits(self, hits: Sequence[Hit]) -> None:
        from workbench.core.text.markdown_marks import without_marks  # not needed to start

        ordered = _by_chat(hits)
        if ordered == [self.item(row).data(_HIT) for row in range(self.count())]:
            return  # keeps the current row
        self.clear()
        above = ""
        for hit in ordered:
            item = QListWidgetItem(hit.chat_title or "New chat", self)
            item.setData(_HIT, hit)
            item.setData(_FIRST, hit.chat_id != above)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, f"{_about(hit)}: {without_marks(hit.snippet)}")
            above = hit.chat_id

    def _open(self, item: QListWidgetItem) -> None:
        hit: Hit = item.data(_HIT)
        words = hit.snippet[slice(hit.marks[0][0], sum(hit.marks[0]))] if hit.marks else ""
        self.open_requested.emit(hit.chat_id, hit.message_id, words if hit.role != "title" else "")


def _by_chat(hits: Sequence[Hit]) -> list[Hit]:
    """Returns the hits with those of one chat together, chats in the order of their first hits."""
    chats: dict[str, list[Hit]] = {}
    for hit in hits:
        chats.setdefault(hit.chat_id, []).append(hit)
    return [hit for found in chats.values() for hit in found]


def _about(hit: Hit) -> str:
    """Returns who wrote a message, and when."""
    return joined((_ROLES.get(hit.role, hit.role), when(hit.created)))


class _HitDelegate(QStyledItemDelegate):
    """Paints the chat's title above its first hit, then a line about the message, and two of its words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = option.fontMetrics.height()
        return QSize(80, 3 * line + 12 + (line + 4 if index.data(_FIRST) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, hit = style.theme(), index.data(_HIT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_background(painter, option)
        area = option.rect.adjusted(SIDE, 5, -SIDE, -4)
        align = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading
        if index.data(_FIRST):
            font = QFont(option.font)
            font.setWeight(QFont.Weight.DemiBold)
            painter.setFont(font)
            painter.setPen(QColor(tokens.text))
            title = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, align, own_direction(title))
            area.setTop(area.top() + painter.fontMetrics().height() + 4)
        small = QFont(option.font)
        small.setPixelSize(px(12))
        painter.setFont(small)
        painter.setPen(QColor(tokens.dim))
        painter.drawText(area, align, _about(hit))
        area.setTop(area.top() + painter.fontMetrics().height() + 1)
        painter.setPen(QColor(tokens.text))
        _paint_snippet(painter, area, small, hit, option.direction)
        painter.restore()


def _paint_snippet(
    painter: QPainter, area: QRect, font: QFont, hit: Hit, direction: Qt.LayoutDirection
) -> None:
    """Paints two lines of the snippet with the words found in the accent colour."""
    from workbench.core.text.markdown_marks import without_marks_at

    text, marks = without_marks_at(hit.snippet, hit.marks)
    text = text.replace("\n", " ")
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setTextDirection(direction)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    marked = QTextCharFormat()
    marked.setForeground(QColor(style.theme().accent))
    marked.setFontWeight(QFont.Weight.DemiBold)
    ranges = []
    for start, length in marks:
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
