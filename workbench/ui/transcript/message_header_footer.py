"""The header and the footer of a message: its author and sibling, its metrics and actions."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from .blocks import Clickable, Context
from .entries import Entry
from .message import ACTIONS, CARD_PAD, HEADER, Message

_UNUSUAL = ("stopped", "interrupted")  # facts that stand out


def header_clickables(message: Message, context: Context) -> list[Clickable]:
    """Returns the switch between siblings, at the right of the header."""
    entry = message.entry
    if entry is None or entry.siblings < 2:
        return []
    style = context.style
    counter = round(style.small_metrics.horizontalAdvance(_counter(entry))) + style.px(8)
    side = style.px(20)
    left, right = context.width - 2 * side - counter, context.width - side
    show = partial(context.host.show_sibling, message.key)
    return [
        Clickable(QRect(left, 0, side, style.px(HEADER)), "‹", partial(show, -1), "Previous version"),
        Clickable(QRect(right, 0, side, style.px(HEADER)), "›", partial(show, 1), "Next version"),
    ]


def _counter(entry: Entry) -> str:
    return f"{entry.sibling} / {entry.siblings}"


def footer_clickables(message: Message, context: Context) -> list[Clickable]:
    """Returns the actions at the right of the footer; the last one opens the menu with all of them."""
    entry = message.entry
    if entry is None or not entry.actions:
        return []
    style = context.style
    top = message.height - message.footer(style)
    labels = [(action.label, action.name) for action in entry.actions if action.in_row]
    labels.append(("⋯", "menu"))
    out, right = [], context.width + style.px(6)
    for label, name in reversed(labels):
        shortcut = "" if name == "menu" else context.host.shortcut(message.key, name)
        extent = round(style.small_metrics.horizontalAdvance(label)) + style.px(12)
        right -= extent
        tip = "More" if name == "menu" else f"{label} ({shortcut})" if shortcut else label
        run = partial(context.host.run_action, message.key, name)
        out.append(Clickable(QRect(right, top, extent, style.px(ACTIONS)), label, run, tip))
    return out[::-1]


def paint_header_footer(
    painter: QPainter, clip: QRect, message: Message, context: Context, clickables: list[Clickable],
    hovered_rect: QRect | None, *, active: bool,
) -> None:
    """Paints everything around the blocks that intersects ``clip``. ``clickables`` are those of the header and, when
    they are visible, of the footer; ``active``: it is the current message of a view with the focus."""
    style, width = context.style, context.width
    header, footer = style.px(HEADER), message.height - message.footer(style)
    if message.is_card:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour(style.theme.code))
        painter.drawRoundedRect(QRectF(0, header, width, footer - header), 8, 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if message.entry is None:
        _paint_placeholder(painter, message, context)
        return
    if clip.top() < header:
        _paint_header(painter, message.entry, context, clickables, active)
    if clip.bottom() >= footer:
        _paint_metrics(painter, message, context, clickables)
    painter.setFont(style.small)
    for each in clickables:
        if each.rect.intersects(clip):
            painter.setPen(style.colour(style.theme.accent if each.rect == hovered_rect else style.theme.dim))
            painter.drawText(each.rect, Qt.AlignmentFlag.AlignCenter, each.label)


def _paint_header(
    painter: QPainter, entry: Entry, context: Context, clickables: list[Clickable], active: bool
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
    if entry.siblings > 1 and clickables:
        left, right = clickables[0].rect.right(), clickables[1].rect.left()
        painter.drawText(QRect(left, 0, right - left, style.px(HEADER)), Qt.AlignmentFlag.AlignCenter, _counter(entry))


def _paint_metrics(
    painter: QPainter, message: Message, context: Context, clickables: list[Clickable]
) -> None:
    entry, style, theme = message.entry, context.style, context.style.theme
    assert entry is not None
    footer = QRect(0, message.height - message.footer(style), context.width, style.px(ACTIONS))
    actions = [each.rect.left() for each in clickables if each.rect.top() >= footer.top()]
    room = min(actions, default=context.width) - style.px(12)
    x = 0
    facts = entry.metrics
    if entry.state == "streaming":
        facts = ("Writing…", *facts)
    elif entry.state in _UNUSUAL and entry.state not in facts:
        facts = (entry.state, *facts)
    painter.setFont(style.small)
    for text in facts:
        extent = round(style.small_metrics.horizontalAdvance(text))
        if x + extent > room:  # the beginning of a long fact says more than nothing
            extent = round(room - x)
            if extent < style.px(60):
                break
        painter.setPen(QColor(theme.warn if text in _UNUSUAL else theme.dim))
        text = style.small_metrics.elidedText(text, Qt.TextElideMode.ElideRight, extent + 1)
        painter.drawText(QRect(x, footer.top(), extent + 2, footer.height()),
                         Qt.AlignmentFlag.AlignVCenter, text)
        x += extent + style.px(14)


def _paint_placeholder(painter: QPainter, message: Message, context: Context) -> None:
    """Paints grey lines in the place of a message that is not loaded yet."""
    style = context.style
    colour = QColor(style.theme.panel)
    line = style.line
    top = message.content_top(style)
    bottom = min(message.height - message.footer(style) - style.px(CARD_PAD), top + 12 * line)
    for y in range(top, bottom, line):
        painter.fillRect(message.inset(style), y + line // 3, round(context.width * 0.8), line // 3, colour)
