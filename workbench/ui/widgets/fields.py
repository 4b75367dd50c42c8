"""Fields to write in and choose from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

from workbench.ui.theme import icons
from workbench.ui.theme.scale import px

from .buttons import clicks
from .labels import IconLabel


class Field(QLineEdit):
    """A line of text with an accessible name and a placeholder."""

    def __init__(
        self, name: str, placeholder: str = "", text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)

    def set_wrong(self, wrong: bool) -> None:
        """Draws a red edge, or removes it; say beside the field what is wrong."""
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().polish(self)


class SearchField(Field):
    """A field with a glass in front and a cross to empty it; Escape empties it too. Return presses no button of a
    dialog."""

    def __init__(self, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, placeholder or name, parent=parent)
        self.setClearButtonEnabled(True)
        for cross in self.findChildren(QToolButton):
            cross.setAccessibleName(f"Clear: {name}")
        self._glass = IconLabel("search", "faint", parent=self)
        self._place_glass()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place_glass()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_glass()

    def _place_glass(self) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        # Text margins mirror by themselves; a child widget does not.
        self.setTextMargins(px(16) + 4, 0, 0, 0)
        left = self.width() - px(16) - 8 if mirrored else 8
        self._glass.move(QPoint(left, (self.height() - self._glass.height()) // 2))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)
        if clicks(event):
            event.accept()  # what is searched for is not what a dialog around it asks for


class ComboBox(QComboBox):
    """A choice from a list. The wheel changes it only while it has the focus."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(16)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContentsOnFirstShow)
        self.view().setAccessibleName(f"Choices of {name}")
        self.setItemDelegate(QStyledItemDelegate(self))  # the style sheet's items are for this one only

    def offer(self, row: int, on: bool) -> None:
        """Takes an entry out of the choice without forgetting it, or in again."""
        model, view = self.model(), self.view()
        assert isinstance(model, QStandardItemModel) and isinstance(view, QListView)
        model.item(row).setEnabled(on)  # for the arrow keys
        view.setRowHidden(row, not on)

    def set_items(self, items: list[tuple[str, object]]) -> None:
        """Replaces all items by (title, data) pairs and keeps the choice, without telling anyone."""
        kept = self.currentData()
        self.blockSignals(True)
        self.clear()
        for title, data in items:
            self.addItem(title, data)
        self.setCurrentIndex(max(self.findData(kept), 0))
        self.blockSignals(False)

    def set_data(self, data: object) -> None:
        """Chooses the item with this data, if there is one, without telling anyone."""
        index = self.findData(data)
        if index >= 0 and index != self.currentIndex():
            self.blockSignals(True)
            self.setCurrentIndex(index)
            self.blockSignals(False)
            self.update()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room.width())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = px(14)
        left = 5 if mirrored else self.width() - side - 5
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        place = QRect(left, (self.height() - side) // 2, side, side)
        icons.icon("chevron-down").paint(QPainter(self), place, Qt.AlignmentFlag.AlignCenter, mode)
