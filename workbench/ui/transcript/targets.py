"""The click targets of a transcript, and which of them are under the mouse and at the keyboard focus."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, QRect, Signal

from .blocks import Clickable
from .canvas import Canvas, Hit
from .document import Place
from .message_header_footer import footer_clickables, header_clickables


class Hover(NamedTuple):
    """What the mouse is over; -1 and ``None`` for nothing, block -1 for a message's header and footer."""

    message: int = -1
    block: int = -1
    clickable: Clickable | None = None

    @property
    def rect(self) -> QRect | None:
        return self.clickable.rect if self.clickable is not None else None

    @property
    def href(self) -> str:
        return self.clickable.href if self.clickable is not None else ""


class Targets(QObject):
    """The clickables of all messages. ``current`` is the message that keys act on, -1 for none; Tab goes through its
    clickables."""

    link_hovered = Signal(str)  # the target of the link under the mouse or at the focus, "" for none

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas.viewport)
        self._canvas = canvas
        self.hover = Hover()
        self.current = -1
        self._focused: tuple[int, int] | None = None  # block, and number among its clickables

    # --- what can be clicked --------------------------------------------------------------------

    def around(self, index: int) -> list[Clickable]:
        """Returns what can be clicked in the header and the footer of a message, in its coordinates."""
        message, context = self._canvas.document.messages[index], self._canvas.context
        clickables = header_clickables(message, context)
        if self._shows_actions(index):
            clickables += footer_clickables(message, context)
        return clickables

    def inside(self, index: int, block: int) -> list[Clickable]:
        """Returns what can be clicked in a block, in its coordinates; block -1 is what is around all blocks."""
        if block < 0:
            return self.around(index)
        views = self._canvas.document.messages[index].views
        return views[block].clickables(self._canvas.context) if block < len(views) else []

    def at(self, hit: Hit) -> Clickable | None:
        if hit.message < 0:
            return None
        return next((each for each in self.inside(hit.message, hit.block) if each.rect.contains(hit.at)), None)

    def _shows_actions(self, index: int) -> bool:
        """Returns whether a message's actions are visible: those of the last, the hovered and the active message."""
        messages = self._canvas.document.messages
        entry = messages[index].entry
        if entry is None or entry.state == "streaming":
            return False
        return index in (self.hover.message, len(messages) - 1) or self.is_active(index)

    # --- the mouse ------------------------------------------------------------------------------

    def set_hover(self, hover: Hover) -> None:
        before = self.hover
        if (hover.message, hover.block, hover.rect) == (before.message, before.block, before.rect):
            return
        self._repaint_hovered(with_footer=hover.message != before.message)
        self.hover = hover
        self._repaint_hovered(with_footer=True)
        if hover.href != before.href:
            self.link_hovered.emit(hover.href)

    def _repaint_hovered(self, *, with_footer: bool) -> None:
        """Has what the mouse is over repainted, and the actions below its message."""
        index, block, messages = self.hover.message, self.hover.block, self._canvas.document.messages
        if not 0 <= index < len(messages):
            return
        if 0 <= block < len(messages[index].views):
            self._canvas.repaint_block(index, block)
        if with_footer or block < 0:
            self._canvas.repaint_header_footer(index)

    # --- the keyboard ---------------------------------------------------------------------------

    def set_current(self, index: int) -> None:
        """Makes a message the current one, or the last when there are not as many."""
        self.current = max(-1, min(index, len(self._canvas.document.messages) - 1))
        self._canvas.repaint()

    def is_active(self, index: int) -> bool:
        """Returns whether a message is the current one of a transcript that has the focus."""
        return index == self.current and self._canvas.viewport.hasFocus()

    def clear_focus(self) -> None:
        self._focused = None
        self._canvas.repaint()

    def focus_next(self, delta: int) -> bool:
        """Goes to the next clickable of the current message (1) or the previous one (-1); returns false and focuses
        none when there is no more. Without a current message the last one becomes it."""
        if self.current < 0:
            if not self._canvas.document.messages:
                return False
            self.set_current(len(self._canvas.document.messages) - 1)
        stops = self._stops()
        if not stops:
            return False
        at = stops.index(self._focused) if self._focused in stops else (-1 if delta > 0 else len(stops))
        at += delta
        if not 0 <= at < len(stops):
            self.clear_focus()
            return False
        self._focused = stops[at]
        clickable = self.focused()
        self.link_hovered.emit(clickable.href if clickable is not None else "")
        self._canvas.repaint()
        return True

    def _stops(self) -> list[tuple[int, int]]:
        """Returns where Tab stops in the current message: in its header, its blocks, and its footer."""
        around = self.around(self.current)
        header = [(-1, number) for number, each in enumerate(around) if each.rect.top() <= 0]
        footer = [(-1, number) for number, each in enumerate(around) if each.rect.top() > 0]
        blocks = [
            (block, number)
            for block in range(len(self._canvas.document.messages[self.current].views))
            for number in range(len(self.inside(self.current, block)))
        ]
        return header + blocks + footer

    def focused(self) -> Clickable | None:
        """Returns the clickable with the keyboard focus."""
        if self._focused is None or not 0 <= self.current < len(self._canvas.document.messages):
            return None
        block, number = self._focused
        clickables = self.inside(self.current, block)
        return clickables[number] if number < len(clickables) else None

    def focused_place(self) -> Place | None:
        """Returns the start of the block with the keyboard focus."""
        if self._focused is None or self._focused[0] < 0:
            return None
        return Place(self.current, self._focused[0], 0)

    # --- for painting ---------------------------------------------------------------------------

    def focus_rect(self, index: int, block: int) -> QRect | None:
        """Returns the rectangle of the clickable with the keyboard focus, if it is in this block."""
        if self._focused is None or self._focused[0] != block or not self.is_active(index):
            return None
        clickable = self.focused()
        return clickable.rect if clickable is not None else None

    def hovered_rect(self, index: int, block: int) -> QRect | None:
        """Returns the rectangle of the clickable in this block under the mouse or else with the keyboard focus."""
        if self.hover[:2] == (index, block) and self.hover.clickable is not None:
            return self.hover.clickable.rect
        return self.focus_rect(index, block) if self._focused is not None else None
