"""The image viewer: an image of the conversation, large, and saved from here."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QKeyEvent,
    QKeySequence,
    QPixmap,
    QResizeEvent,
    QShortcut,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QDialog, QFrame, QGraphicsScene, QGraphicsView, QHBoxLayout, QVBoxLayout, QWidget

from workbench.ui.widgets import Button, Label, close_button
from workbench.ui.widgets.roles import set_role

_STEP = 1.25
_SMALLEST, _LARGEST = 0.02, 16.0  # pixels of the screen for one of the picture


class ImageViewer(QDialog):
    """Fits the picture into the window. The wheel and the keys + and − zoom, 0 fits again, the mouse moves it."""

    copy_requested = Signal()
    save_requested = Signal()
    open_requested = Signal()  # with another program

    def __init__(self, name: str, data: bytes, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(name)
        picture = QPixmap()
        picture.loadFromData(data)
        self.view = PictureView(picture, name)
        self._actual = Button("Actual size")
        self._actual.setCheckable(True)
        self._actual.clicked.connect(self.view.set_actual)
        self.view.zoomed.connect(lambda scale: self._actual.setChecked(scale == 1))
        save = Button("Save…", icon="download")
        save.clicked.connect(self.save_requested)
        copy = Button("Copy", icon="copy")
        copy.setToolTip("Copy the picture (Ctrl+C)")
        copy.clicked.connect(self.copy_requested)
        QShortcut(QKeySequence.StandardKey.Copy, self, self.copy_requested.emit)
        foot = QHBoxLayout()
        foot.addWidget(Label(f"{picture.width()} × {picture.height()} pixels", "dim"), 1)
        self._open = Button("Open elsewhere")
        self._open.setToolTip("Open with the program that this system has for such files")
        self._open.clicked.connect(self.open_requested)
        foot.addWidget(self._actual)
        foot.addWidget(self._open)
        foot.addWidget(copy)
        foot.addWidget(save)
        foot.addWidget(close_button(self))
        column = QVBoxLayout(self)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        room = parent.window().size() * 0.9
        self.resize((picture.size() + QSize(48, 96)).boundedTo(room).expandedTo(QSize(320, 240)))

    def set_openable(self, openable: bool) -> None:
        """Sets whether another program may open the file."""
        self._open.setVisible(openable)


class PictureView(QGraphicsView):
    """Shows a picture, fitted until it is zoomed; ``scale_shown`` is how many pixels of the screen one of it takes."""

    zoomed = Signal(float)  # the new scale

    def __init__(self, picture: QPixmap, name: str) -> None:
        super().__init__()
        set_role(self, QAccessible.Role.Graphic)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        scene = QGraphicsScene(self)
        item = scene.addPixmap(picture)
        item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self.setScene(scene)
        self._picture, self._fitted = item, True

    @property
    def scale_shown(self) -> float:
        return self.transform().m11() * self.devicePixelRatioF()

    def set_actual(self, actual: bool) -> None:
        """Shows each pixel as one of the screen, or the whole picture."""
        self._fitted = not actual
        if actual:
            self._zoom_to(1)
        else:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if turned := event.angleDelta().y():
            self._zoom(_STEP ** (turned / 120))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(_STEP)
            case Qt.Key.Key_Minus:
                self._zoom(1 / _STEP)
            case Qt.Key.Key_0:
                self.set_actual(False)
            case _:
                super().keyPressEvent(event)

    def _fit(self) -> None:
        """Shows the whole picture, never larger than it is."""
        size, room = self._picture.pixmap().size(), self.viewport().size() * self.devicePixelRatioF()
        if not size.isEmpty():
            self._zoom_to(min(1, room.width() / size.width(), room.height() / size.height()))

    def _zoom(self, factor: float) -> None:
        self._fitted = False
        self._zoom_to(self.scale_shown * factor)

    def _zoom_to(self, scale: float) -> None:
        scale = min(max(scale, _SMALLEST), _LARGEST)
        logical = scale / self.devicePixelRatioF()
        self.setTransform(QTransform.fromScale(logical, logical))
        self.zoomed.emit(scale)
