"""The side panes: which of the sidebar and the panel are shown, as the user wants and as there is room."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from workbench.core.json_types import JsonObject
from workbench.ui.theme.scale import factor, px

CENTRE = 440  # pixels, the least width of the conversation
SIDE_WIDTH, PANEL_WIDTH = 250, 316
PANEL_LEAST, PANEL_NARROW = 300, 240
"""The least width of the panel: what the words of its tabs need, and where there is no room for them."""


class SidePanes(QObject):
    """Shows and hides the sidebar and the panel, left and right of the centre of a splitter.

    Where there is no room for both, the one toggled last is shown.
    """

    changed = Signal(bool, bool)  # whether the sidebar and the panel are shown now

    def __init__(self, splitter: QSplitter, side: QWidget, panel: QWidget) -> None:
        super().__init__(splitter)
        self._splitter, self._side, self._panel = splitter, side, panel
        self._wants = {"side": True, "panel": True}
        self._widths = {"side": SIDE_WIDTH, "panel": PANEL_WIDTH}  # pixels at 100 %
        self._last = ""  # the pane toggled last, shown even where there is little room
        self._reasons, self._suppressing = set[str](), set[str]()  # to leave the panel out: all, and those that hold
        splitter.splitterMoved.connect(lambda *_: self._note_widths())

    def restore(self, state: Mapping[str, object]) -> None:
        """Applies what ``state`` returned once; missing and implausible values keep their defaults."""
        for name in ("side", "panel"):
            width, wanted = state.get(f"{name}_width"), state.get(f"{name}_open")
            if isinstance(width, int) and 150 <= width <= 900:
                self._widths[name] = width
            if isinstance(wanted, bool):
                self._wants[name] = wanted

    def state(self) -> JsonObject:
        return {
            "side_width": self._widths["side"], "panel_width": self._widths["panel"],
            "side_open": self._wants["side"], "panel_open": self._wants["panel"],
        }

    def toggle(self, name: str) -> None:
        """Shows or hides ``side`` or ``panel``."""
        shown = (self._side if name == "side" else self._panel).isVisibleTo(self._splitter)
        self._set(name, not shown)

    def show_sidebar(self) -> None:
        self._set("side", True)

    def show_panel(self) -> None:
        self._set("panel", True)

    def _set(self, name: str, shown: bool) -> None:
        self._wants[name], self._last = shown, name
        if name == "panel":
            self._suppressing.clear()
        self.arrange()

    def suppress_panel(self, **reasons: bool) -> None:
        """Hides the panel for the reasons that hold, until the user asks for it; when none does, it is shown again if
        it is wanted. A reason that is said again hides no panel that was asked for meanwhile, and a new one does."""
        held = {reason for reason, holds in reasons.items() if holds}
        if held != self._reasons:
            self._suppressing = (self._suppressing | (held - self._reasons)) & held
            self._reasons = held
            self.arrange()

    def arrange(self) -> None:
        """Shows and hides the panes for the current width."""
        width = round(self._splitter.width() / factor())
        side, panel = self._wants["side"], self._wants["panel"] and not self._suppressing
        if side and panel and width < self._widths["side"] + self._widths["panel"] + CENTRE:
            side, panel = self._last != "panel", self._last == "panel"
        if side and self._last != "side" and width < self._widths["side"] + CENTRE:
            side = False
        if panel and self._last != "panel" and width < self._widths["panel"] + CENTRE:
            panel = False
        self._side.setVisible(side)
        self._panel.setVisible(panel)
        self._panel.setMinimumWidth(px(PANEL_LEAST if width >= CENTRE + PANEL_LEAST else PANEL_NARROW))
        needed = 0
        if (centre := self._splitter.widget(1)) is not None:
            if (layout := centre.layout()) is not None:
                layout.activate()  # for what is shown now, not the page before
            needed = min(centre.minimumSizeHint().width(), px(CENTRE))  # with less, its buttons show icons only
        left = px(self._widths["side"]) if side else 0
        room = max(self._splitter.width() - left - needed, self._panel.minimumWidth())
        right = min(px(self._widths["panel"]), room) if panel else 0
        handles = self._splitter.handleWidth() * (side + panel)
        self._splitter.setSizes([left, max(1, self._splitter.width() - left - right - handles), right])
        self.changed.emit(side, panel)

    def _note_widths(self) -> None:
        sizes = self._splitter.sizes()
        if self._side.isVisibleTo(self._splitter) and sizes[0] > 0:
            self._widths["side"] = round(sizes[0] / factor())
        if self._panel.isVisibleTo(self._splitter) and sizes[2] > 0:
            self._widths["panel"] = round(sizes[2] / factor())
