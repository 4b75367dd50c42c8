"""The four tabs of the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QTabBar, QVBoxLayout, QWidget

from workbench.ui.widgets import HLine

from .parameters_tab import ParametersTab
from .prompt_tab import PromptTab
from .request_tab import RequestTab

if TYPE_CHECKING:
    from .panel import Panel


class Tabs(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._bar = QTabBar(self)
        self._bar.setExpanding(False)
        self._bar.setUsesScrollButtons(False)  # a narrow panel shortens the words
        self._bar.setElideMode(Qt.TextElideMode.ElideRight)
        self._bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._bar.setAccessibleName("Panel")
        column.addWidget(self._bar)
        column.addWidget(HLine(self))
        pages = QStackedLayout()
        column.addLayout(pages)
        self.parameters, self.prompt, self.request = ParametersTab(self), PromptTab(self), RequestTab(self)
        self.branches = Later("Branches")
        for tab in (self.parameters, self.prompt, self.request, self.branches):
            pages.addWidget(tab)
            self._bar.addTab(tab.accessibleName())
        self._bar.currentChanged.connect(pages.setCurrentIndex)

    def connect_to(self, panel: Panel) -> None:
        """Passes every wish on."""
        for wish, told in (
            (self.parameters.changed, panel.values_changed), (self.parameters.forget, panel.forget_requested),
            (self.parameters.preview_requested, panel.preview_requested),
            (self.parameters.sweep_requested, panel.sweep_requested),
            (self.parameters.presets.saved, panel.preset_saved),
            (self.parameters.presets.deleted, panel.preset_deleted),
            (self.parameters.presets.default_saved, panel.default_saved),
            (self.parameters.presets.failed, panel.failed), (self.parameters.preview.copied, panel.copied),
            (self.prompt.changed, panel.system_changed), (self.prompt.template_requested, panel.template_requested),
            (self.prompt.save_requested, panel.template_saved), (self.request.copied, panel.copied),
            (self.request.failed, panel.failed), (self.branches.wanted, panel.branches_requested),
        ):  # fmt: skip
            wish.connect(told)

    def show_tab(self, title: str) -> None:
        for index in range(self._bar.count()):
            if self._bar.tabText(index) == title:
                self._bar.setCurrentIndex(index)


class Later(QWidget):
    """A tab that is filled by whoever hears ``wanted``, when it is seen for the first time."""

    wanted = Signal(QWidget)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._filled = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._filled:
            self._filled = True
            self.wanted.emit(self)
