"""The page Data & backup: the data folder, import and export, and the backups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from workbench.core.ports.data_folder import KeptBackup
from workbench.ui.settings.data_controller import DataController
from workbench.ui.shell.dialogs import ask_consent, ask_files, ask_folder, ask_path
from workbench.ui.widgets import Button, ElidedLabel, FormRow, Label, delete_widgets
from workbench.ui.widgets.labels import data_size

_HERE = "All chats, files and settings are here; keys are not."


class DataPage(QWidget):
    """Shows where the data is, and what can be done with all of it. What needs the chats or the window is requested."""

    import_requested = Signal()
    export_requested = Signal()
    move_requested = Signal(object)  # Path
    restored = Signal()

    def __init__(self, controller: DataController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self._place(controller.folder))
        column.addLayout(self._buttons(
            ("Back up now…", "database", self._back_up), ("Restore a file…", "undo", self._restore),
        ))
        column.addLayout(self._buttons(
            ("Import chats…", "import", self.import_requested.emit),
            ("Export all chats…", "export", self.export_requested.emit),
        ))
        words = ("A backup is one file with everything but your keys: chats, attachments, settings, providers, "
                 "templates and experiments. It can be made while the program runs.")
        column.addWidget(Label(words, "dim", wrap=True, parent=self))
        self.copies = BackupList(self)
        self.copies.restore_requested.connect(self._ask_restore_mode)
        column.addWidget(self.copies)
        controller.restored.connect(self.restored)
        controller.backups_listed.connect(self.copies.show_backups)
        controller.move_checked.connect(self._show_movable)
        controller.move_agreed.connect(self._ask_to_move)
        controller.list_backups()
        controller.check_movable()

    def _place(self, folder: Path) -> FormRow:
        place = QWidget(self)
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(ElidedLabel(str(folder), parent=place), 1)
        show = Button("Open folder", parent=place)
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        row.addWidget(show)
        self.move_ = Button("Move…", parent=place)
        self.move_.setAccessibleName("Move the data folder")
        self.move_.clicked.connect(lambda: ask_folder(self, "Move the data folder into an empty one",
                                                      self._controller.check_move))
        row.addWidget(self.move_)
        self._folder_row = FormRow("Data folder", place, _HERE, self)
        return self._folder_row

    def _buttons(self, *buttons: tuple[str, str, Callable[[], object]]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for text, icon, act in buttons:
            button = Button(text, "", icon, self)
            button.clicked.connect(lambda _=False, act=act: act())
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _show_movable(self, why_not: str) -> None:
        self.move_.setEnabled(not why_not)
        self.move_.setAccessibleDescription(why_not)
        self._folder_row.set_help(f"{_HERE} {why_not}".rstrip())

    def _ask_to_move(self, target: Path) -> None:
        ask_consent(
            self, "Move the data folder",
            f"Everything is copied to {target}. The window closes for that, and opens again when it is done. The old "
            "folder stays as it was.",
            "Move", lambda: self.move_requested.emit(target),
        )

    def _back_up(self) -> None:
        ask_path(self, "Back up", f"chat-workbench-{date.today():%Y-%m-%d}.sqlite3", self._controller.back_up)

    def _restore(self) -> None:
        ask_files(self, "Restore a backup", lambda paths: self._ask_restore_mode(paths[0]))

    def _ask_restore_mode(self, path: Path) -> None:
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


class BackupList(QWidget):
    """The backups that the program makes by itself, each with a button to restore it."""

    restore_requested = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Backups")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    def show_backups(self, backups: list[KeptBackup]) -> None:
        delete_widgets(self._grid)
        heading = "KEPT BACKUPS" if backups else "There are no kept backups yet: the first is made within a day."
        self._grid.addWidget(Label(heading, "section" if backups else "dim", parent=self), 0, 0, 1, 4)
        for row, backup in enumerate(backups, 1):
            made = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(backup.made)), QLocale.FormatType.ShortFormat)
            size = Label(data_size(backup.size), "dim", parent=self)
            size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            restore = Button("Restore…", "link", parent=self)
            kind = Label(backup.kind or backup.path.name, "dim", parent=self)
            restore.setAccessibleName(f"Restore the backup of {made}, {kind.text()}")
            restore.clicked.connect(lambda _=False, path=backup.path: self.restore_requested.emit(path))
            for column, widget in enumerate((Label(made, parent=self), kind, size, restore)):
                self._grid.addWidget(widget, row, column)
