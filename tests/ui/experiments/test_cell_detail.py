"""One cell looked at closely."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.qt import destroy, show
from workbench.core.experiments.grid import cells
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, summarise
from workbench.ui.experiments.cell_detail import CellDetail

(CELL,) = cells(Plan("p", ("a/x",), "Hi", samples=3))


@pytest.fixture
def detail(qapp: QApplication) -> Iterator[CellDetail]:
    widget = CellDetail()
    show(widget, 500, 700)
    yield widget
    destroy(widget)


def shown(detail: CellDetail, *texts: str, error: str = "") -> None:
    results = [Result(str(at), 0, "a/x", {}, {}, at, text, error=error) for at, text in enumerate(texts)]
    detail.show_cell(summarise(CELL, results), results)


def test_a_cell_that_was_empty_shows_the_first_answer_that_comes(detail: CellDetail) -> None:
    shown(detail)
    assert "Nothing has come" in detail._note.text() and not detail._chat.isEnabled()
    shown(detail, "One", "Two")
    assert detail._sample.currentText() == "sample 1" and detail._text.toPlainText() == "One"
    assert detail._chat.isEnabled()


def test_what_failed_tells_why_and_is_no_answer(detail: CellDetail) -> None:
    shown(detail, "", error="The model is gone.")
    assert "The model is gone." in detail._note.text()
    assert not detail._chat.isEnabled() and not detail._rating.isEnabled()


def test_what_to_do_with_an_answer_follows_it(detail: CellDetail) -> None:
    shown(detail, "Short")
    low = detail._text.height()
    shown(detail, "Long and longer. " * 400)
    assert low < 40 and detail._text.height() == 360
    assert detail._use.isVisible() and detail._use.mapTo(detail, detail._use.rect().topLeft()).y() < 560
