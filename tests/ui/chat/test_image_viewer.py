"""The image viewer in a real window: fitted when it opens, zoomed by wheel and keys, actual size."""

from __future__ import annotations

import io

from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.conftest import Show
from tests.support.finding import find
from workbench.ui.chat.image_viewer import ImageViewer


def viewer(show: Show, width: int, height: int) -> ImageViewer:
    data = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(data, "PNG")
    parent = QWidget()
    show(parent, 1000, 700)
    dialog = ImageViewer("holiday.png", data.getvalue(), parent)
    dialog.show()
    QApplication.processEvents()
    return dialog


def test_a_large_picture_fills_the_room_when_it_opens_and_when_it_is_resized(show: Show) -> None:
    dialog = viewer(show, 1600, 900)
    room = dialog.view.viewport().width()
    assert abs(1600 * dialog.view.transform().m11() - room) <= 1 and room > 600
    dialog.resize(700, 500)
    QApplication.processEvents()
    assert abs(1600 * dialog.view.transform().m11() - dialog.view.viewport().width()) <= 1
    dialog.close()


def test_a_small_picture_is_not_blown_up(show: Show) -> None:
    dialog = viewer(show, 40, 30)
    assert dialog.view.scale_shown == 1
    dialog.close()


def test_wheel_keys_and_button_zoom(show: Show) -> None:
    dialog = viewer(show, 1600, 900)
    view, fitted, middle = dialog.view, dialog.view.scale_shown, QPointF(300, 200)
    QApplication.sendEvent(view.viewport(), QWheelEvent(
        middle, view.viewport().mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False))
    assert abs(view.scale_shown - 1.25 * fitted) < 1e-6
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert abs(view.scale_shown - fitted) < 1e-6
    QTest.keyClick(view, Qt.Key.Key_Plus)
    actual = find(dialog, "Actual size")
    actual.click()
    assert view.scale_shown == 1 and actual.isChecked()
    QTest.keyClick(view, Qt.Key.Key_0)
    assert abs(view.scale_shown - fitted) < 1e-6 and not actual.isChecked()
    dialog.close()
