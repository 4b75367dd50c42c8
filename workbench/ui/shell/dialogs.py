"""Dialogs that ask one question: each calls back with the answer, and none blocks the program.

Every feature imports them, so Qt's classes are loaded with the first question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from workbench.ui.theme.scale import px

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog


def ask_text(
    parent: QWidget, title: str, label: str, answer: Callable[[str], None], *, text: str = "", empty: bool = False
) -> None:
    """Asks for a line of text, with ``text`` in the field at first.

    ``answer`` is called with the stripped line: not when the dialog is cancelled, and with an empty line only if
    ``empty`` is set.
    """
    from PySide6.QtWidgets import QInputDialog

    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setLabelText(label)
    dialog.setTextValue(text)
    dialog.textValueSelected.connect(lambda text: answer(text.strip()) if text.strip() or empty else None)
    dialog.open()


def ask_files(parent: QWidget, title: str, answer: Callable[[list[Path]], None]) -> None:
    """Asks for existing files."""
    dialog = _file_dialog(parent, title)
    dialog.setFileMode(dialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: answer([Path(name) for name in names]))
    dialog.open()


def ask_path(
    parent: QWidget, title: str, name: str, answer: Callable[[Path], object], folder: Path | None = None
) -> None:
    """Asks where to write a file, with ``name`` as the suggestion; Qt confirms the replacement of an existing file."""
    dialog = _file_dialog(parent, title, folder)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    dialog.setAcceptMode(dialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: answer(Path(chosen)))
    dialog.open()


def ask_folder(
    parent: QWidget, title: str, answer: Callable[[Path], object], folder: Path | None = None
) -> None:
    """Asks for a folder."""
    dialog = _file_dialog(parent, title, folder)
    dialog.setFileMode(dialog.FileMode.Directory)
    dialog.fileSelected.connect(lambda chosen: answer(Path(chosen)))
    dialog.open()


def ask_consent(parent: QWidget, title: str, sentence: str, yes: str, go: Callable[[], object]) -> None:
    """Asks before something risky; ``yes`` labels the button that calls ``go``. Return and Escape cancel."""
    from PySide6.QtWidgets import QMessageBox

    from workbench.ui.theme import icons

    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIconPixmap(icons.icon("warning", "warn").pixmap(px(32), px(32)))
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(sentence)
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    accept.setAccessibleName(yes)
    accept.clicked.connect(lambda: go())
    box.open()


def ask_to_keep(parent: QWidget, sentence: str, keep: Callable[[], object], go: Callable[[], object]) -> None:
    """Asks whether a temporary chat is kept before the window closes; Escape cancels."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("Temporary chat")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(sentence)
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    for text, role, act in (
        ("Keep it and close", QMessageBox.ButtonRole.AcceptRole, keep),
        ("Close without keeping it", QMessageBox.ButtonRole.DestructiveRole, go),
    ):
        button = box.addButton(text, role)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _=False, act=act: act())
    box.open()


@contextmanager
def busy(sentence: str) -> Iterator[None]:
    """Shows a sentence in a window of its own while the block runs, before the main window is open."""
    from PySide6.QtWidgets import QProgressDialog

    box = QProgressDialog(sentence, "", 0, 0)
    box.setCancelButton(None)
    box.setWindowTitle("Chat Workbench")
    box.setMinimumDuration(0)
    box.show()
    try:
        yield
    finally:
        box.close()
        box.deleteLater()


def _file_dialog(parent: QWidget, title: str, folder: Path | None = None) -> QFileDialog:
    """Returns a dialog that starts in ``folder``, or at home if there is no such folder."""
    from PySide6.QtWidgets import QFileDialog

    start = folder if folder is not None and folder.is_dir() else Path.home()
    dialog = QFileDialog(parent, title, str(start))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
