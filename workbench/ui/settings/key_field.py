"""The field for an API key, which is entered, replaced and removed but never shown."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from workbench.ui.widgets import Button, Field, Label


class KeyField(QWidget):
    """``entered`` carries a key and whether it is for this session only."""

    entered = Signal(str, bool)
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.field = Field("API key", parent=self)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.returnPressed.connect(self._submit)
        self.field.textChanged.connect(self._show_buttons)
        row.addWidget(self.field, 1)
        self._save = Button("Save", parent=self)
        self._save.setAccessibleName("Save key")
        self._save.clicked.connect(self._submit)
        row.addWidget(self._save)
        self._remove = Button("Remove", "quiet", parent=self)
        self._remove.setAccessibleName("Remove key")
        self._remove.clicked.connect(self.removed)
        row.addWidget(self._remove)
        column.addLayout(row)
        self._where = Label("", "dim", wrap=True, parent=self)
        column.addWidget(self._where)
        self._wrong = Label("", "bad", wrap=True, parent=self)
        self._wrong.hide()
        column.addWidget(self._wrong)
        links = QHBoxLayout()
        self._session = Button("Use it for this session only", "link", parent=self)
        self._session.clicked.connect(lambda: self._enter(session_only=True))
        links.addWidget(self._session)
        self._get = Button("Get a key", "link", "external", self)
        self._get.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._key_url)))
        links.addWidget(self._get)
        links.addStretch(1)
        column.addLayout(links)
        self.setFocusProxy(self.field)
        self.reset("")

    def reset(self, key_url: str) -> None:
        """Empties the field for another provider, whose keys can be had at ``key_url``."""
        self._key_url = key_url
        self._get.setVisible(key_url.startswith("https://"))
        self._get.setToolTip(key_url)
        self.field.clear()
        self._session.hide()
        self._stored = False
        self.show_status("", "")

    def typed(self) -> str:
        """Returns the key that was typed and is not stored yet."""
        return self.field.text().strip()

    def show_status(self, status: str, backend: str) -> None:
        """Shows where a key is stored. ``status`` is what ``Secrets.status`` returns, ``""`` while it is unknown."""
        self.field.setEnabled(True)
        place, _, ending = status.partition(" ")
        self._stored = place in ("keyring", "session")
        dots = f"•••• {ending}" if ending else "••••••••"
        self.field.setPlaceholderText(dots if self._stored else "Paste a key")
        words = {
            "keyring": f"Stored in the system keyring{f' ({backend})' if backend else ''}, never in a file.",
            "session": "Kept in memory until the program ends.",
        }
        self._where.setText(words.get(place, ""))
        self._where.setVisible(bool(self._where.text()))
        self._get.setVisible(self._key_url.startswith("https://") and not self._stored)
        self._show_mistake("")
        self._session.hide()
        self._show_buttons()
        if self._stored:
            self.field.clear()

    def show_failure(self, sentence: str, session_helps: bool) -> None:
        self.field.setEnabled(True)
        self._where.hide()
        self._show_mistake(sentence)
        self._session.setVisible(session_helps)
        self._show_buttons()

    def _submit(self) -> None:
        if self.typed() and self.field.isEnabled():
            self._enter(session_only=False)

    def _enter(self, *, session_only: bool) -> None:
        """Hands the key on. The keyring may take its time, or ask the user for a password: until it has answered,
        there is nothing to press twice."""
        for control in (self.field, self._save, self._session):
            control.setEnabled(False)
        self._where.setText("Waiting for the system's keyring …")
        self._where.show()
        self._show_mistake("")
        self.entered.emit(self.typed(), session_only)

    def _show_buttons(self) -> None:
        self._save.setText("Replace" if self._stored else "Save")
        self._save.setEnabled(bool(self.typed()))
        self._session.setEnabled(bool(self.typed()))
        self._remove.setVisible(self._stored)

    def _show_mistake(self, sentence: str) -> None:
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))
        self.field.set_wrong(bool(sentence))
