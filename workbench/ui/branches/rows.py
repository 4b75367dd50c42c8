"""The painter of tree rows: lines of the branches, a mark for the role, and two lines of text."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.core.chat.messages import Status
from workbench.core.chat.tree_layout import TreeRow
from workbench.core.text.formatting import left_to_right, own_direction
from workbench.ui.theme import icons, style
from workbench.ui.theme.scale import px
from workbench.ui.theme.tokens import Theme
from workbench.ui.widgets.model_index import Index
from workbench.ui.widgets.rows import paint_background

from . import descriptions
from .model import BranchesModel

ROW = 42
_EDGE = 13  # from the leading edge to the middle of the first line
_STEP = 16  # from one line to the next, less where the tree is deep
_ROOM = 112  # all lines together take no more
_MARK = 16
_ICONS = {"user": "user", "assistant": "bot", "tool": "tool"}


class BranchDelegate(QStyledItemDelegate):
    """What is on the main line is drawn in the accent colour, the rest dim."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, BranchesModel)
        row = model.row(index.row())  # what goes through ``data`` takes ten times as long
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_background(painter, option)
        step = step_of(model.layout.deepest)
        _Lines(painter, option, row, step).paint()
        area = words_area(option, row, step)
        if row.folded:
            _paint_folded(painter, option, area, row)
        else:
            _paint_mark(painter, option, row, step)
            _paint_words(painter, option, area, row, model.excerpt(row.summary.id))
        painter.restore()

    # --- naming in place ---

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setAccessibleName("Name of the branch")
        field.setPlaceholderText("Name")
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, BranchesModel)
        area = words_area(option, model.row(index.row()), step_of(model.layout.deepest))
        editor.setGeometry(area.adjusted(-4, 0, 4, 0))


def step_of(deepest: int) -> float:
    return min(px(_STEP), px(_ROOM) / deepest) if deepest else px(_STEP)


def words_area(option: QStyleOptionViewItem, row: TreeRow, step: float) -> QRect:
    taken = round(px(_EDGE) + row.depth * step + px(_MARK) / 2 + 8)
    left, right = (8, taken) if _mirrored(option) else (taken, 8)
    return QRect(option.rect).adjusted(left, 4, -right, -4)


def _mirrored(option: QStyleOptionViewItem) -> bool:
    return option.direction == Qt.LayoutDirection.RightToLeft


class _Lines:
    """The lines beside one row. They are drawn for a left-to-right window and mirrored for the other."""

    def __init__(self, painter: QPainter, option: QStyleOptionViewItem, row: TreeRow, step: float) -> None:
        self._painter, self._row, self._step = painter, row, step
        self._area = QRectF(option.rect)
        self._flip = _mirrored(option)
        self._tokens = style.theme()

    def paint(self) -> None:
        row, area, painter = self._row, self._area, self._painter
        painter.save()
        if self._flip:
            painter.translate(area.left() + area.right(), 0)
            painter.scale(-1, 1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle, gap = area.center().y(), 0 if row.folded else px(_MARK) / 2 + 3
        if row.begins and row.depth and not row.shown:
            self._turn(middle, gap)
        for depth in range(row.depth):
            self._line(depth, area.top(), area.bottom(), bool(row.rails >> depth & 1))
        if row.begins and row.depth and row.shown:
            self._turn(middle, gap)
        elif not row.begins:
            self._line(row.depth, area.top(), middle - gap, row.shown)
        if row.continues:
            self._line(row.depth, middle + gap, area.bottom(), row.shown and not row.last)
        painter.restore()

    def _x(self, depth: int) -> float:
        return self._area.left() + px(_EDGE) + depth * self._step

    def _pen(self, shown: bool, dotted: bool = False) -> QPen:
        pen = QPen(QColor(self._tokens.accent if shown else self._tokens.edge), 2 if shown else 1.2)
        if dotted:
            pen.setDashPattern([1, 2])
        return pen

    def _line(self, depth: int, top: float, bottom: float, shown: bool) -> None:
        self._painter.setPen(self._pen(shown, bool(self._row.folded) and depth == self._row.depth))
        self._painter.drawLine(QPointF(self._x(depth), top), QPointF(self._x(depth), bottom))

    def _turn(self, middle: float, gap: float) -> None:
        """Draws the turn from the line of the siblings to the mark of the first message of a branch."""
        start, end = QPointF(self._x(self._row.depth - 1), self._area.top()), self._x(self._row.depth)
        path = QPainterPath(start)
        bend = min(self._step, middle - self._area.top())
        path.lineTo(start.x(), middle - bend)
        path.quadTo(QPointF(start.x(), middle), QPointF(max(start.x() + 1, end - gap), middle))
        self._painter.setPen(self._pen(self._row.shown))
        self._painter.drawPath(path)


def _paint_mark(painter: QPainter, option: QStyleOptionViewItem, row: TreeRow, step: float) -> None:
    away = px(_EDGE) + row.depth * step
    x = option.rect.right() + 1 - away if _mirrored(option) else option.rect.left() + away
    place = QRectF(0, 0, px(_MARK), px(_MARK))
    place.moveCenter(QPointF(x, QRectF(option.rect).center().y()))
    colour = "bad" if row.summary.status == Status.FAILED else "accent" if row.shown else "dim"
    icons.icon(_ICONS.get(row.summary.role, "settings"), colour).paint(painter, place.toRect())


def _paint_folded(painter: QPainter, option: QStyleOptionViewItem, area: QRect, row: TreeRow) -> None:
    painter.setFont(option.font)
    painter.setPen(QColor(style.theme().dim))
    painter.drawText(area, _leading(option) | Qt.AlignmentFlag.AlignVCenter, f"… {descriptions.folded(row)}")


def _paint_words(painter: QPainter, option: QStyleOptionViewItem, area: QRect, row: TreeRow, said: str) -> None:
    tokens = style.theme()
    upper, lower = QRect(area), QRect(area)
    upper.setBottom(area.center().y())
    lower.setTop(area.center().y())
    font = QFont(option.font)
    if row.summary.label:
        font.setWeight(QFont.Weight.DemiBold)
        upper = _piece(painter, option, upper, font, tokens.accent if row.shown else tokens.text, row.summary.label)
        font.setWeight(QFont.Weight.Normal)
    font.setWeight(QFont.Weight.DemiBold if row.last and not row.summary.label else QFont.Weight.Normal)
    _piece(painter, option, upper, font, tokens.text if row.shown else tokens.dim, said)
    small = QFont(option.font)
    small.setPixelSize(px(11))
    if unusual := descriptions.state(row.summary):
        lower = _piece(painter, option, lower, small, _tone(tokens, row.summary.status), unusual)
    _piece(painter, option, lower, small, tokens.dim, left_to_right(descriptions.detail(row)))


def _tone(tokens: Theme, status: str) -> str:
    return tokens.accent if status == Status.STREAMING else tokens.bad if status == Status.FAILED else tokens.warn


def _leading(option: QStyleOptionViewItem) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if _mirrored(option) else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute


def _piece(
    painter: QPainter, option: QStyleOptionViewItem, area: QRect, font: QFont, colour: str, text: str
) -> QRect:
    """Writes as much of a text as there is room for; what is left of the room, behind a gap."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    # Each text runs as its own letters do, whichever way the window runs.
    flags = _leading(option) | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.drawText(area, flags, own_direction(shown))
    taken = metrics.horizontalAdvance(shown) + 6
    return area.adjusted(0, 0, -taken, 0) if _mirrored(option) else area.adjusted(taken, 0, 0, 0)
