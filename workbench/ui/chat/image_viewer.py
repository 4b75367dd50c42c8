"""The image viewer: an image of the conversation, large, and saved from here."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from workbench.ui.widgets import Button, Label


class ImageViewer(QDialog):
    """Fits the picture into the window; a click on "Actual size" shows each of its pixels."""

    save_requested = Signal()
    open_requested = Signal()  # with another program

    def __init__(self, name: str, data: bytes, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(name)
        self._whole = QPixmap()
        self._whole.loadFromData(data)
        self._view = QLabel()
        self._view.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._view.setAccessibleName(name)
        self._area = QScrollArea()
        self._area.setAccessibleName("Picture")
        self._area.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._area.setWidget(self._view)
        self._actual = Button("Actual size")
        self._actual.setCheckable(True)
        self._actual.toggled.connect(lambda _: self._show())
        save = Button("Save…", icon="download")
        save.clicked.connect(self.save_requested)
        foot = QHBoxLayout()
        foot.addWidget(Label(f"{self._whole.width()} × {self._whole.height()} pixels", "dim"), 1)
        self._open = Button("Open elsewhere")
        self._open.setToolTip("Open with the program that this system has for such files")
        self._open.clicked.connect(self.open_requested)
        foot.addWidget(self._actual)
        foot.addWidget(self._open)
        foot.addWidget(save)
        column = QVBoxLayout(self)
        column.addWidget(self._area, 1)
        column.addLayout(foot)
        room = parent.window().size() * 0.9
        self.resize((self._whole.size() + QSize(48, 96)).boundedTo(room).expandedTo(QSize(320, 240)))
        self._show()

    def set_openable(self, openable: bool) -> None:
        """Sets whether another program may open the file."""
        self._open.setVisible(openable)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    def _show(self) -> None:
        ratio = self.devicePixelRatioF()
        shown = self._whole
        room = self._area.viewport().size() * ratio
        if not self._actual.isChecked() and not shown.isNull():
            size = shown.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio).boundedTo(shown.size())
            shown = shown.scaled(size, Qt.AspectRatioMode.KeepAspectRatio,
                                 Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(ratio)
        self._view.setPixmap(shown)
        self._view.adjustSize()
