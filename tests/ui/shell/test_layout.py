"""The layout of the window: what takes room."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from tests.conftest import Show
from workbench.ui.shell.layout import WindowLayout


def test_only_the_page_that_is_shown_takes_room(show: Show) -> None:
    layout = WindowLayout(QWidget(), (), QWidget(), QWidget())
    show(layout.splitter, 1000, 400)
    wide = QWidget()
    wide.setMinimumWidth(900)
    layout.show_page(wide)
    layout.side_panes.arrange()
    assert layout.splitter.sizes()[1] >= 900
    layout.leave_page()
    layout.side_panes.arrange()
    assert layout.splitter.sizes()[0] == 250, "the sidebar has its width again"
