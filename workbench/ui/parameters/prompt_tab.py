"""The Prompt tab: the system prompt of the chat."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from workbench.core.chat.context import text_tokens
from workbench.core.text.formatting import count
from workbench.ui.widgets import Button, Label
from workbench.ui.widgets.long_lines import folded


class PromptTab(QWidget):
    """Edits the system prompt, counts its tokens, and offers templates."""

    changed = Signal(str)
    template_requested = Signal(QWidget)  # the button that asks
    save_requested = Signal(str)  # the text is to be kept as a template

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Prompt")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Label("System prompt", "strong", parent=self), 1)
        self._clear = Button("Clear", "quiet", parent=self)
        self._clear.setAccessibleName("Clear system prompt")
        self._clear.clicked.connect(self._empty)
        head.addWidget(self._clear)
        column.addLayout(head)
        self._edit = QPlainTextEdit(self)
        self._edit.setAccessibleName("System prompt")
        self._edit.setPlaceholderText("What every reply in this chat should obey. Empty: nothing is sent.")
        self._edit.setTabChangesFocus(True)
        self._edit.textChanged.connect(self._typed)
        column.addWidget(self._edit, 1)
        self._tokens = Label("", "dim", parent=self)
        column.addWidget(self._tokens)
        foot = QHBoxLayout()
        self._template = Button("Template", "quiet", "braces", self)
        self._template.setAccessibleName("System prompt template")
        self._template.clicked.connect(lambda: self.template_requested.emit(self._template))
        foot.addWidget(self._template)
        self._save = Button("Save as template", "quiet", parent=self)
        self._save.clicked.connect(lambda: self.save_requested.emit(self.text()))
        foot.addWidget(self._save)
        foot.addStretch(1)
        column.addLayout(foot)
        self._show_tokens()

    def text(self) -> str:
        return self._edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Shows another text; the same one leaves the cursor where it is."""
        if (text := folded(text)) != self.text():
            with QSignalBlocker(self._edit):
                self._edit.setPlainText(text)
            self._show_tokens()

    def _empty(self) -> None:
        """Clears the text in a way that Ctrl+Z undoes."""
        self._edit.selectAll()
        self._edit.insertPlainText("")
        self._edit.setFocus()

    def _typed(self) -> None:
        self._show_tokens()
        self.changed.emit(self.text())

    def _show_tokens(self) -> None:
        text = self.text()
        self._clear.setEnabled(bool(text))
        self._save.setEnabled(bool(text.strip()))
        self._tokens.setText(f"≈ {count(text_tokens(text))} tokens with every request" if text.strip() else "")
