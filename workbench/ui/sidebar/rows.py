"""Delegates that paint the rows of chats and folders."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.core.chat.chats import Chat
from workbench.core.text.formatting import left_to_right, own_direction
from workbench.ui.sidebar.chats_model import ROLE_CHAT, ROLE_HEADING, ROLE_RUNNING
from workbench.ui.theme import icons, style
from workbench.ui.theme.scale import px
from workbench.ui.widgets.model_index import Index
from workbench.ui.widgets.rows import SIDE, RowSpace, paint_background, paint_heading

_HEIGHT = 30
_DOT, _MOST_DOTS = 6, 3
_BETWEEN = 12  # pixels between a title and what follows it


class ChatDelegate(QStyledItemDelegate):
    """Paints the title, tags, a dot while a reply is streaming, and the model's name where the title leaves room."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, px(_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(ROLE_HEADING):
            paint_heading(painter, option, str(index.data()))
        else:
            self._paint_chat(painter, option, index)
        painter.restore()

    def _paint_chat(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = style.theme()
        chat: Chat = index.data(ROLE_CHAT)
        selected = paint_background(painter, option)
        space = RowSpace(option, SIDE)
        if chat.pinned:
            icons.icon("star-filled", "dim").paint(painter, space.leading(px(14), px(14)))
        if index.data(ROLE_RUNNING):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(QRectF(space.trailing(px(7), px(7))))
        if chat.tags:
            _paint_tags(painter, space, chat.tags)
        title = " ".join(str(index.data()).split())
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if selected else QFont.Weight.Normal)
        wanted = QFontMetrics(font).horizontalAdvance(title) + _BETWEEN
        _paint_model(painter, space, option.font, short_name(chat.model), space.rect.width() - wanted)
        painter.setFont(font)
        painter.setPen(QColor(tokens.accent if selected else tokens.text))
        title = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, space.rect.width())
        painter.drawText(space.rect, Qt.AlignmentFlag.AlignVCenter | space.align, own_direction(title))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setAccessibleName("Chat title")
        return field


class FolderDelegate(QStyledItemDelegate):
    """Paints an icon and a name."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = paint_background(painter, option)
        space = RowSpace(option, 6)
        icon: QIcon = index.data(Qt.ItemDataRole.DecorationRole)
        icon.paint(painter, space.leading(px(16), px(16)))
        painter.setPen(QColor(style.theme().accent if selected else style.theme().text))
        name = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, space.rect.width())
        painter.drawText(space.rect, Qt.AlignmentFlag.AlignVCenter | space.align, own_direction(name))
        painter.restore()


def _paint_model(painter: QPainter, space: RowSpace, font: QFont, model: str, room: int) -> None:
    """Paints the model's name where the title leaves room for it; the tool tip has it anyway."""
    small = QFont(font)
    small.setPixelSize(px(11))
    width = QFontMetrics(small).horizontalAdvance(model) + 2
    if width <= room:
        painter.setFont(small)
        painter.setPen(QColor(style.theme().dim))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter
        painter.drawText(space.trailing(width, 0), align, model)


def _paint_tags(painter: QPainter, space: RowSpace, tags: Sequence[str]) -> None:
    """Paints a dot for each of the first tags; the tool tip has their names."""
    from workbench.ui.sidebar.tags import paint_dot  # not loaded before there are tags

    for tag in reversed(tags[:_MOST_DOTS]):
        paint_dot(painter, QRectF(space.trailing(px(_DOT), px(_DOT), gap=3)), tag)
    space.trailing(2, 0, gap=2)


def short_name(model: str) -> str:
    """Returns a model's name without its provider and its maker."""
    return left_to_right(model.rpartition("/")[2])
