"""Which side panes are shown: those the user wants, as far as there is room for them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from workbench.core.json_types import JsonObject

CENTRE = 440  # pixels that the conversation keeps
SIDE_WIDTH, PANEL_WIDTH = 250, 316


class SidePanes(QObject):
    """Sidebar | centre | panel. When there is no room for both sides, the one asked for last stays."""

    changed = Signal(bool, bool)  # whether the sidebar and the panel are shown now

    def __init__(self, splitter: QSplitter, side: QWidget, panel: QWidget) -> None:
        super().__init__(splitter)
        self._splitter, self._side, self._panel = splitter, side, panel
        self._wants = {"side": True, "panel": True}
        self._widths = {"side": SIDE_WIDTH, "panel": PANEL_WIDTH}
        self._last = ""  # what was asked for last stays, even where there is little room
        self._plain = False
        splitter.splitterMoved.connect(lambda *_: self._note_widths())

    def restore(self, state: Mapping[str, object]) -> None:
        """Takes over what ``state`` gave out; what is missing or no longer makes sense keeps its default."""
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
        """``side`` or ``panel``."""
        shown = (self._side if name == "side" else self._panel).isVisibleTo(self._splitter)
        self._wants[name] = not shown
        self._last = name
        self._plain = False
        self.arrange()

    def show_panel(self) -> None:
        self._wants["panel"], self._last, self._plain = True, "panel", False
        self.arrange()

    def set_plain(self, plain: bool) -> None:
        """The first page has no use for the panel."""
        if plain != self._plain:
            self._plain = plain
            self.arrange()

    def arrange(self) -> None:
        """Shows and hides by the room that there is now."""
        width = self._splitter.width()
        side, panel = self._wants["side"], self._wants["panel"] and not self._plain
        if side and panel and width < self._widths["side"] + self._widths["panel"] + CENTRE:
            side, panel = self._last != "panel", self._last == "panel"
        if side and self._last != "side" and width < self._widths["side"] + CENTRE:
            side = False
        if panel and self._last != "panel" and width < self._widths["panel"] + CENTRE:
            panel = False
        self._side.setVisible(side)
        self._panel.setVisible(panel)
        left = self._widths["side"] if side else 0
        right = self._widths["panel"] if panel else 0
        self._splitter.setSizes([left, max(1, width - left - right), right])
        self.changed.emit(side, panel)

    def _note_widths(self) -> None:
        sizes = self._splitter.sizes()
        if self._side.isVisibleTo(self._splitter) and sizes[0] > 0:
            self._widths["side"] = sizes[0]
        if self._panel.isVisibleTo(self._splitter) and sizes[2] > 0:
            self._widths["panel"] = sizes[2]
