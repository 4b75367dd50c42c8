"""The look: contrast of the tokens, and the switch between themes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel

from workbench.ui.theme import style
from workbench.ui.theme.tokens import DARK, LIGHT, Theme


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


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_words_can_be_read_everywhere(theme: Theme) -> None:
    for ground in ("background", "panel", "code"):
        for ink in ("text", "dim", "accent", "ok", "warn", "bad"):
            assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5, (ink, ground)
    assert contrast(theme.accent_text, theme.accent) >= 4.5
    assert contrast(theme.accent, theme.accent_soft) >= 4.5
    assert contrast(theme.text, theme.accent_soft) >= 4.5
    for role, colour in theme.code_colours.items():
        assert contrast(colour, theme.code) >= 4.5, role


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_placeholders_and_the_edges_of_controls_can_be_seen(theme: Theme) -> None:
    for ground in ("background", "panel", "code", "accent_soft"):
        assert contrast(theme.faint, getattr(theme, ground)) >= 3, ground


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
    style.apply(qapp, LIGHT)
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
