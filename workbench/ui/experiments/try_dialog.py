"""A dialog that tries a check on an answer that the user writes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from workbench.core.experiments.checks import CheckResult
from workbench.ui.theme.scale import fitted
from workbench.ui.widgets import Button, CodeEdit, FormRow, Label

TONES = {True: "ok", False: "bad", None: "warn"}
"""Whether a check passed → the tone of what is said of it."""


class TryDialog(QDialog):
    """``try_requested`` carries the answer; ``show_result`` or ``show_mistake`` replies to it."""

    try_requested = Signal(str)

    def __init__(self, label: str, parent: QWidget, text: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Try the check")
        self.resize(fitted(520, 360, parent))
        self.answer = CodeEdit("Sample answer", least=6, most=12)
        self.answer.setPlainText(text)
        self.outcome = Label("", "dim", wrap=True, selectable=True)
        self.outcome.setAccessibleName("Outcome of the check")
        self.go = Button("Try", "primary", "play")
        self.go.clicked.connect(self._ask)
        foot = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        foot.addButton(self.go, QDialogButtonBox.ButtonRole.ActionRole)
        foot.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(Label(label, "dim", wrap=True))
        column.addWidget(FormRow("An answer", self.answer))
        column.addWidget(self.outcome)
        column.addStretch(1)
        column.addWidget(foot)

    def _ask(self) -> None:
        self.go.setEnabled(False)
        self._say("The check is being made …", "dim")
        self.try_requested.emit(self.answer.toPlainText())

    def show_result(self, result: CheckResult) -> None:
        self._say(verdict_words(result), TONES[result.passed])

    def show_mistake(self, sentence: str) -> None:
        self._say(sentence, "bad")

    def _say(self, text: str, tone: str) -> None:
        self.go.setEnabled(tone != "dim")
        self.outcome.setText(text)
        self.outcome.setProperty("tone", tone)
        self.outcome.style().polish(self.outcome)


def verdict_words(result: CheckResult) -> str:
    """Returns “Fails: score 0.42 · 0.42 is under 0.8”."""
    word = {True: "Passes", False: "Fails", None: "Neither passes nor fails"}[result.passed]
    score = f"score {result.score:.2f}" if result.score is not None else ""
    details = " · ".join(filter(None, [score, result.note]))
    return f"{word}: {details}" if details else f"{word}."
