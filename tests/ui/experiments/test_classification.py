"""A classification of fifty labelled rows, with three prompts at four temperatures, set up by mouse and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from tests.conftest import Run
from tests.support.finding import find
from tests.support.reviews import PROMPTS, TABLE, classify
from tests.support.server import Server
from tests.support.waiting import until
from tests.ui.experiments.test_check_trials import dialog_of
from tests.ui.experiments.test_drafts import opened, settled
from workbench.core.settings import ProviderConfig
from workbench.ui.experiments.versions_dialog import VersionsDialog
from workbench.ui.window import MainWindow

CLICKS = 22
"""That setting it up may take; typing and keys are no clicks."""


@pytest.mark.process
def test_fifty_rows_are_classified_with_three_prompts_at_four_temperatures(
    window: MainWindow, server: Server, run: Run, tmp_path: Path
) -> None:
    server.on("POST", "/v1/chat/completions", classify)
    window.services.settings.change(providers={
        "test": ProviderConfig("test", base_url=f"{server.url}/v1", needs_key=False)})
    clicks: list[str] = []

    def click(widget: QWidget) -> None:
        clicks.append(widget.accessibleName() or type(widget).__name__)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        run(settled(window))

    def write(widget: QWidget, text: str, *, by_click: bool = True) -> None:
        if by_click:
            click(widget.viewport() if isinstance(widget, QPlainTextEdit) else widget)
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        for at, line in enumerate(text.split("\n")):
            if at:
                QTest.keyClick(widget, Qt.Key.Key_Return)
            QTest.keyClicks(widget, line)

    page = opened(window, run)
    clicks.append("Experiments")
    form = page.form
    click(page._new)
    write(form.prompt, PROMPTS[0])
    write(form.models, "test/m")
    QGuiApplication.clipboard().setText(TABLE)
    click(find(form, "Paste rows", QPushButton))
    write(form.axes.rows.rows[0].field, "0, 0.3, 0.7, 1")
    click(find(form, "Add axis", QPushButton))
    QTest.keyClick(form.axes.rows.rows[1].name, Qt.Key.Key_Home)  # the list has the focus; prompt stands first
    click(find(form.axes.rows.rows[1], "Versions of the prompt", QPushButton))
    dialog = dialog_of(window, VersionsDialog, run)
    assert isinstance(dialog, VersionsDialog)
    for text in PROMPTS[1:]:
        click(dialog._add)
        write(dialog.text, text, by_click=False)  # it has the focus
    click(dialog._use)
    write(form.params, '{"max_tokens": 5}')
    write(form.samples, "1")
    write(form.parallel, "8")
    click(find(form, "Add check", QPushButton))
    row = form.checks.rows.rows[0]
    for _ in range(row.kind.findData("one_of")):
        QTest.keyClick(row.kind, Qt.Key.Key_Down)
    assert row.kind.currentData() == "one_of"
    write(row.text, "good\nbad")
    write(row.editors["expected"].control, "{{label}}")
    clicks.append("Run sweep")
    QTest.mouseClick(form.run, Qt.MouseButton.LeftButton)  # 600 answers take longer than others wait
    working = window.experiments.controller()
    run(until(lambda: len(working.results) == 600 and not working.current_run.is_running, 110, "600 answers"), 120)
    run(settled(window))
    run(until(lambda: "Best" in page.results.best.text(), what="the best setting"))
    assert len(clicks) <= CLICKS, clicks
    assert "in one word" in page.results.best.text() and "honestly about" in page.results.best.text()
    assert "not proven" in page.results.best.text() and len(server.requests) == 600
    report = tmp_path / "report.html"
    working.export("html", report)
    run(until(report.exists))
    shown = report.read_text()
    assert "Best so far, not proven" in shown and "600 of 600 answers" in shown and "F1" in shown
