"""Every dialog, popup and page: named for assistive technology, closed by key and by button, and whole at any size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

import workbench.ui
from tests.conftest import Run
from tests.support import walking
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from tests.ui.surfaces import SURFACES, close_surface, open_surface, prepare
from workbench.ui.widgets import Popup
from workbench.ui.window import MainWindow

SHOWN_ELSEWHERE = {
    "ComparePopup": "tests/ui/parameters/test_parameters_tab.py",
    "TryDialog": "tests/ui/experiments/test_check_trials.py",
}
"""Dialogs and popups that need more than ``surfaces.prepare`` gives the window, and the tests that show them."""


@pytest.fixture
def listening() -> Iterator[None]:
    """Assistive technology listens, as on a desktop that has it switched on."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def test_everything_interactive_can_be_named_reached_seen_and_left(
    listening: None, open_window: OpenWindow, run: Run
) -> None:
    window = open_window()
    prepare(window, run)
    complaints, kinds = [], set()
    for name in SURFACES:
        surface = open_surface(window, run, name)
        kinds.add(type(surface).__name__)
        found = [*walking.unnamed(surface), *walking.cut_off(surface), *walking.covered(surface),
                 *walking.unreachable(surface)]
        if isinstance(surface, QDialog):
            found += walking.default_buttons(surface)
        if isinstance(surface, QDialog | Popup):
            found += closed_by_escape(surface)
        complaints += [f"{name}: {one}" for one in found]
        close_surface(window, run, surface)
    assert not complaints, "\n".join(complaints)
    assert not (missing := dialogs_of_the_program() - kinds - SHOWN_ELSEWHERE.keys()), f"not among SURFACES: {missing}"


def closed_by_escape(surface: QDialog | Popup) -> list[str]:
    """Escape closes it, at the latest when it has emptied a field."""
    for _ in range(2):
        if surface.isVisible():
            QTest.keyClick(QApplication.focusWidget() or surface, Qt.Key.Key_Escape)
    return ["is not closed by Escape"] if surface.isVisible() else []


def dialogs_of_the_program() -> set[str]:
    """The names of all classes of dialogs and popups."""
    folder = Path(workbench.ui.__path__[0])
    return {found for path in folder.rglob("*.py")
            for found in re.findall(r"^class (\w+)\((?:QDialog|Popup)\)", path.read_text("utf-8"), re.MULTILINE)}


@pytest.mark.parametrize(("percent", "size"), [(200, (1600, 1000)), (80, (900, 600)), (100, (900, 600))])
def test_nothing_is_cut_at_other_sizes(open_window: OpenWindow, run: Run, percent: int, size: tuple[int, int]) -> None:
    window = open_window(*size)
    prepare(window, run)
    window.services.settings.change(interface_scale=percent)
    assert not (found := complaints_about_size(window, run)), "\n".join(found)


def test_nothing_is_cut_from_right_to_left(qapp: QApplication, open_window: OpenWindow, run: Run) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        window = open_window()
        prepare(window, run)
        assert not (found := complaints_about_size(window, run)), "\n".join(found)
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def complaints_about_size(window: MainWindow, run: Run) -> list[str]:
    complaints = []
    for name in SURFACES:
        surface = open_surface(window, run, name)
        with suppress(TimeoutError):  # what follows the size, as short labels do, comes with the next layout
            run(until(lambda surface=surface: not cut_or_covered(surface), 5))
        complaints += [f"{name}: {one}" for one in cut_or_covered(surface)]
        close_surface(window, run, surface)
    return complaints


def cut_or_covered(surface: QWidget) -> list[str]:
    return [*walking.cut_off(surface), *walking.covered(surface)]
