"""The panel on the right: parameters, prompt, and the request of the chosen reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedLayout, QTabBar, QVBoxLayout, QWidget

from workbench.core.json_types import Json
from workbench.core.ports import Limit
from workbench.core.records import RequestRecord
from workbench.core.requests import Preview
from workbench.ui import style
from workbench.ui.widgets import HLine

from .parameters import ParametersTab
from .prompt import PromptTab
from .request import RequestTab


class Panel(QWidget):
    """Shows values and emits wishes; whoever owns it keeps them.

    ``preview_wanted`` tells whether the preview is in sight, so that nobody computes one in vain.
    """

    values_changed = Signal(dict)
    system_changed = Signal(str)
    preset_saved = Signal(str, dict)
    preset_deleted = Signal(str)
    forget_requested = Signal(str)
    preview_wanted = Signal(bool)
    copied = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(280)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._bar = QTabBar(self)
        self._bar.setExpanding(False)
        self._bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._bar.setAccessibleName("Panel")
        column.addWidget(self._bar)
        column.addWidget(HLine(self))
        pages = QStackedLayout()
        column.addLayout(pages)
        self.parameters, self.prompt, self.request = ParametersTab(self), PromptTab(self), RequestTab(self)
        for tab in (self.parameters, self.prompt, self.request):
            pages.addWidget(tab)
            self._bar.addTab(tab.accessibleName())
        self._bar.currentChanged.connect(pages.setCurrentIndex)
        self.parameters.changed.connect(self.values_changed)
        self.parameters.forget.connect(self.forget_requested)
        self.parameters.preview_wanted.connect(self.preview_wanted)
        self.parameters.presets.saved.connect(self.preset_saved)
        self.parameters.presets.deleted.connect(self.preset_deleted)
        self.parameters.presets.failed.connect(self.failed)
        self.parameters.preview.copied.connect(self.copied)
        self.prompt.changed.connect(self.system_changed)
        self.request.copied.connect(self.copied)
        self.request.failed.connect(self.failed)

    def sizeHint(self) -> QSize:
        return QSize(316, 600)

    def set_values(self, values: Mapping[str, Json]) -> None:
        """The parameters that the chat sets, free body fields among them."""
        self.parameters.set_values(values)

    def set_limits(self, limits: Mapping[str, Limit]) -> None:
        """What the chat's model does not take as it is, by parameter."""
        self.parameters.set_limits(limits)

    def set_presets(self, presets: Mapping[str, Any]) -> None:
        self.parameters.presets.set_presets(presets)

    def set_preview(self, preview: Preview | None, problem: str = "") -> None:
        self.parameters.set_preview(preview, problem)

    def set_system(self, text: str) -> None:
        self.prompt.set_text(text)

    def set_record(self, record: RequestRecord | None) -> None:
        self.request.show_record(record)

    def show_tab(self, title: str) -> None:
        """Brings ``Parameters``, ``Prompt`` or ``Request`` to the front."""
        for index in range(self._bar.count()):
            if self._bar.tabText(index) == title:
                self._bar.setCurrentIndex(index)

    def show_parameter(self, name: str) -> None:
        self.show_tab("Parameters")
        self.parameters.show_parameter(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = style.theme()
        painter.fillRect(self.rect(), QColor(tokens.panel))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter.fillRect(self.width() - 1 if mirrored else 0, 0, 1, self.height(), QColor(tokens.line))
