"""The layout of the window: sidebar, conversation or page, and panel, beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from workbench.ui.shell.conversation_frame import ConversationFrame
from workbench.ui.shell.side_panes import SidePanes
from workbench.ui.widgets import ToastStrip


class WindowLayout:
    """Shows one page at a time in the middle: the conversation with its composer, or what takes its place. Toasts stand
    between the content and the composer, or below the page.

    Inside of the conversation, ``show_content`` chooses what stands between the header and the composer.
    """

    def __init__(
        self, sidebar: QWidget, above: Sequence[QWidget], composer: QWidget, panel: QWidget
    ) -> None:
        """``above`` are the widgets over the content of the conversation, from top to bottom."""
        # Parents top-down: reparenting later would polish every child again.
        self.splitter = QSplitter()
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        middle = QWidget()
        for widget in (sidebar, middle, panel):
            self.splitter.addWidget(widget)
        self.splitter.setStretchFactor(1, 1)
        self._column = _column(middle)
        self._middle, self.content, self.frame = _Pages(), _Pages(), ConversationFrame()
        self._column.addWidget(self._middle, 1)
        self._middle.addWidget(self.frame)
        self._conversation = _column(self.frame)
        self.toasts = ToastStrip()
        for widget in (*above, self.content, self.toasts, composer):
            self._conversation.addWidget(widget)
        self._conversation.setStretchFactor(self.content, 1)
        self._composer = composer
        self.side_panes = SidePanes(self.splitter, sidebar, panel)

    def show_content(self, widget: QWidget) -> None:
        """Shows the transcript, the welcome page or the lanes in the conversation."""
        self.content.addWidget(widget)  # does nothing for one that is there already
        self.content.setCurrentWidget(widget)

    def show_page(self, page: QWidget) -> None:
        """Shows a page in the place of the conversation."""
        self._middle.addWidget(page)
        self._middle.setCurrentWidget(page)
        self._column.addWidget(self.toasts)

    @property
    def shows_page(self) -> bool:
        return self._middle.currentWidget() is not self.frame

    def leave_page(self) -> None:
        """Shows the conversation again."""
        self._middle.setCurrentWidget(self.frame)
        self._conversation.removeWidget(self.toasts)  # else it is counted in the place that it is inserted at
        self._conversation.insertWidget(self._conversation.indexOf(self._composer), self.toasts)


class _Pages(QStackedWidget):
    """Pages of which one is shown, and only that one counts: Qt gives room to the largest of all."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        shown = self.currentWidget()
        return shown.minimumSizeHint().expandedTo(shown.minimumSize()) if shown is not None else QSize()


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
