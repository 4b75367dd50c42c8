"""The header of the conversation: title, model, compare, export, and the switches of the side panes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.ui.chat.title import Title
from workbench.ui.models.model_button import ModelButton
from workbench.ui.theme.scale import px
from workbench.ui.widgets import Button, HLine, IconButton

if TYPE_CHECKING:
    from workbench.ui.chat.temporary_banner import TemporaryStrip

_NARROW = 700  # pixels below which buttons show their icons only
_MARGIN, _SPACING = 14, 8


class Header(QWidget):
    """Shows the open chat's name and model; it knows neither."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sidebar = IconButton("sidebar", "Sidebar")
        self.title = Title()
        self.model = ModelButton()
        self.compare = Button("Compare", icon="compare")
        self.export = Button("Export", icon="export")
        self.panel = IconButton("panel", "Settings panel")
        self.temporary: TemporaryStrip | None = None
        self.panel.setCheckable(True)
        row = QHBoxLayout()
        row.setContentsMargins(_MARGIN, 7, _MARGIN, 7)
        row.setSpacing(_SPACING)
        row.addWidget(self.sidebar)
        row.addWidget(self.title)
        for widget in (self.model, self.compare, self.export, self.panel):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(HLine())

    def show_temporary(self, on: bool, keep: Callable[[], object]) -> None:
        """Shows or hides the line that says what a temporary chat is; it is made for the first one."""
        if self.temporary is None:
            from workbench.ui.chat.temporary_banner import TemporaryStrip

            self.temporary = TemporaryStrip()
            self.temporary.keep_requested.connect(keep)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(1, self.temporary)
        self.temporary.setVisible(on)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._give_title_room()
        return done

    def _give_title_room(self) -> None:
        """Lets the title have what it asks for as far as the model's name leaves it: facts about the model go first."""
        shown = [each for each in (self.sidebar, self.compare, self.export, self.panel) if not each.isHidden()]
        taken = sum(each.sizeHint().width() + _SPACING for each in shown) + 2 * _MARGIN + _SPACING
        room = self.width() - taken - self.title.sizeHint().width()
        self.model.setMaximumWidth(max(self.model.minimumSizeHint().width(), room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_title_room()
        for button in (self.export, self.compare):
            button.set_compact(self.width() < px(_NARROW))
