"""The dialog that asks for a message to insert."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from workbench.ui.theme.scale import fitted
from workbench.ui.widgets import Button, Label, Segmented

_ROLES = {"user": "You", "assistant": "Reply", "system": "System", "developer": "Developer"}


class InsertDialog(QDialog):
    """``submitted`` carries ``before`` or ``after``, the role and the text. Without ``beside`` (the first words
    of the message that it is to stand beside) the new one goes to the end."""

    submitted = Signal(str, str, str)

    def __init__(self, beside: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Insert a message")
        self.resize(fitted(520, 360, parent))
        self.role = Segmented(tuple(_ROLES), "Role", tuple(_ROLES.values()))
        self.role.set_value("user")
        self.where = Segmented(("before", "after"), "Place", ("Before", "After"), self)
        self.where.set_value("after")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("Text of the message")
        self.text.setPlaceholderText("What the message says. No reply is asked for.")
        self.text.setTabChangesFocus(True)
        self._go = Button("Insert", "primary")
        self._go.setShortcut("Ctrl+Return")
        self._go.setToolTip("Ctrl+Enter")
        self._build(beside)
        self.text.textChanged.connect(self._show)
        self._show()
        self.text.setFocus()

    def _build(self, beside: str) -> None:
        place = QHBoxLayout()
        place.setSpacing(8)
        if beside:
            place.addWidget(self.where)
            place.addWidget(Label(f"“{beside}”", "dim", wrap=True), 1)
        else:
            place.addWidget(Label("At the end of the chat", "dim"), 1)
            self.where.hide()
        foot = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        foot.addButton(self._go, QDialogButtonBox.ButtonRole.AcceptRole)
        foot.accepted.connect(self._accept)
        foot.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setSpacing(12)
        whole.addLayout(place)
        whole.addWidget(self.role)
        whole.addWidget(self.text, 1)
        whole.addWidget(foot)
        self._go.setDefault(True)  # in the dialog now: before, Cancel would take its place

    def _show(self) -> None:
        self._go.setEnabled(bool(self.text.toPlainText().strip()))

    def _accept(self) -> None:
        if self._go.isEnabled():
            self.submitted.emit(self.where.value(), self.role.value(), self.text.toPlainText())
            self.accept()
