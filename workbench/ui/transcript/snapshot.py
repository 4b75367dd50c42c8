"""Pictures of messages, painted as in the transcript but without a window.

Everything is unfolded and nothing can be clicked; long lines of code are wrapped, and what is still too wide is scaled
down. Works in any thread, but only in one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from typing import NamedTuple, TypeVar

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from workbench.rendering.math import MathError, render_math
from workbench.ui.theme.tokens import Theme

from .blocks import BlockView, Context, PaintOptions
from .blocks.code import CodeView
from .blocks.scrollable import ScrollableView
from .entries import Entry
from .message import CARD_PAD, Message
from .message_header_footer import paint_header_footer
from .pictures import DrawnFormula, read_image
from .spacing import MARGIN
from .style import Style

T = TypeVar("T")

SCALE = 2
"""The device pixels of a pixel, on each side."""
HIGHEST = 6000
"""The height of one picture in pixels: at a width of 800 and twice the scale it takes 77 MB while it is painted."""
_ENDLESS = 1 << 30
_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)


class _Slice(NamedTuple):
    """The part of a message between two heights in it."""

    message: Message
    boxes: list[_Box]
    top: int
    bottom: int


class _Box(NamedTuple):
    """A block, where it is in its message, and the scale that makes it fit."""

    block: BlockView
    y: int
    height: int
    scale: float


class Snapshot:
    """A painter of entries: ``add`` paints one after the other, ``finish`` ends; both yield the pictures that are
    complete.

    ``width`` is in pixels, margins included. ``image`` returns the bytes of an image by its identity.
    """

    def __init__(self, theme: Theme, width: int, image: Callable[[str], bytes], title: str = "") -> None:
        host = _SnapshotHost()
        self._context = host.context = Context(
            Style(theme), _Pictures(theme, image), host, _ImmediateWorker(), width - 2 * MARGIN, reasoning_open=True)
        self._width, self._title = width, title.strip()
        self._slices: list[_Slice] = []
        self._above = self._title_height()

    def add(self, entry: Entry) -> Iterator[QImage]:
        """Adds an entry, without its siblings and its actions."""
        message = Message(replace(entry, actions=(), remedies=(), siblings=1))
        boxes = self._lay_out(message)
        if self._slices and self._height() + message.height > HIGHEST:
            yield self._picture()
        top = 0
        while message.height - top > (room := HIGHEST - self._height()):
            cut = self._cut(boxes, top, top + room)
            self._slices.append(_Slice(message, boxes, top, cut))
            yield self._picture()
            top = cut
        self._slices.append(_Slice(message, boxes, top, message.height))

    def finish(self) -> Iterator[QImage]:
        if self._slices:
            yield self._picture()

    # --- layout ---------------------------------------------------------------------------------

    def _height(self) -> int:
        return 2 * MARGIN + self._above + sum(each.bottom - each.top for each in self._slices)

    def _lay_out(self, message: Message) -> list[_Box]:
        context, style = self._context, self._context.style
        message.build(context)
        message.unfold(context)
        while message.step(context):
            pass
        message.unfold(context)
        boxes: list[_Box] = []
        y, width = message.content_top(style), message.inner_width(context)
        for block in message.views:
            if isinstance(block, CodeView):
                block.wrap_lines()
            block.height, scale = block.lay_out(context, width, 0, _ENDLESS), 1.0
            if isinstance(block, ScrollableView) and block.overflow:
                whole = width + block.overflow
                block.height, scale = block.lay_out(context, whole, 0, _ENDLESS), width / whole
            height = round(block.height * scale)
            boxes.append(_Box(block, y + block.gap, height, scale))
            y += block.gap + height
        message.height = y + message.footer(style) + (style.px(CARD_PAD) if message.is_card else 0)
        return boxes

    def _cut(self, boxes: list[_Box], top: int, bottom: int) -> int:
        """Returns where to cut a message that is longer than ``bottom``: between two blocks, else between two lines
        of the block there, else right there."""
        box = next((box for box in boxes if box.y + box.height > bottom), None)
        if box is None or box.y >= bottom:
            return bottom
        if box.y > (top + bottom) // 2:
            return box.y
        block = box.block
        offset = block.offset_at(self._context, QPoint(0, round((bottom - box.y) / box.scale)))
        line = box.y + round(block.caret(offset).top() * box.scale)
        return line if (top + bottom) // 2 < line <= bottom else bottom

    # --- painting -------------------------------------------------------------------------------

    def _picture(self) -> QImage:
        """Paints the slices added so far into a picture. Raises ``MemoryError``."""
        theme, height = self._context.style.theme, self._height()
        image = QImage(self._width * SCALE, height * SCALE, QImage.Format.Format_RGB32)
        if image.isNull():
            raise MemoryError
        image.setDevicePixelRatio(SCALE)
        image.fill(QColor(theme.background))
        painter = QPainter(image)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as the transcript does
        painter.translate(MARGIN, MARGIN)
        self._paint_title(painter)
        painter.translate(0, self._above)
        for piece in self._slices:
            self._paint_slice(painter, piece)
            painter.translate(0, piece.bottom - piece.top)
        painter.end()
        self._slices, self._above, self._title = [], 0, ""
        return image

    def _paint_slice(self, painter: QPainter, piece: _Slice) -> None:
        context, message = self._context, piece.message
        clip = QRect(-MARGIN, piece.top, self._width, piece.bottom - piece.top)
        painter.save()
        painter.translate(0, -piece.top)
        painter.setClipRect(clip)
        paint_header_footer(painter, clip, message, context, [], None, active=False)
        inset = message.inset(context.style)
        for box in piece.boxes:
            if box.y + box.height < clip.top() or box.y > clip.bottom():
                continue
            painter.save()
            painter.translate(inset, box.y)
            painter.scale(box.scale, box.scale)
            visible = QRect(0, round((clip.top() - box.y) / box.scale), round(self._width / box.scale),
                            round(clip.height() / box.scale) + 1)
            box.block.paint(painter, context, PaintOptions(visible, still=True))
            painter.restore()
        painter.restore()

    def _title_height(self) -> int:
        if not self._title:
            return 0
        metrics = QFontMetricsF(self._context.style.heading(1))
        room = QRectF(0, 0, self._context.width, HIGHEST // 4)
        return round(metrics.boundingRect(room, _WRAPPED, self._title).height()) + MARGIN // 2

    def _paint_title(self, painter: QPainter) -> None:
        if self._title:
            style = self._context.style
            painter.setFont(style.heading(1))
            painter.setPen(QColor(style.theme.text))
            painter.drawText(QRectF(0, 0, self._context.width, HIGHEST // 4), _WRAPPED, self._title)


class _Pictures:
    """Formulas and images, made when they are requested."""

    def __init__(self, theme: Theme, image: Callable[[str], bytes]) -> None:
        self.image = lru_cache(maxsize=8)(lambda ident: read_image(image(ident)))
        self.formula = lru_cache(maxsize=200)(partial(_formula, theme.text))


def _formula(colour: str, tex: str, size: int, display: bool) -> DrawnFormula | None:
    try:
        drawn = DrawnFormula(render_math(tex, size=size, colour=colour, display=display))
    except MathError:
        return None
    return drawn if drawn.valid else None


class _ImmediateWorker:
    """A worker that runs jobs at once, in the thread that calls it."""

    def run(self, job: Callable[[], T], then: Callable[[T | BaseException], None]) -> None:
        try:
            result: T | BaseException = job()
        except Exception as error:  # noqa: BLE001 - whatever a job raises is what came of it
            result = error
        then(result)


class _SnapshotHost:
    """A host that does nothing but let code blocks finish their colours."""

    context: Context

    def request_work(self, block: BlockView) -> None:
        while block.do_work(self.context, 1.0):
            pass

    def shortcut(self, key: str, action: str) -> str:
        return ""

    copy_text = save_code = open_link = lambda *_: None
    open_attachment = drag_attachment = copy_attachment = save_attachment = lambda *_: None
    run_action = show_sibling = content_changed = lambda *_: None
