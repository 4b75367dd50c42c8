"""The space of a row, cut from both ends in either direction of writing, and what its background tells."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from workbench.ui.theme import style
from workbench.ui.theme.tokens import LIGHT
from workbench.ui.widgets.rows import RowSpace, paint_background, paint_heading


def option(direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight) -> QStyleOptionViewItem:
    """A row of 100 × 30 pixels, 10 pixels below the top."""
    made = QStyleOptionViewItem()
    made.rect = QRect(0, 10, 100, 30)
    made.direction = direction
    return made


def test_both_ends_are_cut_off_the_space() -> None:
    space = RowSpace(option(), 8)
    assert space.leading(16, 16, 6) == QRect(8, 17, 16, 16)
    assert space.trailing(20, 0, 4) == QRect(72, 10, 20, 30)
    assert (space.rect.left(), space.rect.right()) == (30, 67)
    assert space.align & Qt.AlignmentFlag.AlignLeft


def test_right_to_left_mirrors_the_ends() -> None:
    space = RowSpace(option(Qt.LayoutDirection.RightToLeft), 8)
    assert space.leading(16, 16, 6) == QRect(76, 17, 16, 16)
    assert space.trailing(20, 0, 4) == QRect(8, 10, 20, 30)
    assert (space.rect.left(), space.rect.right()) == (32, 69)
    assert space.align & Qt.AlignmentFlag.AlignRight


@pytest.mark.parametrize(("state", "colour"), [
    (QStyle.StateFlag.State_Selected, LIGHT.accent_soft), (QStyle.StateFlag.State_MouseOver, LIGHT.line),
    (QStyle.StateFlag.State_None, "#ffffff"),
])
def test_the_background_shows_selection_and_hover(qapp: object, state: QStyle.StateFlag, colour: str) -> None:
    style.apply(qapp, LIGHT)
    picture, row = QImage(100, 50, QImage.Format.Format_ARGB32), option()
    picture.fill(QColor("#ffffff"))
    row.state = state
    painter = QPainter(picture)
    selected = paint_background(painter, row)
    painter.end()
    assert selected == (state == QStyle.StateFlag.State_Selected)
    assert picture.pixelColor(50, 25) == QColor(colour)


@pytest.mark.parametrize("direction", Qt.LayoutDirection)
def test_a_long_note_of_a_heading_stays_in_its_row(qapp: object, direction: Qt.LayoutDirection) -> None:
    style.apply(qapp, LIGHT)
    picture = QImage(100, 50, QImage.Format.Format_ARGB32)
    picture.fill(QColor("#ffffff"))
    painter = QPainter(picture)
    painter.setLayoutDirection(direction)
    paint_heading(painter, option(direction), "Group", "The list could not be loaded from the server.")
    painter.end()
    ends = [picture.pixelColor(x, y) for x in (*range(8), *range(92, 100)) for y in range(50)]
    assert set(map(QColor.name, ends)) == {"#ffffff"}
    assert any(picture.pixelColor(x, y) != QColor("#ffffff") for x in range(60, 92) for y in range(10, 40))
