"""The Branches tab: how much there is, the tree, and what to do where there is none."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from workbench.core.chat.tree_layout import TreeLayout
from workbench.ui.widgets import ElidedLabel, EmptyState, IconButton, Label

from .descriptions import tree_summary
from .model import BranchesModel
from .view import BranchesView


class BranchesPane(QWidget):
    """Shows the tree of a chat. ``visibility_changed`` tells whether it is in sight: a tree that nobody sees is not
    read."""

    visibility_changed = Signal(bool)
    insert_requested = Signal()  # into an empty chat
    unfold_all_requested = Signal(bool)
    prune_all_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Branches")
        self.model = BranchesModel(self)
        self.view = BranchesView(self.model)
        self._chat: str | None = None
        self._summary = ElidedLabel(tone="dim")
        self._more = IconButton("more", "What to do with the branches")
        self._more.clicked.connect(self._open_menu)
        self._hint = Label(
            "Regenerate a reply, edit a message, or compare models: each makes a branch, and nothing is overwritten.",
            "dim", wrap=True)
        self._empty = EmptyState(
            "branch", "No messages yet", "Every version of a message becomes a branch, and all of them are shown here.")
        self._empty.add_button("Insert a message…", self.insert_requested.emit, "")
        self._build()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 6, 4)
        head.addWidget(self._summary, 1)
        head.addWidget(self._more)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        inside = QHBoxLayout()
        inside.setContentsMargins(4, 0, 2, 4)
        inside.addWidget(self.view)
        column.addLayout(inside, 1)
        hint = QHBoxLayout()
        hint.setContentsMargins(12, 8, 12, 12)
        hint.addWidget(self._hint)
        column.addLayout(hint)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(full)

    def show_layout(self, chat_id: str, layout: TreeLayout) -> None:
        """Shows the tree of a chat. While it is the same chat, what is selected and seen stays; who is at the end
        stays at the end."""
        bar = self.view.verticalScrollBar()
        at_end = bar.value() == bar.maximum()
        if chat_id != self._chat:
            self.model.reset(layout)
        else:
            self.model.renew(layout)
        self._summary.setText(tree_summary(layout))
        self._hint.setVisible(layout.ends < 2)
        self._pages.setCurrentIndex(1 if layout.messages else 0)
        if chat_id != self._chat or not self.view.currentIndex().isValid():
            self._chat = chat_id
            self.view.go_to_end()
        elif at_end:
            self.view.scrollToBottom()

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Unfold all").triggered.connect(lambda _=False: self.unfold_all_requested.emit(True))
        menu.addAction("Fold all").triggered.connect(lambda _=False: self.unfold_all_requested.emit(False))
        menu.addSeparator()
        prune = menu.addAction("Prune all but the main line")
        prune.setEnabled(self.model.layout.ends > 1)
        prune.triggered.connect(lambda _=False: self.prune_all_requested.emit())
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.visibility_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.visibility_changed.emit(False)
