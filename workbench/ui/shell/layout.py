"""The layout of the window: sidebar, conversation or page, and panel, beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from workbench.ui.shell.conversation_frame import ConversationFrame
from workbench.ui.shell.side_panes import SidePanes


class WindowLayout:
    """Shows one page at a time in the middle: the conversation with its composer, or what takes its place.

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
        self._middle, self.content, self.frame = QStackedWidget(), QStackedWidget(), ConversationFrame()
        for widget in (sidebar, self._middle, panel):
            self.splitter.addWidget(widget)
        self.splitter.setStretchFactor(1, 1)
        self._middle.addWidget(self.frame)
        column = QVBoxLayout(self.frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (*above, self.content, composer):
            column.addWidget(widget)
        column.setStretchFactor(self.content, 1)
        self.side_panes = SidePanes(self.splitter, sidebar, panel)

    def show_content(self, widget: QWidget) -> None:
        """Shows the transcript, the welcome page or the lanes in the conversation."""
        self.content.addWidget(widget)  # does nothing for one that is there already
        self.content.setCurrentWidget(widget)

    def show_page(self, page: QWidget) -> None:
        """Shows a page in the place of the conversation."""
        self._middle.addWidget(page)
        self._middle.setCurrentWidget(page)

    @property
    def shows_page(self) -> bool:
        return self._middle.currentWidget() is not self.frame

    def leave_page(self) -> None:
        """Shows the conversation again."""
        self._middle.setCurrentWidget(self.frame)
