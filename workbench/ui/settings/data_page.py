"""Data & backup: where everything is, and how to take it along."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from workbench.ui.dialogs import ask_files, ask_path
from workbench.ui.widgets import Button, ElidedLabel, FormRow, Label

from .controller import SettingsController


class DataPage(QWidget):
    """``import_wanted`` and ``export_wanted`` are for whoever knows the chats."""

    import_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, controller: SettingsController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        folder = controller.services.data_folder
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        place = QWidget(self)
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        path = ElidedLabel(str(folder), parent=place)
        row.addWidget(path, 1)
        show = Button("Open folder", parent=place)
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        row.addWidget(show)
        column.addWidget(FormRow("Data folder", place, "All chats, files and settings are here; keys are not.", self))
        column.addLayout(self._buttons(
            ("Back up now…", "database", self._back_up), ("Restore…", "undo", self._restore),
        ))
        column.addLayout(self._buttons(
            ("Import chats…", "import", self.import_wanted.emit),
            ("Export all chats…", "export", self.export_wanted.emit),
        ))
        words = "A backup is one file with everything but your keys. It can be made while the program runs."
        column.addWidget(Label(words, "dim", wrap=True, parent=self))

    def _buttons(self, *buttons) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for text, icon, act in buttons:
            button = Button(text, "", icon, self)
            button.clicked.connect(lambda _=False, act=act: act())
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _back_up(self) -> None:
        ask_path(self, "Back up", f"chat-workbench-{date.today():%Y-%m-%d}.sqlite3", self._controller.back_up)

    def _restore(self) -> None:
        ask_files(self, "Restore a backup", lambda paths: self._ask_how(paths[0]))

    def _ask_how(self, path: Path) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Restore")
        box.setText(f"What should be done with {path.name}?")
        box.setInformativeText(
            "“Add” brings what is missing here. “Replace” puts the backup in the place of everything; "
            "what is here now is kept among the backups."
        )
        add = box.addButton("Add", QMessageBox.ButtonRole.AcceptRole)
        add.clicked.connect(lambda: self._controller.restore(path, "merge"))
        replace = box.addButton("Replace", QMessageBox.ButtonRole.DestructiveRole)
        replace.clicked.connect(lambda: self._controller.restore(path, "replace"))
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.open()
