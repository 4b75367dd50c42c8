"""Dialog that imports chats: files are chosen, what they would bring is shown, then what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.core.ports.import_export import ImportReport, ImportSource
from workbench.ui.composer.editor import local_files
from workbench.ui.shell.dialogs import ask_files, ask_folder
from workbench.ui.theme.scale import fitted
from workbench.ui.widgets import Button, Label
from workbench.ui.widgets.clipboard import copy_text

from .import_report import brings_something, lines, summary
from .import_start import ImportStart


class ImportDialog(QDialog):
    """Asks for a plan and for the import by its signals, and is shown what comes of them."""

    plan_requested = Signal(list)  # Paths
    import_requested = Signal(list)  # Paths
    stop_requested = Signal()

    def __init__(self, sources: Sequence[ImportSource], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Import")
        self.setAccessibleName("Import")
        self.setAcceptDrops(True)
        self.resize(fitted(640, 560, parent))
        self._paths: list[Path] = []
        self.working = False
        self._planning = False
        self.start = ImportStart(sources)
        self.heading = Label("", "strong", wrap=True)
        self.report = QPlainTextEdit(readOnly=True)
        self.report.setAccessibleName("Report")
        self._activity = Label("", "dim")
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Progress")
        self._pages = QStackedWidget()
        self.copy_button = Button("Copy report", "quiet", "copy")
        self.other_button = Button("Other files…", "quiet")
        self.close_button = Button("Cancel")
        self.import_button = Button("Import", "primary")
        self._build()
        self._connect()
        self._show_page(self.start)

    def _build(self) -> None:
        self._work = QWidget()
        middle = QVBoxLayout(self._work)
        middle.addStretch(1)
        middle.addWidget(self._activity)
        middle.addWidget(self._bar)
        middle.addStretch(1)
        self._result = QWidget()
        below = QVBoxLayout(self._result)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(12)
        below.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self.report, 1)
        for page in (self.start, self._work, self._result):
            self._pages.addWidget(page)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.copy_button)
        foot.addWidget(self.other_button)
        foot.addStretch(1)
        buttons = QDialogButtonBox()  # in the order of the system
        buttons.addButton(self.import_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.close_button, QDialogButtonBox.ButtonRole.RejectRole)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        column.addWidget(self._pages, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.start.files.clicked.connect(self._ask_files)
        self.start.folder.clicked.connect(lambda: ask_folder(self, "Import a folder", lambda path: self.plan([path])))
        self.copy_button.clicked.connect(self._copy)
        self.other_button.clicked.connect(lambda: self._show_page(self.start))
        self.close_button.clicked.connect(self.reject)
        self.import_button.clicked.connect(lambda: self._begin(self.import_requested))

    # --- steps ---

    def plan(self, paths: Sequence[Path]) -> None:
        """Asks what files would bring."""
        self._paths = list(paths)
        self._begin(self.plan_requested)

    def _ask_files(self) -> None:
        ask_files(self, "Import", self.plan)

    def _begin(self, request: SignalInstance) -> None:
        names = ", ".join(path.name for path in self._paths[:3]) + (" …" if len(self._paths) > 3 else "")
        self.working, self._planning = True, request is self.plan_requested
        self.show_progress(f"Reading {names} …" if self._planning else "Importing …", 0, 0)
        self._show_page(self._work)
        request.emit(self._paths)

    def _copy(self) -> None:
        copy_text(f"{self.heading.text()}\n\n{self.report.toPlainText()}".strip())

    def reject(self) -> None:
        """Stops what is running; closes if nothing is."""
        if self.working:
            self.stop_requested.emit()
        else:
            super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()) and not self.working:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.plan(local_files(event.mimeData()))

    # --- called by the feature ---

    def show_progress(self, text: str, done: int, of: int) -> None:
        """Shows ``done`` of ``of`` steps; ``of`` is 0 when their number is not known."""
        self._activity.setText(text)
        self._bar.setRange(0, of)
        self._bar.setValue(done)

    def show_plan(self, report: ImportReport) -> None:
        """Shows what the import would bring, and offers it if it brings something."""
        self._show_result(f"This would bring {summary(report)}. Nothing has changed yet."
                          if brings_something(report) else f"This brings nothing new: {summary(report)}.", report)
        self.import_button.setVisible(brings_something(report))
        self._name_close("Cancel" if brings_something(report) else "Close")
        (self.import_button if brings_something(report) else self.other_button).setFocus()

    def show_report(self, report: ImportReport) -> None:
        """Shows what was imported."""
        self._show_result(f"Imported: {summary(report)}.", report)
        self.close_button.setFocus()

    def show_failure(self, sentence: str) -> None:
        """Shows why nothing was imported."""
        self._show_result(sentence, ImportReport(""), tone="bad")
        self.other_button.setFocus()

    def show_end(self) -> None:
        """Leaves the page of the progress: what ended without a result was stopped."""
        if self.working and self._planning:
            self._show_page(self.start)
        elif self.working:
            self._show_result("Stopped: nothing was imported.", ImportReport(""))
        self.working = False

    def _show_result(self, heading: str, report: ImportReport, tone: str = "strong") -> None:
        self.working = False
        self.heading.set_tone(tone)
        self.heading.setText(heading)
        self.report.setPlainText("\n".join(lines(report)))
        self.report.setVisible(bool(report.files))
        self._show_page(self._result)

    def _show_page(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self.copy_button.setVisible(page is self._result)
        self.other_button.setVisible(page is self._result)
        self.import_button.hide()
        self._name_close("Stop" if page is self._work else "Close" if page is self._result else "Cancel")
        if page is self.start:
            self.start.files.setFocus()

    def _name_close(self, text: str) -> None:
        self.close_button.setText(text)
        self.close_button.setAccessibleName(text)
