"""A chip: a short text with an icon or image, and a way to remove it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QWidget

from workbench.ui.theme import style
from workbench.ui.theme.scale import follow, px

from .buttons import IconButton
from .labels import ElidedLabel, IconLabel
from .roles import set_role


class Chip(QWidget):
    """``removable`` chips have a cross and obey Delete; a click or Enter emits ``activated``, and ``dragged`` tells
    that the mouse begins to drag it."""

    activated = Signal()
    dragged = Signal()
    removed = Signal()

    def __init__(
        self, text: str, icon: str = "", *, detail: str = "", removable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        set_role(self, QAccessible.Role.Button, self.activated.emit)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        follow(self, lambda chip: chip.setMaximumWidth(px(420)))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 2 if removable else 8, 3)
        row.setSpacing(6)
        if icon:
            row.addWidget(IconLabel(icon, parent=self))
        self._picture = QLabel(self)
        self._picture.hide()
        row.addWidget(self._picture)
        self._label = ElidedLabel(text, parent=self)
        row.addWidget(self._label, 1)
        self._detail = QLabel(detail, self)
        self._detail.setProperty("tone", "dim")
        self._detail.setVisible(bool(detail))
        row.addWidget(self._detail)
        if removable:
            cross = IconButton("x", f"Remove {text}", size=12, parent=self)
            follow(cross, lambda cross: cross.setFixedSize(px(20), px(20)))
            cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            cross.clicked.connect(self.removed)
            row.addWidget(cross)
        self._removable = removable
        self._pressed: QPoint | None = None
        self.setAccessibleName(f"{text} {detail}".strip())

    def text(self) -> str:
        return self._label.text()

    def set_picture(self, picture: QPixmap) -> None:
        """Shows a thumbnail, made to fit: at most 20 pixels high, 32 wide."""
        ratio = self.devicePixelRatioF()
        fitted = picture.scaled(
            QSize(px(32), px(20)) * ratio, Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        fitted.setDevicePixelRatio(ratio)
        self._picture.setPixmap(fitted)
        self._picture.show()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = QApplication.startDragDistance()
        if self._pressed is not None and (event.position().toPoint() - self._pressed).manhattanLength() >= far:
            self._pressed = None
            self.dragged.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside and self._pressed is not None:
            self.activated.emit()
        self._pressed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.activated.emit()
        elif self._removable and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = style.theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(tokens.accent if focused else tokens.edge), 2 if focused else 1))
        painter.setBrush(QColor(tokens.code))
        inset = 1.0 if focused else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)
