"""The prefill dialog: asks for the beginning of a reply, which the model continues."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from workbench.ui.theme.scale import fitted
from workbench.ui.widgets import Banner, Button, Label


class PrefillDialog(QDialog):
    """``submitted`` carries the beginning. ``question`` is what the reply answers."""

    submitted = Signal(str)

    def __init__(self, question: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Prefill the reply")
        self.resize(fitted(520, 300, parent))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("Beginning of the reply")
        self.text.setPlaceholderText("How the reply begins, such as { or “In short:”. The model goes on from there.")
        self.text.setTabChangesFocus(True)
        self.problem = Banner(tone="warn")
        self.problem.hide()
        self._go = Button("Ask", "primary")
        self._go.setShortcut("Ctrl+Return")
        self._go.setToolTip("Ctrl+Enter")
        foot = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        foot.addButton(self._go, QDialogButtonBox.ButtonRole.AcceptRole)
        foot.accepted.connect(self._accept)
        foot.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setSpacing(12)
        whole.addWidget(Label(f"The reply to “{question}” begins with:", "dim", wrap=True))
        whole.addWidget(self.text, 1)
        whole.addWidget(self.problem)
        whole.addWidget(foot)
        self._go.setDefault(True)  # in the dialog now: before, Cancel would take its place
        self.text.textChanged.connect(self._show)
        self._show()
        self.text.setFocus()

    def set_problem(self, sentence: str) -> None:
        """Shows why the provider cannot be given a beginning, "" where it can."""
        self.problem.set_text(sentence, "warn")
        self.problem.setVisible(bool(sentence))

    def _show(self) -> None:
        self._go.setEnabled(bool(self.text.toPlainText().strip()))

    def _accept(self) -> None:
        if self._go.isEnabled():
            self.submitted.emit(self.text.toPlainText())
            self.accept()
