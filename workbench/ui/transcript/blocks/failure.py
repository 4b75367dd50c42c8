"""The view of a failure: a card with one sentence and the buttons of its remedies."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from workbench.ui.transcript.entries import Action
from workbench.ui.transcript.inline import Inline
from workbench.ui.transcript.style import mix
from workbench.ui.transcript.text_layout import ParagraphLayout

from .base import Clickable, Context, PaintOptions
from .contained import ContainedView
from .prose import occurrences


class FailureView(ContainedView):
    """An error card. Its details, the raw answer, are a folded block below it."""

    def __init__(self, sentence: str, remedies: tuple[Action, ...]) -> None:
        super().__init__()
        self.sentence = sentence
        self.remedies = remedies
        self._paragraph: ParagraphLayout | None = None

    def estimate(self, context: Context, width: int) -> int:
        return context.style.line * 2 + context.style.px(40)

    def lay_out_content(self, context: Context, width: int, top: int, bottom: int) -> int:
        style = context.style
        self._paragraph = ParagraphLayout(Inline(self.sentence), style, width - style.px(28))
        buttons = style.px(36) if self.remedies else 0
        return self._paragraph.height + style.px(20) + buttons

    def release(self) -> None:
        self._paragraph = None

    def paint_content(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        style, theme = context.style, context.style.theme
        bad = QColor(theme.bad)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(theme.background, theme.bad, 0.08))
        box = QRectF(0, 0, self._width, self.height)
        painter.drawRoundedRect(box, 8, 8)
        painter.setBrush(bad)
        painter.drawRoundedRect(QRectF(0, 0, style.px(3), self.height), 1.5, 1.5)
        painter.restore()
        painter.setPen(QColor(theme.text))
        if self._paragraph is not None:
            self._paragraph.paint(painter, style.px(14), style.px(10), options.highlights)
        painter.setFont(style.small)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for button in self.content_clickables(context):
            hovered = options.hovered_rect is not None and options.hovered_rect == button.rect
            painter.setPen(QColor(theme.accent if hovered else theme.line))
            painter.setBrush(QColor(theme.background))
            painter.drawRoundedRect(QRectF(button.rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setPen(QColor(theme.accent if hovered else theme.text))
            painter.drawText(button.rect, Qt.AlignmentFlag.AlignCenter, button.label)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def content_clickables(self, context: Context) -> list[Clickable]:
        if self._paragraph is None:
            return []
        style = context.style
        out, left = [], style.px(14)
        top = self._paragraph.height + style.px(14)
        for action in self.remedies:
            width = round(style.small_metrics.horizontalAdvance(action.label)) + style.px(20)
            run = partial(context.host.run_action, self.key, action.name)
            out.append(Clickable(QRect(left, top, width, style.px(26)), action.label, run))
            left += width + style.px(8)
        return out

    def length(self) -> int:
        return len(self.sentence)

    def plain(self, start: int, end: int) -> str:
        return self.sentence[start:end]

    def offset_in_content(self, point: QPoint) -> int:
        return self._paragraph.offset_at(point.x() - 14, point.y() - 10) if self._paragraph else 0

    def find(self, needle: str) -> list[tuple[int, int]]:
        return occurrences(self.sentence, needle)
