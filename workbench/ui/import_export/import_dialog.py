"""Import: from the choice of files over what they would bring to the report of what came."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
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
from workbench.ui.widgets import Button, Label

from .import_report import brings_something, lines, summary
from .import_start import ImportStart


class ImportDialog(QDialog):
    """Knows no files itself: it asks for a plan and for the import, and is shown what comes of it."""

    plan_requested = Signal(list)  # Paths
    import_requested = Signal(list)  # Paths
    stop_requested = Signal()

    def __init__(self, sources: Sequence[ImportSource], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Import")
        self.setAccessibleName("Import")
        self.setAcceptDrops(True)
        self.resize(QSize(640, 560).boundedTo(parent.window().size() * 0.95))
        self._paths: list[Path] = []
        self.working = False
        self._planning = False
        self.start = ImportStart(sources)
        self.heading = Label("", "strong", wrap=True)
        self.report = QPlainTextEdit(readOnly=True)
        self.report.setAccessibleName("Report")
        self._doing = Label("", "dim")
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Progress")
        self._pages = QStackedWidget()
        self.copy = Button("Copy report", "quiet", "copy")
        self.other = Button("Other files…", "quiet")
        self.close_ = Button("Cancel")
        self.go = Button("Import", "primary")
        self._build()
        self._connect()
        self._show_page(self.start)

    def _build(self) -> None:
        work = QWidget()
        middle = QVBoxLayout(work)
        middle.addStretch(1)
        middle.addWidget(self._doing)
        middle.addWidget(self._bar)
        middle.addStretch(1)
        self._work = work
        result = QWidget()
        below = QVBoxLayout(result)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(12)
        below.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self.report, 1)
        self._result = result
        for page in (self.start, work, result):
            self._pages.addWidget(page)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.copy)
        foot.addWidget(self.other)
        foot.addStretch(1)
        buttons = QDialogButtonBox()  # in the order of the system
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.close_, QDialogButtonBox.ButtonRole.RejectRole)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        column.addWidget(self._pages, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.start.files.clicked.connect(self._ask_files)
        self.start.folder.clicked.connect(lambda: ask_folder(self, "Import a folder", lambda path: self.plan([path])))
        self.copy.clicked.connect(self._copy)
        self.other.clicked.connect(lambda: self._show_page(self.start))
        self.close_.clicked.connect(self.reject)
        self.go.clicked.connect(lambda: self._begin(self.import_requested))

    # --- what the user does ---

    def plan(self, paths: Sequence[Path]) -> None:
        """Reads files, and shows what they would bring."""
        self._paths = list(paths)
        self._begin(self.plan_requested)

    def _ask_files(self) -> None:
        ask_files(self, "Import", self.plan)

    def _begin(self, wish: SignalInstance) -> None:
        names = ", ".join(path.name for path in self._paths[:3]) + (" …" if len(self._paths) > 3 else "")
        self.working, self._planning = True, wish is self.plan_requested
        self.show_progress(f"Reading {names} …" if self._planning else "Importing …", 0, 0)
        self._show_page(self._work)
        wish.emit(self._paths)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.heading.text()}\n\n{self.report.toPlainText()}".strip())

    def reject(self) -> None:
        """Stops what is under way; else closes."""
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

    # --- what it is told ---

    def show_progress(self, text: str, done: int, of: int) -> None:
        """``of`` 0 when the end is not known."""
        self._doing.setText(text)
        self._bar.setRange(0, of)
        self._bar.setValue(done)

    def show_plan(self, report: ImportReport) -> None:
        self._show_result(f"This would bring {summary(report)}. Nothing has changed yet."
                          if brings_something(report) else f"This brings nothing new: {summary(report)}.", report)
        self.go.setVisible(brings_something(report))
        self._name_close("Cancel" if brings_something(report) else "Close")
        (self.go if brings_something(report) else self.other).setFocus()

    def show_report(self, report: ImportReport) -> None:
        self._show_result(f"Imported: {summary(report)}.", report)
        self.close_.setFocus()

    def show_failure(self, sentence: str) -> None:
        self._show_result(sentence, ImportReport(""), tone="bad")
        self.other.setFocus()

    def show_end(self) -> None:
        """What was under way has ended; without a result it was stopped."""
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
        self.copy.setVisible(page is self._result)
        self.other.setVisible(page is self._result)
        self.go.hide()
        self._name_close("Stop" if page is self._work else "Close" if page is self._result else "Cancel")
        if page is self.start:
            self.start.files.setFocus()

    def _name_close(self, text: str) -> None:
        self.close_.setText(text)
        self.close_.setAccessibleName(text)
