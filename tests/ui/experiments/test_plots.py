"""Plots as the window paints them."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from workbench.core.experiments.curves import Line, Point
from workbench.ui.experiments.plots import Plot


def test_named_places_are_told_in_words(qapp: QApplication) -> None:
    plot = Plot("Plot")
    points = Point(0, 1.0, 0.2, 1.0), Point(1, 0.5, 0.1, 0.9)
    plot.show_lines("Pass rate by case", "", [Line("Pass rate", points, joined=False)], ("one", "two"))
    assert plot.accessibleDescription() == "Pass rate: one → 1, two → 0.5"
    plot.resize(300, 220)
    assert not plot.grab().isNull()
    plot.deleteLater()
