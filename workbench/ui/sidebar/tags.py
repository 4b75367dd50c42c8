"""The bar of tags: small buttons, of which a chosen one limits the list to its chats."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QEnterEvent, QIcon, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from workbench.ui.theme import icons, style
from workbench.ui.theme.scale import px
from workbench.ui.widgets import FlowLayout, chain_tabs, delete_widgets
from workbench.ui.widgets.buttons import clicks

COLOURS = {
    "Blue": "function", "Green": "string", "Purple": "keyword", "Orange": "number", "Red": "tag", "Grey": "comment",
}  # fmt: skip
"""Names of colours by the token of the theme that holds each: legible in both the light and the dark theme."""

_MOST = 6
_HEIGHT, _DOT, _WIDEST = 22, 7, 130

_chosen: Mapping[str, object] = {}


def set_chosen_colours(colours: Mapping[str, object]) -> None:
    """Sets the names of the colours that the user chose, by tag."""
    global _chosen
    _chosen = colours


def colour_name(tag: str) -> str:
    """Returns the chosen colour of a tag, by default one derived from its name."""
    chosen = _chosen.get(tag)
    names = list(COLOURS)
    return chosen if isinstance(chosen, str) and chosen in COLOURS else names[zlib.crc32(tag.encode()) % len(names)]


def colour(name: str) -> QColor:
    return QColor(style.theme().code_colours[COLOURS[name]])


class TagBar(QWidget):
    """Shows the first few tags as buttons and the others in a menu."""

    chosen = Signal(str)  # a tag, "" for any
    colour_requested = Signal(str, str)  # tag, name of a colour
    rename_requested = Signal(str)
    removal_requested = Signal(str)

    def __init__(self, follows: QWidget, parent: QWidget | None = None) -> None:
        """``follows`` is the widget before the tags in the order of Tab."""
        super().__init__(parent)
        self._follows = follows
        self.setAccessibleName("Tags")
        self._flow = FlowLayout(self)
        self._tags: Sequence[str] = ()
        self._chosen = ""

    def show_tags(self, tags: Sequence[str]) -> None:
        if self._chosen and self._chosen not in tags:
            self._chosen = ""
            self.chosen.emit("")
        self._tags = tags
        focused = next((button.tag for button in self.buttons() if button.hasFocus()), "")
        delete_widgets(self._flow)
        shown = list(tags[:_MOST])
        if self._chosen and self._chosen not in shown:
            shown[-1] = self._chosen
        for tag in shown:
            button = _TagButton(tag, self)
            button.setChecked(tag == self._chosen)
            button.clicked.connect(lambda on, tag=tag: self.choose(tag if on else ""))
            button.menu_requested.connect(self._open_menu)
            self._flow.addWidget(button)
            button.show()
            if tag == focused:
                button.setFocus()
        if len(tags) > _MOST:
            more = _TagButton("", self, f"+{len(tags) - len(shown)}")
            more.setAccessibleName("More tags")
            more.clicked.connect(lambda: self._open_more(more))
            self._flow.addWidget(more)
            more.show()
        chain_tabs(self._follows, self.buttons())
        self.setVisible(bool(tags))
        self.updateGeometry()

    def buttons(self) -> list[_TagButton]:
        """Returns the buttons from first to last, the one that opens the menu included."""
        found = (self._flow.itemAt(at).widget() for at in range(self._flow.count()))  # type: ignore[union-attr]
        return [button for button in found if isinstance(button, _TagButton)]

    def choose(self, tag: str) -> None:
        """Chooses a tag, ``""`` for none, and emits ``chosen``."""
        self._chosen = tag
        if tag and tag not in [button.tag for button in self.buttons()]:
            self.show_tags(self._tags)
        for button in self.buttons():
            button.setChecked(bool(tag) and button.tag == tag)
        self.chosen.emit(tag)

    def _open_more(self, button: QWidget) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for tag in self._tags:
            menu.addAction(dot_icon(colour_name(tag)), tag.replace("&", "&&")).triggered.connect(
                lambda _=False, tag=tag: self.choose(tag))
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _open_menu(self, tag: str, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        colours = menu.addMenu(icons.icon("palette"), "Colour")
        for name in COLOURS:
            action = colours.addAction(dot_icon(name), name)
            action.setCheckable(True)
            action.setChecked(name == colour_name(tag))
            action.triggered.connect(lambda _=False, name=name: self.colour_requested.emit(tag, name))
        menu.addAction(icons.icon("edit"), "Rename…").triggered.connect(lambda: self.rename_requested.emit(tag))
        menu.addSeparator()
        menu.addAction(icons.icon("trash"), "Remove from all chats").triggered.connect(
            lambda: self.removal_requested.emit(tag))
        menu.popup(place)


class _TagButton(QAbstractButton):
    """A dot in the tag's colour beside its name: colour alone must not carry the meaning."""

    menu_requested = Signal(str, QPoint)

    def __init__(self, tag: str, parent: QWidget, text: str = "") -> None:
        super().__init__(parent)
        self.tag = tag
        self.setText(text or tag)
        self.setAccessibleName(f"Tag {tag}")
        self.setToolTip(f"Chats tagged “{tag}”" if tag else "All tags")
        self.setCheckable(bool(tag))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance(self.text()) + 18 + (_DOT + 5 if self.tag else 0)
        return QSize(min(wide, px(_WIDEST)), px(_HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if clicks(event):
            self.click()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.tag:
            by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
            self.menu_requested.emit(self.tag, self.mapToGlobal(self.rect().center()) if by_key else event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = style.theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = tokens.accent if self.hasFocus() or self.isChecked() else tokens.edge
        painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(tokens.accent_soft if self.isChecked() else tokens.hover if self.underMouse()
                                else tokens.panel))
        radius = self.height() / 2 - 1
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        area = self.rect().adjusted(8, 0, -8, 0)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self.tag:
            left = area.right() - _DOT if mirrored else area.left()
            paint_dot(painter, QRectF(left, (self.height() - _DOT) / 2, _DOT, _DOT), self.tag)
            area.adjust(0 if mirrored else _DOT + 5, 0, -(_DOT + 5) if mirrored else 0, 0)
        painter.setPen(QColor(tokens.accent if self.isChecked() else tokens.text if self.tag else tokens.dim))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, text)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()


def paint_dot(painter: QPainter, area: QRectF, tag: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(colour_name(tag)))
    painter.drawEllipse(area)


def dot_icon(name: str) -> QIcon:
    """Returns a named colour as an icon for menus."""
    picture = QPixmap(32, 32)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(name))
    painter.drawEllipse(QRectF(3, 3, 10, 10))
    painter.end()
    return QIcon(picture)
