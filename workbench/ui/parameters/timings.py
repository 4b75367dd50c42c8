"""Charts of when the pieces of a reply came: a bar of its phases, and a line of its speed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.core.reply.records import RequestRecord
from workbench.core.text.formatting import seconds
from workbench.ui.theme import style


def phases(record: RequestRecord) -> list[tuple[str, float]]:
    """Returns how long each phase took, in seconds: connecting and waiting, thinking or loading, streaming."""
    found: list[tuple[str, float]] = []
    if record.first_byte is not None:
        found.append(("to first byte", record.first_byte))
    start = record.first_byte or 0.0
    if record.first_token is not None and record.first_token > start:
        found.append(("to first token", record.first_token - start))
        start = record.first_token
    if record.ended is not None and record.ended > start:
        found.append(("streaming" if record.first_token is not None else "waiting", record.ended - start))
    return found


def arrivals_per_slot(arrivals: Sequence[float], end: float, slots: int) -> list[int]:
    """Returns how many pieces came in each of ``slots`` equal spans from the request to its end."""
    counts = [0] * slots
    for moment in arrivals:
        counts[min(int(moment / end * slots), slots - 1) if end > 0 else 0] += 1
    return counts


class TimingBar(QWidget):
    """Draws one bar from the request to its end, divided into its phases."""

    _COLOURS = ("faint", "warn", "accent")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phases: list[tuple[str, float]] = []
        self.setFixedHeight(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_record(self, record: RequestRecord) -> None:
        self._phases = phases(record)
        words = ", ".join(f"{name} {seconds(length)}" for name, length in self._phases)
        self.setAccessibleName(f"Timings: {words}")
        self.setToolTip(words)
        self.setVisible(bool(self._phases))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        total = sum(length for _, length in self._phases) or 1.0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            painter.scale(-1, 1)
            painter.translate(-self.width(), 0)
        painter.setPen(Qt.PenStyle.NoPen)
        at = 0.0
        for (name, length), colour in zip(self._phases, self._COLOURS, strict=False):
            wide = max(self.width() * length / total, 2)
            painter.setBrush(QColor(getattr(style.theme(), "accent" if name == "streaming" else colour)))
            painter.drawRoundedRect(QRectF(at, 0, max(wide - 1, 2), self.height()), 2, 2)
            at += wide


class Sparkline(QWidget):
    """Draws how fast pieces came over time; a stall is a dip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arrivals: Sequence[float] = ()
        self._end = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, 32)

    def show_record(self, record: RequestRecord) -> None:
        self._arrivals = record.arrivals
        self._end = record.ended or (record.arrivals[-1] if record.arrivals else 0.0)
        self.setVisible(len(self._arrivals) > 1)
        gaps = [later - earlier for earlier, later in zip(self._arrivals, self._arrivals[1:], strict=False)]
        longest = f", longest pause {seconds(max(gaps))}" if gaps else ""
        self.setAccessibleName(f"{len(self._arrivals)} pieces of text{longest}")
        self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = style.theme()
        slots = max(self.width() // 4, 2)
        counts = arrivals_per_slot(self._arrivals, self._end, slots)
        most = max(counts) or 1
        height = self.height() - 3
        points = [
            QPointF(slot * (self.width() - 1) / (slots - 1), 1 + height * (1 - number / most))
            for slot, number in enumerate(counts)
        ]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            painter.scale(-1, 1)
            painter.translate(-self.width(), 0)
        floor = self.height() - 1
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_soft))
        painter.drawPolygon(QPolygonF([QPointF(0, floor), *points, QPointF(self.width() - 1, floor)]))
        painter.setPen(QPen(QColor(tokens.accent), 1.5))
        painter.drawPolyline(QPolygonF(points))
