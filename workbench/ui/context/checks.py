"""The delegate that draws check boxes in the cells of a table as the program draws its own."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.ui.theme import icons, style
from workbench.ui.theme.scale import px
from workbench.ui.widgets.model_index import Index

_BOX = 16


class CheckDelegate(QStyledItemDelegate):
    """Toggles the box on a click anywhere in the cell, or Space."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = style.theme()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(tokens.accent_soft))
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is not None:
            on = state == Qt.CheckState.Checked
            box = QRectF(0, 0, px(_BOX), px(_BOX))
            box.moveCenter(QRectF(option.rect).center())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(QPen(QColor(tokens.accent), 1.5))
                painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 6, 6)
            painter.setPen(QPen(QColor(tokens.accent if on else tokens.edge), 1))
            painter.setBrush(QColor(tokens.accent if on else tokens.background))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            if on:
                icons.icon("check", "accent_text").paint(painter, box.toAlignedRect().adjusted(1, 1, -1, -1))
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None or event.type() not in (QEvent.Type.MouseButtonRelease, QEvent.Type.KeyPress):
            return False
        if isinstance(event, QKeyEvent) and event.key() != Qt.Key.Key_Space:
            return False
        wanted = Qt.CheckState.Unchecked if state == Qt.CheckState.Checked else Qt.CheckState.Checked
        return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)
