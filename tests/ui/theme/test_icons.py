"""The icons: all of them draw, in the theme's colours, at any scale."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication

from workbench.core.resources import resource
from workbench.ui.theme import icons, style
from workbench.ui.theme.tokens import DARK, LIGHT


def inked(picture) -> tuple[int, QColor]:
    """How many pixels are fully covered, and the colour of one."""
    image = picture.toImage()
    covered = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    ]
    return len(covered), covered[0] if covered else QColor()


def test_every_icon_draws_something_and_stays_inside_its_margin(qapp: QApplication) -> None:
    for name in icons.names():
        image = icons.pixmap(name, 40, "text").toImage()
        edge = [image.pixelColor(x, y).alpha() for x in range(40) for y in (0, 1, 38, 39)]
        assert inked(icons.pixmap(name, 40, "text"))[0] > 15, name
        assert not any(edge), f"{name} touches the edge"


def test_icons_are_of_one_family() -> None:
    for path in resource("icons").glob("*.svg"):
        text = path.read_text("utf-8")
        assert 'viewBox="0 0 20 20"' in text and 'stroke-width="1.5"' in text and "#" not in text, path.name


def test_an_icon_follows_the_theme_and_its_state(qapp: QApplication) -> None:
    button_icon = icons.icon("stop", "text")
    for theme in (LIGHT, DARK):
        style.apply(qapp, theme)
        assert inked(button_icon.pixmap(QSize(20, 20)))[1] == QColor(theme.text)
        disabled = button_icon.pixmap(QSize(20, 20), QIcon.Mode.Disabled)
        assert inked(disabled)[1] == QColor(theme.disabled)
        checked = button_icon.pixmap(QSize(20, 20), QIcon.Mode.Normal, QIcon.State.On)
        assert inked(checked)[1] == QColor(theme.accent)
    style.apply(qapp, LIGHT)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_icons_are_sharp_at_every_scale(qapp: QApplication, ratio: float) -> None:
    picture = icons.icon("copy").pixmap(QSize(16, 16), ratio)
    assert picture.size() == QSize(16, 16) * ratio and picture.devicePixelRatio() == ratio


def test_an_icon_that_is_not_there_is_an_error_at_once(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon")
