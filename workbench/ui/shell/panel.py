"""The panel on the right of the window: a bar of tabs, each of which is made when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QTabBar, QVBoxLayout, QWidget

from workbench.ui.shell.lazy import Lazy
from workbench.ui.theme import style
from workbench.ui.theme.scale import px
from workbench.ui.widgets import HLine


@dataclass(frozen=True, slots=True)
class PanelTab:
    """A tab by its title. ``make`` is called once and returns its page, a child of the widget it is given."""

    title: str
    make: Callable[[QWidget], QWidget]


class Panel(QWidget):
    """Shows one of its tabs at a time, and knows nothing of what is on them.

    The first is made when the window has been painted: it costs as much as the rest of the window.
    """

    def __init__(self, tabs: Sequence[PanelTab], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs = tuple(tabs)
        self._pages: dict[str, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._stack = QStackedLayout()
        self._bar = Lazy(self._make_bar)

    def sizeHint(self) -> QSize:
        return QSize(px(316), 600)

    def show_tab(self, title: str) -> None:
        """Brings the tab of that title to the front."""
        index = [tab.title for tab in self._tabs].index(title)
        self._bar().setCurrentIndex(index)
        self._show_page(index)

    def _make_bar(self) -> QTabBar:
        bar = QTabBar(self)
        bar.setExpanding(False)
        bar.setUsesScrollButtons(False)  # a narrow panel shortens the words
        bar.setElideMode(Qt.TextElideMode.ElideRight)
        bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bar.setAccessibleName("Panel")
        for tab in self._tabs:
            bar.addTab(tab.title)
        self._column.addWidget(bar)
        self._column.addWidget(HLine(self))
        self._column.addLayout(self._stack)
        bar.currentChanged.connect(self._show_page)
        return bar

    def _show_page(self, index: int) -> None:
        tab = self._tabs[index]
        if tab.title not in self._pages:
            self._pages[tab.title] = tab.make(self)
            self._stack.addWidget(self._pages[tab.title])
        self._stack.setCurrentWidget(self._pages[tab.title])
        self._column.activate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._pages:
            QTimer.singleShot(0, self, self._show_current)

    def _show_current(self) -> None:
        self._show_page(self._bar().currentIndex())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = style.theme()
        painter.fillRect(self.rect(), QColor(tokens.panel))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter.fillRect(self.width() - 1 if mirrored else 0, 0, 1, self.height(), QColor(tokens.line))
