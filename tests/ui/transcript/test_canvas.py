"""The canvas, without a view: places, points and what is repainted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.transcript.conftest import entry
from workbench.ui.transcript.canvas import Canvas
from workbench.ui.transcript.document import Place
from workbench.ui.transcript.spacing import MARGIN


@pytest.fixture
def filled(canvas: Canvas) -> Canvas:
    canvas.document.set_entries([entry("q", "A question", role="user"), entry("r", "First.\n\nSecond.\n\n" * 30)])
    moved: int | None = 0
    while moved is not None:
        moved, missing = canvas.document.lay_out(0, 10_000)
        assert not missing
    return canvas


def test_a_point_in_a_block_is_found_again(filled: Canvas) -> None:
    for message, view in enumerate(filled.document.messages):
        for block in range(len(view.views)):
            hit = filled.hit(filled.block_origin(message, block) + QPoint(3, 4))
            assert hit == (message, block, QPoint(3, 4))


def test_places_and_points_agree_at_any_scroll_position(filled: Canvas) -> None:
    for filled.top in (0, 100, 700):
        for place in (Place(0, 0, 0), Place(0, 0, 5), Place(1, 0, 3), Place(1, 40, 6)):
            assert filled.place_at(filled.caret_rect(place).center()) == place


def test_outside_all_text_the_nearest_place_counts(filled: Canvas) -> None:
    assert filled.hit(QPoint(5, MARGIN - 1))[:2] == (-1, -1)
    assert filled.hit(QPoint(filled.left, MARGIN + 2))[:2] == (0, -1), "the header"
    assert filled.place_at(QPoint(-50, -50)) == Place(0, 0, 0)
    assert filled.place_at(QPoint(0, 100_000)) == filled.document.end()
    assert filled.place_at(QPoint(0, filled.message_top(1) + 2)) == Place(1, 0, 0)


def test_nothing_is_hit_where_nothing_is_shown(canvas: Canvas) -> None:
    assert canvas.hit(QPoint(10, 100))[:2] == (-1, -1)
    assert canvas.place_at(QPoint(10, 100)) == Place(0, 0, 0)
    assert canvas.caret_rect(Place(3, 2, 1)) == QRect(canvas.left, 0, 1, canvas.context.style.line)


def test_the_column_fits_the_viewport(canvas: Canvas) -> None:
    for width in (300, 800, 3000):
        canvas.viewport.resize(width, 600)
        canvas.fit_width()
        assert canvas.context.width <= min(width, canvas.context.style.column)
        assert abs(canvas.left - (width - canvas.context.width - canvas.left)) <= 1


class _Painted(QWidget):
    """A viewport that records which part of it is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.area = QRect()

    def paintEvent(self, event) -> None:
        self.area = self.area.united(event.rect())

    def after(self, change) -> QRect:
        QApplication.processEvents()
        self.area = QRect()
        change()
        QApplication.processEvents()
        return self.area


def test_only_what_is_dirty_is_painted_again(filled: Canvas, show) -> None:
    viewport = show(_Painted(), 800, 600)
    canvas = Canvas(viewport, filled.document)
    assert viewport.after(lambda: canvas.move_picture(0, 400)).top() == 400
    assert viewport.after(lambda: canvas.move_picture(0, 600)).isEmpty()
    assert viewport.after(lambda: canvas.move_picture(700, 600)).height() == 600
    block = viewport.after(lambda: canvas.repaint_block(1, 2))
    assert block.top() == canvas.block_origin(1, 2).y()
    assert block.height() == canvas.document.messages[1].views[2].height


def test_what_overlays_cover_is_painted_and_not_moved(filled: Canvas, show) -> None:
    viewport = show(_Painted(), 800, 600)
    canvas = Canvas(viewport, filled.document)
    for top in (8, 540):
        overlay = QWidget(viewport)
        overlay.setGeometry(500, top, 200, 40)
        overlay.show()
        canvas.overlays.append(overlay)
    QApplication.processEvents()
    assert viewport.after(lambda: canvas.move_picture(-20, 600)).united(QRect()) == QRect(0, 0, 800, 600)
    for overlay in canvas.overlays:
        overlay.hide()
    moved = viewport.after(lambda: canvas.move_picture(-20, 600))
    assert moved.top() >= 580
