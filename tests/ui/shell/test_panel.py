"""The panel: its tabs are made when they are first shown, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTabBar, QWidget

from tests.support.finding import find, nameless
from workbench.ui.shell.panel import Panel, PanelTab


def tabs(made: list[str], *titles: str) -> list[PanelTab]:
    """Tabs with a field each; ``made`` notes the titles of those that were asked for."""

    def maker(title: str) -> Callable[[QWidget], QWidget]:
        def make(parent: QWidget) -> QWidget:
            made.append(title)
            page = QLineEdit(parent)
            page.setAccessibleName(title)
            return page

        return make

    return [PanelTab(title, maker(title)) for title in titles]


def test_a_tab_is_made_when_it_is_first_shown_and_kept(qapp: QApplication, show) -> None:
    made: list[str] = []
    panel = Panel(tabs(made, "One", "Two", "Three"))
    assert made == []
    show(panel, 316, 600)
    assert made == ["One"] and find(panel, "One").isVisible()
    find(panel, "One", QLineEdit).setText("kept")
    panel.show_tab("Three")
    assert made == ["One", "Three"] and find(panel, "Three").isVisible() and not find(panel, "One").isVisible()
    panel.show_tab("One")
    assert made == ["One", "Three"] and find(panel, "One", QLineEdit).text() == "kept"
    assert find(panel, "One").isVisible() and not find(panel, "Three").isVisible()


def test_a_tab_that_is_asked_for_before_the_panel_is_shown_is_the_only_one_made(qapp: QApplication, show) -> None:
    made: list[str] = []
    panel = Panel(tabs(made, "One", "Two"))
    panel.show_tab("Two")
    show(panel, 316, 600)
    assert made == ["Two"] and find(panel, "Two").isVisible()
    with pytest.raises(ValueError, match="Four"):
        panel.show_tab("Four")


def test_the_bar_is_worked_by_the_keyboard(qapp: QApplication, show) -> None:
    made: list[str] = []
    panel = show(Panel(tabs(made, "One", "Two")), 316, 600)
    bar = find(panel, "Panel", QTabBar)
    panel.activateWindow()
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Right)
    assert made == ["One", "Two"] and find(panel, "Two").isVisible()
    QTest.keyClick(bar, Qt.Key.Key_Tab)
    assert find(panel, "Two").hasFocus()
    assert nameless(panel) == []


def test_it_fills_its_height_below_the_bar(qapp: QApplication, show) -> None:
    panel = show(Panel(tabs([], "One", "Two")), 316, 600)
    panel.show_tab("Two")
    bar, page = find(panel, "Panel", QTabBar), find(panel, "Two")
    assert page.width() == panel.width() and page.height() > 500 > bar.height()
