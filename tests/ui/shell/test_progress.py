"""The line for long work."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar

from tests.conftest import Show
from tests.support.finding import find
from workbench.ui.shell.progress import Progress


def test_it_is_hidden_until_there_is_work(show: Show) -> None:
    progress = show(Progress(), 400, 60)
    progress.hide()
    progress.show_progress("Exporting …", 3, 8)
    bar = find(progress, "Progress", QProgressBar)
    assert progress.isVisible() and (bar.minimum(), bar.value(), bar.maximum()) == (0, 3, 8)


def test_work_of_unknown_length_shows_that_it_goes_on(show: Show) -> None:
    progress = show(Progress(), 400, 60)
    progress.show_progress("Reading …", 0, 0)
    bar = find(progress, "Progress", QProgressBar)
    assert bar.minimum() == bar.maximum() == 0


def test_stop_asks_and_hides_nothing(show: Show) -> None:
    progress = show(Progress(), 400, 60)
    progress.show_progress("Exporting …", 3, 8)
    asked: list[int] = []
    progress.stop_requested.connect(lambda: asked.append(1))
    find(progress, "Stop the export or import").click()
    assert asked == [1] and progress.isVisible()
