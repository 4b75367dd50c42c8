"""What went wrong, in the thread: one sentence, what can be done, and the raw answer on demand."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from workbench.ui.transcript.entries import Action
from workbench.ui.transcript.inline import Inline
from workbench.ui.transcript.style import mix
from workbench.ui.transcript.text_layout import Flow

from .base import Context, Hot, Look
from .contained import ContainedView
from .prose import occurrences


class FailureView(ContainedView):
    """An error card; its details stand below it, folded."""

    def __init__(self, sentence: str, remedies: tuple[Action, ...]) -> None:
        super().__init__()
        self.sentence = sentence
        self.remedies = remedies
        self._flow: Flow | None = None

    def estimate(self, context: Context, width: int) -> int:
        return context.style.line * 2 + context.style.px(40)

    def lay_out_content(self, context: Context, width: int, top: int, bottom: int) -> int:
        style = context.style
        self._flow = Flow(Inline(self.sentence), style, width - style.px(28))
        buttons = style.px(36) if self.remedies else 0
        return self._flow.height + style.px(20) + buttons

    def release(self) -> None:
        self._flow = None

    def paint_content(self, painter: QPainter, context: Context, look: Look) -> None:
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
        if self._flow is not None:
            self._flow.paint(painter, style.px(14), style.px(10), look.washes)
        painter.setFont(style.small)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for hot in self._hots(context):
            over = look.hot is not None and look.hot == hot.rect
            painter.setPen(QColor(theme.accent if over else theme.line))
            painter.setBrush(QColor(theme.background))
            painter.drawRoundedRect(QRectF(hot.rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setPen(QColor(theme.accent if over else theme.text))
            painter.drawText(hot.rect, Qt.AlignmentFlag.AlignCenter, hot.label)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _hots(self, context: Context) -> list[Hot]:
        if self._flow is None:
            return []
        style = context.style
        out, left = [], style.px(14)
        top = self._flow.height + style.px(14)
        for action in self.remedies:
            width = round(style.small_metrics.horizontalAdvance(action.label)) + style.px(20)
            run = partial(context.host.act, self.key, action.name)
            out.append(Hot(QRect(left, top, width, style.px(26)), action.label, run))
            left += width + style.px(8)
        return out

    def hots(self, context: Context) -> list[Hot]:
        return [Hot(self.place(hot.rect), hot.label, hot.run) for hot in self._hots(context)]

    def length(self) -> int:
        return len(self.sentence)

    def plain(self, start: int, end: int) -> str:
        return self.sentence[start:end]

    def offset_in_content(self, point: QPoint) -> int:
        return self._flow.offset_at(point.x() - 14, point.y() - 10) if self._flow else 0

    def find(self, needle: str) -> list[tuple[int, int]]:
        return occurrences(self.sentence, needle)
