"""The panel on the right: parameters, prompt, the request of the chosen reply, and the branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.core.json_types import Json
from workbench.ui.theme import style

if TYPE_CHECKING:
    from workbench.core.ports.providers import Limit
    from workbench.core.reply.records import RequestRecord
    from workbench.core.request.requests import Preview

    from .tabs import Tabs


class Panel(QWidget):
    """Shows values and emits wishes; whoever owns it keeps them.

    Its tabs are made when the window is painted already: they cost as much as all the rest of it. What it is
    told before that is kept. ``preview_requested`` tells whether the preview is in sight, so that nobody computes
    one in vain.
    """

    values_changed = Signal(dict)
    system_changed = Signal(str)
    template_requested = Signal(QWidget)  # for the system prompt; the button that asks
    template_saved = Signal(str)  # the system prompt is to be kept as a template
    preset_saved = Signal(str, dict)
    preset_deleted = Signal(str)
    default_saved = Signal(dict)  # with what chats of this model are to begin
    forget_requested = Signal(str)
    preview_requested = Signal(bool)
    sweep_requested = Signal()  # an experiment with what is set
    branches_requested = Signal(QWidget)  # their tab is seen for the first time, and is to be filled
    copied = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(300)  # what the words of the tabs need
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._tabs: Tabs | None = None
        self._kept: dict[str, Callable[[Tabs], None]] = {}

    def sizeHint(self) -> QSize:
        return QSize(316, 600)

    def tabs(self) -> Tabs:
        """The tabs, made now if they are not there yet."""
        if self._tabs is None:
            from .tabs import Tabs  # not needed to start

            self._tabs = Tabs(self)
            self._tabs.connect_to(self)
            self._column.addWidget(self._tabs)
            for tell in self._kept.values():
                tell(self._tabs)
            self._kept.clear()
            self._tabs.show()
            self._column.activate()
        return self._tabs

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self.tabs)

    def _tell(self, what: str, tell: Callable[[Tabs], None]) -> None:
        if self._tabs is not None:
            tell(self._tabs)
        else:
            self._kept[what] = tell

    def set_values(self, values: Mapping[str, Json]) -> None:
        """The parameters that the chat sets, free body fields among them."""
        self._tell("values", lambda tabs: tabs.parameters.set_values(values))

    def set_limits(self, limits: Mapping[str, Limit]) -> None:
        """What the chat's model does not take as it is, by parameter."""
        self._tell("limits", lambda tabs: tabs.parameters.set_limits(limits))

    def set_presets(self, presets: Mapping[str, Any]) -> None:
        self._tell("presets", lambda tabs: tabs.parameters.presets.set_presets(presets))

    def set_default(self, values: Mapping[str, Json]) -> None:
        """With what chats of the chat's model begin."""
        self._tell("default", lambda tabs: tabs.parameters.presets.set_default(values))

    def set_sweep_problem(self, problem: str) -> None:
        """Why no experiment can be made of the chat; ``""`` where it can."""
        self._tell("sweep", lambda tabs: tabs.parameters.set_sweep_problem(problem))

    def set_preview(self, preview: Preview | None, problem: str = "") -> None:
        """``problem`` is a sentence on why there is none."""
        self._tell("preview", lambda tabs: tabs.parameters.set_preview(preview, problem))

    def set_system(self, text: str) -> None:
        self._tell("system", lambda tabs: tabs.prompt.set_text(text))

    def set_record(self, record: RequestRecord | None) -> None:
        self._tell("record", lambda tabs: tabs.request.show_record(record))

    def show_tab(self, title: str) -> None:
        """Brings ``Parameters``, ``Prompt``, ``Request`` or ``Branches`` to the front."""
        self.tabs().show_tab(title)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = style.theme()
        painter.fillRect(self.rect(), QColor(tokens.panel))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter.fillRect(self.width() - 1 if mirrored else 0, 0, 1, self.height(), QColor(tokens.line))
