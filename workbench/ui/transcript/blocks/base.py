"""What every block of a message can do, whatever it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

from workbench.rendering.blocks import Block, Container, Footnote, Item, Quote
from workbench.ui.transcript.background_worker import Worker
from workbench.ui.transcript.style import Style
from workbench.ui.transcript.text_layout import Picture, Wash


class Pictures(Protocol):
    """Where formulas and images come from. ``None`` means: not there (yet)."""

    def formula(self, tex: str, size: int, display: bool) -> Picture | None: ...
    def image(self, ident: str) -> QImage | None: ...


class Host(Protocol):
    """What a block may ask of the view it stands in."""

    def copy_text(self, text: str) -> None: ...
    def save_code(self, text: str, language: str) -> None: ...
    def open_link(self, key: str, href: str) -> None: ...
    def act(self, key: str, action: str) -> None: ...
    def shortcut(self, key: str, action: str) -> str: ...
    def open_image(self, key: str, ident: str) -> None: ...
    def changed(self, key: str) -> None: ...
    def want_work(self, block: BlockView) -> None: ...


@dataclass(slots=True)
class Context:
    """What blocks are laid out and painted with. ``width`` is the column's, in pixels. ``reasoning_open``:
    reasoning stays unfolded when the answer starts."""

    style: Style
    pictures: Pictures
    host: Host
    worker: Worker
    width: int = 1
    reasoning_open: bool = False


@dataclass(frozen=True, slots=True)
class Hot:
    """A part of a block that reacts to a click, and to Enter when it has the keyboard."""

    rect: QRect
    label: str
    run: Callable[[], None]
    tip: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Thought:
    """The container of reasoning: a line at its left, its text dim."""


Containers: TypeAlias = tuple[Container | Thought, ...]
"""What a block stands in, from the outside inwards."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one paint pass shows a block: what is washed, what is hot, and what has to be drawn. ``still``: in a
    picture, where there is nothing to click."""

    clip: QRect
    washes: Sequence[Wash] = ()
    hot: QRect | None = None
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
    stamp: object = None  # what ``height`` is exact for: a style and a width
    laid = False  # whether what ``lay_out`` builds is there
    fresh = 0  # from where on the block has to be drawn again after it grew
    waiting = False  # for a picture
    is_content = True  # copied with the text around it; false for lines that only fold and unfold
    flows_on = False  # goes on where the block above was cut, rather than on a new line
    partial = False  # lays out only the rows that are visible, so it is asked again at each move

    def estimate(self, context: Context, width: int) -> int:
        """A height for a block that has not been laid out, in O(1) or close to it."""
        raise NotImplementedError

    def lay_out(self, context: Context, width: int, top: int, bottom: int) -> int:
        """The height at ``width``. Only what lies between ``top`` and ``bottom`` has to be exact."""
        raise NotImplementedError

    def paint(self, painter: QPainter, context: Context, look: Look) -> None:
        raise NotImplementedError

    def release(self) -> None:
        """Drops what ``lay_out`` built."""

    def grow(self, more: str | tuple[tuple[str, ...], ...]) -> None:
        """Appends what a stream brought, to a block that can grow."""
        raise NotImplementedError

    def become(self, block: object) -> bool:
        """Whether this view shows ``block``, if need be after growing a little."""
        return self.block == block

    def work(self, context: Context, seconds: float) -> bool:
        """Goes on for some time with what ``Host.want_work`` was asked for; whether there is more."""
        return False

    def follow(self, before: BlockView) -> None:
        """Takes the place of ``before``, which showed an earlier state of the same."""

    # --- text -----------------------------------------------------------------------------------

    def length(self) -> int:
        """How many offsets the block's text has; 0 for what cannot be selected."""
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
        """Where ``needle`` (already casefolded) stands in the block's text."""
        return []

    # --- what can be done with it ---------------------------------------------------------------

    def hots(self, context: Context) -> list[Hot]:
        return []

    @property
    def reach(self) -> int:
        """How many pixels of a wide block its place does not show."""
        return 0

    def wrap(self) -> None:
        """Breaks long lines from now on, where a block has the choice."""

    def scroll_by(self, dx: int) -> bool:
        """Moves a wide block sideways; whether it moved."""
        return False

    def grab(self, point: QPoint) -> Callable[[QPoint], None] | None:
        """What follows the mouse when it is pressed here, such as a scroll bar; ``None`` for nothing."""
        return None

    def anchor(self, y: int) -> object:
        """What is at ``y``, in terms that outlive a change of heights inside the block."""
        return y

    def y_of(self, anchor: object) -> int:
        return anchor if isinstance(anchor, int) else 0


def depth_of(containers: Sequence[object]) -> int:
    return sum(isinstance(container, Item) for container in containers)


def indent_of(style: Style, containers: Sequence[object]) -> int:
    """The width that containers take from a block's side."""
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
