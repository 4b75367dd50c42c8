"""The popup of the command palette: a field, and the commands that match what is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.ui.shell.fuzzy import best
from workbench.ui.theme import icons, style
from workbench.ui.theme.scale import factor, px
from workbench.ui.widgets import Popup, SearchField
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.model_index import Index
from workbench.ui.widgets.rows import RowSpace, paint_background

_MOST = 60  # commands listed
_SIZE = QSize(560, 380)


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the palette: ``note`` is dim beside the text, ``keys`` are at the end."""

    text: str
    run: Callable[[], object]
    note: str = ""
    keys: str = ""
    icon: str = "bolt"


class Palette(QWidget):
    """Opens over the window with a list of commands; what a search finds meanwhile is added with ``add``."""

    typed = Signal(str)  # the text in the field

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setGeometry(0, 0, 0, 0)  # the anchor of the popup
        self._popup = Popup("Command palette", parent)
        self._field = SearchField("Command", "Type a command, a chat or a model")
        self._list = polished(QListWidget())
        self._list.setAccessibleName("Commands")
        self._list.setItemDelegate(_CommandDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._popup.content.addWidget(self._field)
        self._popup.content.addWidget(self._list, 1)
        self._popup.steer(self._field, self._list)
        self._field.textChanged.connect(self._on_typed)
        self._field.returnPressed.connect(lambda: self._run(self._list.currentItem()))
        self._list.itemClicked.connect(self._run)
        self._list.itemActivated.connect(self._run)
        self._candidates: list[tuple[str, Command]] = []
        self._added: list[Command] = []

    def open(self, commands: Iterable[Command]) -> None:
        """Opens with an empty field and these commands."""
        window = self.window()
        self._candidates = [(f"{command.text} {command.note}".casefold(), command) for command in commands]
        self._added = []
        self._list.setFixedSize((_SIZE * factor()).boundedTo(window.size() - QSize(60, 160)))
        self._field.clear()
        width = self._list.width() + 40
        self.setGeometry((window.width() - width) // 2, window.height() // 8, width, 1)
        self._show()
        self._popup.open_at(self, self._field)

    def add(self, text: str, commands: Sequence[Command]) -> None:
        """Adds what a search for ``text`` found, unless the field has another text by now."""
        if text == self._field.text().strip() and self._popup.isVisible():
            self._added = list(commands)
            self._show()

    def _on_typed(self, text: str) -> None:
        self._added = []
        self._show()
        self.typed.emit(text.strip())

    def _show(self) -> None:
        text = self._field.text().strip()
        found = best(text, self._candidates, _MOST) if text else [command for _, command in self._candidates][:_MOST]
        known = {command.text for command in found}
        self._list.clear()
        for command in [*found, *(one for one in self._added if one.text not in known)]:
            item = QListWidgetItem(command.text, self._list)
            item.setData(Qt.ItemDataRole.UserRole, command)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, f"{command.note} {command.keys}".strip())
        self._list.setCurrentRow(0)

    def _run(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            command: Command = item.data(Qt.ItemDataRole.UserRole)
            self._popup.close_popup()
            command.run()


class _CommandDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, px(32))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = style.theme()
        command: Command = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = paint_background(painter, option)
        space = RowSpace(option, 10)
        icons.icon(command.icon, "accent" if selected else "dim").paint(painter, space.leading(px(16), px(16), 10))
        small = QFont(option.font)
        small.setPixelSize(px(11))
        painter.setFont(small)
        painter.setPen(QColor(tokens.dim))
        if command.keys:
            keys = space.trailing(painter.fontMetrics().horizontalAdvance(command.keys) + 2, 0)
            painter.drawText(keys, Qt.AlignmentFlag.AlignCenter, command.keys)
        note = painter.fontMetrics().elidedText(
            command.note, Qt.TextElideMode.ElideRight, space.rect.width() // 2)
        if note:
            area = space.trailing(painter.fontMetrics().horizontalAdvance(note) + 2, 0)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, note)
        painter.setFont(option.font)
        painter.setPen(QColor(tokens.text))
        text = painter.fontMetrics().elidedText(
            " ".join(command.text.split()), Qt.TextElideMode.ElideRight, space.rect.width())
        painter.drawText(space.rect, Qt.AlignmentFlag.AlignVCenter | space.align, text)
        painter.restore()

