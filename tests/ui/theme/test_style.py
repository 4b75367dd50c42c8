"""The look: contrast of the tokens, and the switch between themes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from tests.conftest import Show
from workbench.ui.chat.title import Title
from workbench.ui.theme import scale, style
from workbench.ui.theme.tokens import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, Theme
from workbench.ui.widgets import (
    Button,
    CheckBox,
    CodeEdit,
    ComboBox,
    ElidedLabel,
    Field,
    IconButton,
    Label,
    NumberField,
    ToggleSwitch,
)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


THEMES = [LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_words_can_be_read_everywhere(theme: Theme) -> None:
    least = 7 if "contrast" in theme.name else 4.5
    for ground in ("background", "panel", "code"):
        for ink in ("text", "dim", "faint", "accent", "ok", "warn", "bad"):
            assert contrast(getattr(theme, ink), getattr(theme, ground)) >= least, (ink, ground)
    for ink, ground in (("accent_text", "accent"), ("accent", "accent_soft"), ("text", "accent_soft"),
                        ("dim", "accent_soft"), ("faint", "accent_soft"), ("text", "hover"), ("dim", "hover")):
        assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5, (ink, ground)
    for role, colour in theme.code_colours.items():
        assert contrast(colour, theme.code) >= least, role


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_edges_of_controls_can_be_seen_and_what_is_disabled_told_apart(theme: Theme) -> None:
    for ground in ("background", "panel", "code", "accent_soft"):
        assert contrast(theme.edge, getattr(theme, ground)) >= 3, ground
    for enabled in ("text", "dim", "faint"):
        assert contrast(theme.disabled, getattr(theme, enabled)) >= 1.9, enabled


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_what_is_painted_has_these_colours(theme: Theme, qapp: QApplication, show: Show) -> None:
    """The edge of each kind of control, as it comes out of the style sheet or of its own painting."""
    style.apply(qapp, theme)
    page = show(QWidget(), 400, 300)
    column = QVBoxLayout(page)
    controls = [Field("Name"), ComboBox("Choice"), Button("Press"), NumberField("Number"), ToggleSwitch("Switch"),
                CheckBox("Box"), CodeEdit("Code")]
    for control in controls:
        column.addWidget(control)
    QApplication.processEvents()
    for control in controls:
        image, edge = control.grab().toImage(), QColor(theme.edge)
        middle = image.height() // 2
        row = [image.pixelColor(x, middle) for x in range(min(40, image.width()))]
        assert edge in row, type(control).__name__
    style.apply(qapp, LIGHT)


def test_a_theme_reaches_what_is_open(qapp: QApplication, show) -> None:
    style.apply(qapp, LIGHT)
    label = show(QLabel("words"))
    style.apply(qapp, DARK)
    assert label.palette().windowText().color() == QColor(DARK.text)
    assert label.grab().toImage().pixelColor(0, 0) == QColor(DARK.background)
    style.apply(qapp, LIGHT)
    assert label.grab().toImage().pixelColor(0, 0) == QColor(LIGHT.background)


def test_the_users_choice_wins_over_the_desktop(qapp: QApplication) -> None:
    seen: list[str] = []
    switch = style.ThemeSwitch(qapp, "dark")
    switch.changed.connect(lambda theme: seen.append(theme.name))
    switch.choose("light")
    switch.choose("light")
    switch.choose("dark")
    assert seen == ["light", "dark"] and style.theme() is DARK
    switch.choose("system")
    assert style.theme() is (DARK if qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT)
    switch.choose("light")
    seen.clear()
    switch.choose("light", "high")
    assert style.theme() is LIGHT_CONTRAST
    switch.choose("dark", "high")
    assert style.theme() is DARK_CONTRAST
    switch.choose("dark", "usual")
    assert style.theme() is DARK and seen == ["light-contrast", "dark-contrast", "dark"]
    style.apply(qapp, LIGHT)
    switch.deleteLater()


def test_the_size_of_the_interface_changes_live(qapp: QApplication, show: Show) -> None:
    switch = style.ThemeSwitch(qapp, "light")
    page = show(QWidget(), 400, 300)
    column = QVBoxLayout(page)
    label, heading, button = QLabel("words"), Label("Title", "heading"), IconButton("x", "Close")
    for widget in (label, heading, button):
        column.addWidget(widget)
    QApplication.processEvents()

    def sizes() -> tuple[int, int, int, int]:
        QApplication.processEvents()
        return (label.font().pixelSize(), heading.font().pixelSize(), button.iconSize().width(), button.width())

    assert sizes() == (13, 16, 16, 28)
    switch.choose("light", percent=200)
    assert sizes() == (26, 32, 32, 44) and scale.px(10) == 20
    switch.choose("light", percent=80)
    assert sizes() == (10, 13, 13, 25)
    switch.choose("light")
    assert sizes() == (13, 16, 16, 28)
    switch.deleteLater()


def test_fonts_and_heights_that_are_set_once_follow_the_size(qapp: QApplication, show: Show) -> None:
    switch = style.ThemeSwitch(qapp, "light")
    page = show(QWidget(), 400, 300)
    column = QVBoxLayout(page)
    title, code = Title(), CodeEdit("Code", least=1)
    title.set_title("Of a chat")
    code.setPlainText("{gjpqy}")
    for widget in (title, code):
        column.addWidget(widget)
    QApplication.processEvents()
    (shown,) = (one for one in title.findChildren(ElidedLabel) if one.isVisible())
    for percent, pixels in ((200, 30), (80, 12), (100, 15)):
        switch.choose("light", percent=percent)
        QApplication.processEvents()
        assert shown.font().pixelSize() == pixels
        block = code.document().firstBlock()
        line = code.blockBoundingGeometry(block).translated(code.contentOffset())
        assert line.bottom() <= code.viewport().height(), "the line is not cut"
    switch.deleteLater()


def test_controls_are_13_pixels_high_and_figures_of_one_width(qapp: QApplication) -> None:
    style.apply(qapp, LIGHT)
    label = QLabel()
    label.ensurePolished()
    assert label.font().pixelSize() == 13
    assert {label.fontMetrics().horizontalAdvance(figure) for figure in "0123456789"}.__len__() == 1


def test_code_has_the_font_that_the_user_chose(qapp: QApplication) -> None:
    assert style.set_code_font("DejaVu Sans Mono") and not style.set_code_font("DejaVu Sans Mono")
    assert style.mono_font(14).family() == "DejaVu Sans Mono" and style.mono_font(14).pixelSize() == 14
    assert style.set_code_font("")
