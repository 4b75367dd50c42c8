"""The file viewer: the text that a model gets of a file, and the file itself to save or to open elsewhere."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from workbench.core.chat.context import text_tokens
from workbench.core.chat.parts import File
from workbench.core.text.formatting import count, counted
from workbench.ui.theme import style
from workbench.ui.theme.scale import follow
from workbench.ui.widgets import Button, ElidedLabel, Label, close_button

_SHOWN = 100_000
"""Characters: laying out more would hold up the window, and nobody reads them here."""


class FileViewer(QDialog):
    save_requested = Signal()
    open_requested = Signal()  # with another program

    def __init__(self, name: str, part: File, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(name)
        text = QPlainTextEdit(part.text[:_SHOWN])
        text.setAccessibleName("Text that the model gets")
        text.setReadOnly(True)
        follow(text, lambda view: view.setFont(style.mono_font()))
        save = Button("Save…", icon="download")
        save.clicked.connect(self.save_requested)
        self._open = Button("Open elsewhere")
        self._open.setToolTip("Open with the program that this system has for such files")
        self._open.clicked.connect(self.open_requested)
        foot = QHBoxLayout()
        foot.addWidget(ElidedLabel(summary(part), "dim"), 1)
        foot.addWidget(self._open)
        foot.addWidget(save)
        foot.addWidget(close_button(self))
        column = QVBoxLayout(self)
        column.addWidget(Label("The model gets this text of the file:", "dim"))
        column.addWidget(text, 1)
        column.addLayout(foot)
        self.resize(parent.window().size() * 0.7)

    def set_openable(self, openable: bool) -> None:
        """Sets whether another program may open the file."""
        self._open.setVisible(openable)


def summary(part: File) -> str:
    """Returns how long a file's text is: “1 204 characters · ≈ 301 tokens”."""
    facts = [counted(len(part.text), "{n} character", "{n} characters"), f"≈ {count(text_tokens(part.text))} tokens"]
    if len(part.text) > _SHOWN:
        facts.append(f"the first {count(_SHOWN)} are shown here")
    return " · ".join(facts)
