"""How a row of the sidebar is painted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.core.chat.chats import Chat
from workbench.core.text.formatting import left_to_right, own_direction
from workbench.ui.sidebar.chats_model import ROLE_CHAT, ROLE_HEADING, ROLE_RUNNING
from workbench.ui.theme import icons, style
from workbench.ui.theme.tokens import RADIUS_CONTROL
from workbench.ui.widgets.model_index import Index

ROW = 30
SIDE = 8
_DOT, _MOST_DOTS = 6, 3


class ChatDelegate(QStyledItemDelegate):
    """Title at the leading side, model dim at the other; a dot while a reply comes in."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, ROW)

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
        inside = Inside(option, SIDE)
        if chat.pinned:
            icons.icon("star-filled", "dim").paint(painter, inside.leading(14, 14))
        if index.data(ROLE_RUNNING):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(QRectF(inside.trailing(7, 7)))
        font = QFont(option.font)
        small = QFont(font)
        small.setPixelSize(11)
        model = short_name(chat.model)
        painter.setFont(small)
        metrics = painter.fontMetrics()
        most = inside.rect.width() * 2 // 5
        shown = metrics.elidedText(model, Qt.TextElideMode.ElideRight, most)
        painter.setPen(QColor(tokens.dim))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter
        painter.drawText(inside.trailing(metrics.horizontalAdvance(shown) + 2, 0), align, shown)
        if chat.tags:
            paint_tags(painter, inside, chat.tags)
        font.setWeight(QFont.Weight.DemiBold if selected else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(tokens.accent if selected else tokens.text))
        title = " ".join(str(index.data()).split())
        title = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, inside.rect.width())
        painter.drawText(inside.rect, Qt.AlignmentFlag.AlignVCenter | inside.align, own_direction(title))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setAccessibleName("Chat title")
        return field


class FolderDelegate(QStyledItemDelegate):
    """An icon and a name."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = paint_background(painter, option)
        inside = Inside(option, 6)
        icon: QIcon = index.data(Qt.ItemDataRole.DecorationRole)
        icon.paint(painter, inside.leading(16, 16))
        painter.setPen(QColor(style.theme().accent if selected else style.theme().text))
        name = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, inside.rect.width())
        painter.drawText(inside.rect, Qt.AlignmentFlag.AlignVCenter | inside.align, own_direction(name))
        painter.restore()


class Inside:
    """What is left of a row while things are put to its ends; mirrored in right-to-left."""

    def __init__(self, option: QStyleOptionViewItem, side: int) -> None:
        self.rect = QRect(option.rect).adjusted(side, 0, -side, 0)
        self._mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        self.align = Qt.AlignmentFlag.AlignRight if self._mirrored else Qt.AlignmentFlag.AlignLeft
        self.align |= Qt.AlignmentFlag.AlignAbsolute

    def leading(self, width: int, height: int, gap: int = 6) -> QRect:
        return self._cut(width, height, gap, left=not self._mirrored)

    def trailing(self, width: int, height: int, gap: int = 8) -> QRect:
        return self._cut(width, height, gap, left=self._mirrored)

    def _cut(self, width: int, height: int, gap: int, *, left: bool) -> QRect:
        """``height`` 0 takes the row's."""
        height = height or self.rect.height()
        top = self.rect.center().y() - height // 2 + (height + 1) % 2
        cut = QRect(self.rect.left() if left else self.rect.right() - width + 1, top, width, height)
        if left:
            self.rect.setLeft(cut.right() + 1 + gap)
        else:
            self.rect.setRight(cut.left() - 1 - gap)
        return cut


def paint_tags(painter: QPainter, inside: Inside, tags: Sequence[str]) -> None:
    """A dot for each of the first tags; their names are in the tool tip."""
    from workbench.ui.sidebar.tags import paint_dot  # not needed before there are tags

    for tag in reversed(tags[:_MOST_DOTS]):
        paint_dot(painter, QRectF(inside.trailing(_DOT, _DOT, gap=3)), tag)
    inside.trailing(2, 0, gap=2)


def paint_background(painter: QPainter, option: QStyleOptionViewItem) -> bool:
    """The wash of a selected row or one under the pointer, and the ring of the focus; whether it is
    selected."""
    tokens = style.theme()
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    area = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
    if selected or hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_soft if selected else tokens.line))
        painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
    view = option.widget
    if option.state & QStyle.StateFlag.State_HasFocus and view is not None and view.hasFocus():
        painter.setPen(QColor(tokens.accent))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
    return selected


def paint_heading(painter: QPainter, option: QStyleOptionViewItem, text: str, note: str = "") -> None:
    """``note`` is a sentence about what stands below, cut off where there is no room for it."""
    font = QFont(option.font)
    font.setPixelSize(11)
    font.setWeight(QFont.Weight.DemiBold)
    font.setCapitalization(QFont.Capitalization.AllUppercase)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.4)
    painter.setFont(font)
    painter.setPen(QColor(style.theme().dim))
    area = option.rect.adjusted(SIDE, 0, -SIDE, -4)
    align = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeading
    painter.drawText(area, align, text)
    if note:
        taken = painter.fontMetrics().horizontalAdvance(text) + SIDE
        font = QFont(option.font)
        font.setPixelSize(12)
        painter.setFont(font)
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        area.adjust(0 if rtl else taken, 0, -taken if rtl else 0, 0)
        painter.drawText(area, align, painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, area.width()))


def short_name(model: str) -> str:
    """A model's name where there is little room: without its provider and its maker."""
    return left_to_right(model.rpartition("/")[2])
