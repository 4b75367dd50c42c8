"""What stands around a message: who wrote it, which sibling it is, what it cost, what can be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from .blocks import Context, Hot
from .entries import Entry
from .message import CARD_PAD, FOOTER, HEADER, Message

_UNUSUAL = ("stopped", "interrupted")  # facts that stand out


def header_hots(message: Message, context: Context, width: int, turn: Callable[[int], None]) -> list[Hot]:
    """The switch between siblings, at the right of the header. ``turn(delta)`` goes to another one."""
    entry = message.entry
    if entry is None or entry.siblings < 2:
        return []
    style = context.style
    counter = round(style.small_metrics.horizontalAdvance(_counter(entry))) + style.px(8)
    side = style.px(20)
    left = width - 2 * side - counter
    return [
        Hot(QRect(left, 0, side, style.px(HEADER)), "‹", partial(turn, -1), "Previous version"),
        Hot(QRect(width - side, 0, side, style.px(HEADER)), "›", partial(turn, 1), "Next version"),
    ]


def _counter(entry: Entry) -> str:
    return f"{entry.sibling} / {entry.siblings}"


def footer_hots(message: Message, context: Context, width: int) -> list[Hot]:
    """The actions at the right of the footer; the last opens the menu with all of them."""
    entry = message.entry
    if entry is None or not entry.actions:
        return []
    style = context.style
    top = message.height - style.px(FOOTER)
    labels = [(action.label, action.name) for action in entry.actions if action.in_row]
    labels.append(("⋯", "menu"))
    out, right = [], width + style.px(6)
    for label, name in reversed(labels):
        shortcut = "" if name == "menu" else context.host.shortcut(message.key, name)
        extent = round(style.small_metrics.horizontalAdvance(label)) + style.px(12)
        right -= extent
        tip = "More" if name == "menu" else f"{label} ({shortcut})" if shortcut else label
        run = partial(context.host.act, message.key, name)
        out.append(Hot(QRect(right, top, extent, style.px(26)), label, run, tip))
    return out[::-1]


def paint_chrome(
    painter: QPainter, clip: QRect, message: Message, context: Context, hots: list[Hot], hot: QRect | None,
    active: bool,
) -> None:
    """Everything around the blocks that ``clip`` shows. ``hots`` are those of the header and, when shown,
    the footer."""
    style, width = context.style, context.width
    header, footer = style.px(HEADER), message.height - style.px(FOOTER)
    if message.is_card:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour(style.theme.code))
        painter.drawRoundedRect(QRectF(0, header, width, footer - header), 8, 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if message.entry is None:
        _paint_waiting(painter, message, context, width)
        return
    if clip.top() < header:
        _paint_header(painter, message.entry, context, hots, active)
    if clip.bottom() >= footer:
        _paint_metrics(painter, message, context, width, hots)
    painter.setFont(style.small)
    for each in hots:
        if each.rect.intersects(clip):
            painter.setPen(style.colour(style.theme.accent if each.rect == hot else style.theme.dim))
            painter.drawText(each.rect, Qt.AlignmentFlag.AlignCenter, each.label)


def _paint_header(
    painter: QPainter, entry: Entry, context: Context, hots: list[Hot], active: bool
) -> None:
    style, theme, width = context.style, context.style.theme, context.width
    header = QRect(0, 0, width, style.px(HEADER) - style.px(4))
    painter.setFont(style.author)
    painter.setPen(QColor(theme.accent if active else theme.text))
    drawn = painter.boundingRect(header, Qt.AlignmentFlag.AlignVCenter, entry.author)
    painter.drawText(header, Qt.AlignmentFlag.AlignVCenter, entry.author)
    painter.setFont(style.small)
    painter.setPen(QColor(theme.dim))
    detail = header.adjusted(drawn.width() + style.px(8) if entry.author else 0, 1, 0, 1)
    painter.drawText(detail, Qt.AlignmentFlag.AlignVCenter, entry.detail)
    if entry.siblings > 1 and hots:
        switch = QRect(hots[0].rect.right(), 0, hots[1].rect.left() - hots[0].rect.right(), style.px(HEADER))
        painter.drawText(switch, Qt.AlignmentFlag.AlignCenter, _counter(entry))


def _paint_metrics(
    painter: QPainter, message: Message, context: Context, width: int, hots: list[Hot]
) -> None:
    entry, style, theme = message.entry, context.style, context.style.theme
    assert entry is not None
    footer = QRect(0, message.height - style.px(FOOTER), width, style.px(26))
    actions = [each.rect.left() for each in hots if each.rect.top() >= footer.top()]
    room = min(actions, default=width) - style.px(12)
    x = 0
    facts = entry.metrics
    if entry.state == "streaming":
        facts = ("Writing…", *facts)
    elif entry.state in _UNUSUAL and entry.state not in facts:
        facts = (entry.state, *facts)
    painter.setFont(style.small)
    for text in facts:
        extent = round(style.small_metrics.horizontalAdvance(text))
        if x + extent > room:  # the beginning of a long word on what was changed says more than nothing
            extent = round(room - x)
            if extent < style.px(60):
                break
        painter.setPen(QColor(theme.warn if text in _UNUSUAL else theme.dim))
        text = style.small_metrics.elidedText(text, Qt.TextElideMode.ElideRight, extent + 1)
        painter.drawText(QRect(x, footer.top(), extent + 2, footer.height()),
                         Qt.AlignmentFlag.AlignVCenter, text)
        x += extent + style.px(14)


def _paint_waiting(painter: QPainter, message: Message, context: Context, width: int) -> None:
    """Grey lines where a message will be that has not been loaded yet."""
    style = context.style
    colour = QColor(style.theme.panel)
    line = style.line
    bottom = min(message.height - style.px(FOOTER) - style.px(CARD_PAD), message.top(style) + 12 * line)
    for y in range(message.top(style), bottom, line):
        painter.fillRect(message.side(style), y + line // 3, round(width * 0.8), line // 3, colour)
