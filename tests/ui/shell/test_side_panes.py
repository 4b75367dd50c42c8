"""The side panes in a real splitter: what is shown at which width, and what is remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QWidget

from tests.conftest import Show
from workbench.ui.shell.side_panes import CENTRE, PANEL_WIDTH, SIDE_WIDTH, SidePanes

NARROW, WIDE = SIDE_WIDTH + CENTRE + 20, 1200


class Panes:
    """Three widgets in a splitter that fills a window, and the panes that rule them."""

    def __init__(self, show: Show, width: int) -> None:
        self.window = QWidget()
        row = QHBoxLayout(self.window)
        row.setContentsMargins(0, 0, 0, 0)
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        row.addWidget(self.splitter)
        self.side, self.centre, self.panel = (QWidget() for _ in range(3))
        for widget in (self.side, self.centre, self.panel):
            self.splitter.addWidget(widget)
        self.panes = SidePanes(self.splitter, self.side, self.panel)
        show(self.window, width, 400)
        self.panes.arrange()

    def resize(self, width: int) -> None:
        self.window.resize(width, 400)
        QApplication.processEvents()
        self.panes.arrange()

    def shown(self) -> list[str]:
        return [name for name, widget in (("side", self.side), ("panel", self.panel)) if widget.isVisible()]


@pytest.fixture
def wide(show: Show) -> Panes:
    return Panes(show, WIDE)


def test_both_are_shown_where_there_is_room(wide: Panes) -> None:
    assert wide.shown() == ["side", "panel"]
    assert (wide.side.width(), wide.panel.width()) == (SIDE_WIDTH, PANEL_WIDTH)


def test_the_pane_toggled_last_stays_in_a_narrow_window(wide: Panes) -> None:
    wide.resize(NARROW)
    assert wide.shown() == ["side"], "the sidebar, when neither was asked for"
    wide.panes.show_panel()
    assert wide.shown() == ["panel"]
    wide.panes.show_sidebar()
    assert wide.shown() == ["side"]
    wide.resize(CENTRE)
    assert wide.shown() == ["side"], "asked for, it is shown at any width"
    wide.resize(WIDE)
    assert wide.shown() == ["side", "panel"]


def test_neither_is_shown_unasked_where_the_conversation_needs_the_room(show: Show) -> None:
    narrow = Panes(show, CENTRE + 100)
    assert narrow.shown() == []


def test_toggling_goes_by_what_is_seen(wide: Panes) -> None:
    wide.resize(NARROW)
    wide.panes.toggle("panel")
    assert wide.shown() == ["panel"], "the panel was wanted but not seen"
    wide.panes.toggle("panel")
    assert wide.shown() == ["side"]
    wide.panes.toggle("side")
    assert wide.shown() == []


def test_a_suppressed_panel_comes_back_as_it_was_wanted(wide: Panes) -> None:
    wide.panes.suppress_panel(page=True)
    assert wide.shown() == ["side"]
    wide.panes.suppress_panel()
    assert wide.shown() == ["side", "panel"]
    wide.panes.toggle("panel")
    wide.panes.suppress_panel(page=True)
    wide.panes.suppress_panel()
    assert wide.shown() == ["side"]


def test_the_user_may_open_a_suppressed_panel_but_the_sidebar_does_not(wide: Panes) -> None:
    wide.panes.suppress_panel(page=True)
    wide.panes.toggle("side")
    assert wide.shown() == []
    wide.panes.toggle("side")
    assert wide.shown() == ["side"]
    wide.panes.toggle("panel")
    assert wide.shown() == ["side", "panel"]


def test_a_page_hides_a_panel_that_was_asked_for_in_the_first_chat(wide: Panes) -> None:
    wide.panes.suppress_panel(page=False, first_chat=True)
    wide.panes.toggle("panel")
    wide.panes.suppress_panel(page=True, first_chat=True)
    assert wide.shown() == ["side"]
    wide.panes.suppress_panel(page=False, first_chat=True)
    assert wide.shown() == ["side", "panel"]


def test_changes_are_told(wide: Panes) -> None:
    facts: list[tuple[bool, bool]] = []
    wide.panes.changed.connect(lambda side, panel: facts.append((side, panel)))
    wide.panes.toggle("side")
    wide.panes.suppress_panel(page=True)
    assert facts == [(False, True), (False, False)]


def test_dragged_widths_outlive_hiding_and_the_next_start(wide: Panes, show: Show) -> None:
    wide.splitter.setSizes([300, 500, 400])
    wide.splitter.splitterMoved.emit(300, 1)
    widths = wide.side.width(), wide.panel.width()
    wide.panes.toggle("side")
    wide.panes.toggle("side")
    assert (wide.side.width(), wide.panel.width()) == widths
    wide.panes.toggle("panel")
    again = Panes(show, WIDE)
    again.panes.restore(wide.panes.state())
    again.panes.arrange()
    QApplication.processEvents()  # lays out
    assert again.shown() == ["side"] and again.side.width() == widths[0]


@pytest.mark.parametrize("width", [-5, 0, 100_000, "wide", None, 2.5, True])
def test_a_width_that_makes_no_sense_is_passed_over(wide: Panes, width: object) -> None:
    wide.panes.restore({"side_width": width, "panel_width": width, "side_open": "yes", "panel_open": None})
    assert wide.panes.state() == {
        "side_width": SIDE_WIDTH, "panel_width": PANEL_WIDTH, "side_open": True, "panel_open": True}


def test_right_to_left_puts_the_sidebar_at_the_right(wide: Panes) -> None:
    wide.window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    wide.resize(WIDE + 1)
    assert wide.side.x() > wide.centre.x() > wide.panel.x()
    assert wide.side.width() == SIDE_WIDTH


def test_the_panel_gives_way_where_the_centre_needs_the_room(show: Show) -> None:
    panes = Panes(show, WIDE)
    row = QHBoxLayout(panes.centre)
    row.addWidget(wide := QWidget())
    wide.setMinimumWidth(200)
    panes.resize(480)
    panes.panes.show_panel()
    assert panes.panel.width() < PANEL_WIDTH
    assert panes.panel.geometry().right() < 480, "nothing is cut at the edge"
