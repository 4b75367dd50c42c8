"""The base of all block views: what every block of a message can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

from workbench.core.chat.parts import Part
from workbench.rendering.blocks import Block, Container, Footnote, Item, Quote
from workbench.ui.transcript.background_worker import Worker
from workbench.ui.transcript.style import Style
from workbench.ui.transcript.text_layout import Highlight, Picture


class Pictures(Protocol):
    """A source of formulas and images. It answers ``None`` for what is not there (yet)."""

    def formula(self, tex: str, size: int, display: bool) -> Picture | None: ...
    def image(self, ident: str) -> QImage | None: ...


class Host(Protocol):
    """What a block may ask of the view that shows it. ``key`` is that of the block's entry."""

    def copy_text(self, text: str) -> None: ...
    def save_code(self, text: str, language: str) -> None: ...
    def open_link(self, key: str, href: str) -> None: ...
    def open_attachment(self, part: Part) -> None: ...
    def drag_attachment(self, part: Part) -> None: ...
    def copy_attachment(self, part: Part) -> None: ...
    def save_attachment(self, part: Part) -> None: ...
    def run_action(self, key: str, action: str) -> None: ...
    def shortcut(self, key: str, action: str) -> str: ...
    def show_sibling(self, key: str, delta: int) -> None: ...
    def content_changed(self, key: str) -> None: ...
    def request_work(self, block: BlockView) -> None: ...


@dataclass(slots=True)
class Context:
    """What blocks are laid out and painted with. ``width`` is the column's, in pixels; with ``reasoning_open``
    reasoning stays unfolded when the answer starts."""

    style: Style
    pictures: Pictures
    host: Host
    worker: Worker
    width: int = 1
    reasoning_open: bool = False


@dataclass(frozen=True, slots=True)
class Clickable:
    """A part of a block that reacts to a click, and to Enter when it has the keyboard focus. An ``attachment`` that it
    stands for can be dragged out of the window, and has a menu of its own."""

    rect: QRect
    label: str
    run: Callable[[], None]
    tip: str = ""
    href: str = ""
    attachment: Part | None = None


@dataclass(frozen=True, slots=True)
class Thought:
    """The container of reasoning: a line at its left, its text dim."""


Containers: TypeAlias = tuple[Container | Thought, ...]
"""The containers around a block, outermost first."""


@dataclass(frozen=True, slots=True)
class PaintOptions:
    """How one paint pass shows a block. Only what intersects ``clip`` has to be drawn. ``hovered_rect`` is that of
    the clickable under the mouse or at the keyboard focus; ``hovered``: the mouse is over the block; ``still``: it
    is painted into a picture, where nothing can be clicked."""

    clip: QRect
    highlights: Sequence[Highlight] = ()
    hovered_rect: QRect | None = None
    hovered: bool = False
    still: bool = False


class BlockView:
    """A block in a message. Geometry is relative to its top left corner; ``gap`` is the space above it.

    ``height`` is exact once ``lay_out`` has run for the width in question, and an estimate before. What
    ``lay_out`` builds can be dropped with ``release`` and is built again when it is needed.
    """

    block: Block | None = None
    containers: Containers = ()
    gap = 0
    height = 0
    key = ""  # of the entry
    layout_key: object = None  # what ``height`` is exact for: a style and a width
    laid = False  # whether what ``lay_out`` builds is there
    dirty_from = 0  # from where on the block has to be painted again after it grew
    waiting = False  # for a picture
    is_content = True  # copied with the text around it; false for lines that only fold and unfold
    partial = False  # has rows that were never visible, so it is laid out again as they come into view

    def estimate(self, context: Context, width: int) -> int:
        """Returns a height for a block that has not been laid out, in O(1) or close to it."""
        raise NotImplementedError

    def lay_out(self, context: Context, width: int, top: int, bottom: int) -> int:
        """Returns the height at ``width``. Only what lies between ``top`` and ``bottom`` has to be exact."""
        raise NotImplementedError

    def paint(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        raise NotImplementedError

    def release(self) -> None:
        """Drops what ``lay_out`` built."""

    # --- growing --------------------------------------------------------------------------------

    def grow(self, more: str | tuple[tuple[str, ...], ...]) -> None:
        """Appends text or rows that were streamed, to a block that can grow."""
        raise NotImplementedError

    def update_to(self, block: object) -> bool:
        """Shows ``block`` if this view can do so, perhaps by growing; returns whether it does."""
        return self.block == block

    def replace(self, before: BlockView) -> None:
        """Takes over what is useful from ``before``, which showed an earlier state of the same block."""

    def do_work(self, context: Context, seconds: float) -> bool:
        """Continues for some time what ``Host.request_work`` was called for; returns whether there is more."""
        return False

    # --- text -----------------------------------------------------------------------------------

    def length(self) -> int:
        """Returns how many offsets the block's text has; 0 for what cannot be selected."""
        return 0

    def plain(self, start: int, end: int) -> str:
        return ""

    def markdown(self, start: int, end: int) -> str:
        return self.plain(start, end)

    def offset_at(self, context: Context, point: QPoint) -> int:
        return 0 if point.y() < self.height // 2 else self.length()

    def caret(self, offset: int) -> QRect:
        return QRect(0, 0, 1, self.height)

    def word_at(self, offset: int) -> tuple[int, int]:
        return 0, self.length()

    def paragraph_at(self, offset: int) -> tuple[int, int]:
        return 0, self.length()

    def find(self, needle: str) -> list[tuple[int, int]]:
        """Returns the start and end of each occurrence of ``needle`` (already casefolded) in the block's text."""
        return []

    # --- places in it ---------------------------------------------------------------------------

    def clickables(self, context: Context) -> list[Clickable]:
        return []

    def anchor(self, y: int) -> object:
        """Returns what is at ``y`` in terms that stay true when heights inside the block change."""
        return y

    def y_of(self, anchor: object) -> int:
        return anchor if isinstance(anchor, int) else 0


def depth_of(containers: Sequence[object]) -> int:
    """Returns how many lists are nested in one another."""
    return sum(isinstance(container, Item) for container in containers)


def indent_of(style: Style, containers: Sequence[object]) -> int:
    """Returns the width in pixels that containers take from a block's side."""
    total = 0
    for container in containers:
        if isinstance(container, Item):
            total += style.px(24)
        elif isinstance(container, Quote):
            total += style.px(16)
        elif isinstance(container, Footnote):
            total += style.px(24)
        else:
            total += style.px(14)
    return total
