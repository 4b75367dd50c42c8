"""Folders, nested: choose one to see its chats; drop chats or folders on one to move them there, or a folder
between two others to order them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from workbench.core.chat.chats import Folder
from workbench.ui.sidebar import order
from workbench.ui.sidebar.chats_model import MIME
from workbench.ui.sidebar.rows import FolderDelegate
from workbench.ui.theme import icons, style
from workbench.ui.widgets.model_index import Index

_ID = Qt.ItemDataRole.UserRole
_ROW, _FEWEST_ROWS, _MOST_ROWS = 28, 4, 8


class FolderTree(QTreeWidget):
    """Hidden while there are no folders. Its first line stands for all chats."""

    chosen = Signal(object)  # id of a folder, or None for all chats
    chats_dropped = Signal(list, object)  # ids of chats, id of a folder or None
    saved = Signal(object)  # Folder with a new name
    moved = Signal(list)  # Folders with new parents or positions
    subfolder_requested = Signal(str)  # id of the folder that gets a new one
    exported = Signal(str)
    deleted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Folders")
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setMouseTracking(True)
        self.setItemDelegate(FolderDelegate(self))
        # The delegate paints all of an item; the sheet's wash would reach under the arrow.
        self.setStyleSheet("QTreeView::item, QTreeView::item:selected, QTreeView::item:hover,"
                           " QTreeView:focus::item:selected { background: transparent; border: none; }")
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.itemChanged.connect(self._on_edited)
        self.itemSelectionChanged.connect(self._on_selected)
        self.itemExpanded.connect(lambda item: self._on_folded(item, False))
        self.itemCollapsed.connect(lambda item: self._on_folded(item, True))
        self._folders: dict[str, Folder] = {}
        self._closed: set[str] = set()
        self._most = _MOST_ROWS
        self.hide()

    def show_folders(self, folders: Sequence[Folder]) -> None:
        chosen = self._chosen()
        self.blockSignals(True)
        self.clear()
        self._folders = {folder.id: folder for folder in folders}
        everything = self._item("All chats", None, "chat")
        everything.setFlags(everything.flags() & ~Qt.ItemFlag.ItemIsEditable & ~Qt.ItemFlag.ItemIsDragEnabled)
        self.addTopLevelItem(everything)
        items = {folder.id: self._item(folder.name, folder.id, "folder") for folder in folders}
        for folder in folders:
            above = items.get(folder.parent_id or "")
            if above is None:
                self.addTopLevelItem(items[folder.id])
            else:
                above.addChild(items[folder.id])
        for folder_id, item in items.items():
            item.setExpanded(folder_id not in self._closed)
        self.setCurrentItem(items.get(chosen or "", everything))
        self.blockSignals(False)
        self.setVisible(bool(folders))
        self._fit()

    def rename_current(self) -> None:
        """Begins to edit the name in place; that of all chats cannot be changed."""
        item = self.currentItem()
        if item is not None and item.data(0, _ID) is not None:
            self.editItem(item)

    def shows_one(self) -> bool:
        """Whether one folder is chosen, rather than all chats."""
        return self._chosen() is not None

    def name_of(self, folder_id: str) -> str:
        """``""`` when there is no such folder."""
        folder = self._folders.get(folder_id)
        return folder.name if folder is not None else ""

    def _item(self, name: str, folder_id: str | None, icon: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([name])
        item.setIcon(0, icons.icon(icon))
        item.setSizeHint(0, QSize(40, _ROW))
        item.setData(0, _ID, folder_id)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        return item

    def _on_folded(self, item: QTreeWidgetItem, closed: bool) -> None:
        (self._closed.add if closed else self._closed.discard)(item.data(0, _ID))
        self._fit()

    def _fit(self) -> None:
        rows, item = 0, self.topLevelItem(0)
        while item is not None:
            rows, item = rows + 1, self.itemBelow(item)
        self.setFixedHeight(min(rows, self._most) * _ROW + 4)

    def set_room(self, height: int) -> None:
        """``height`` in pixels is what the folders may take."""
        most = min(max(height // _ROW, _FEWEST_ROWS), _MOST_ROWS)
        if most != self._most:
            self._most = most
            self._fit()

    def _chosen(self) -> str | None:
        items = self.selectedItems()
        return items[0].data(0, _ID) if items else None

    def _on_selected(self) -> None:
        self.chosen.emit(self._chosen())

    def _on_edited(self, item: QTreeWidgetItem) -> None:
        folder = self._folders.get(item.data(0, _ID))
        name = " ".join(item.text(0).split())
        if folder is not None and name and name != folder.name:
            self.saved.emit(Folder(folder.id, name, folder.parent_id, folder.position))
        elif folder is not None and not name:
            item.setText(0, folder.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        folder = self._folders.get(self._chosen() or "")
        alone = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if self.state() == QAbstractItemView.State.EditingState or folder is None:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Delete and alone:
            self.deleted.emit(folder.id)
        elif event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._tell(order.stepped(self._folders, folder, -1 if event.key() == Qt.Key.Key_Up else 1))
        else:
            super().keyPressEvent(event)

    def _tell(self, moved: list[Folder]) -> None:
        if moved:
            self.moved.emit(moved)

    # --- the menu ---

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        item = self.currentItem() if by_key else self.itemAt(event.pos())
        folder = self._folders.get(item.data(0, _ID)) if item is not None else None
        if item is not None and folder is not None:
            place = self.visualItemRect(item).center() if by_key else event.pos()
            self._menu(item, folder).popup(self.viewport().mapToGlobal(place))

    def _menu(self, item: QTreeWidgetItem, folder: Folder) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icons.icon("edit"), "Rename\tF2").triggered.connect(lambda: self.editItem(item))
        menu.addAction(icons.icon("plus"), "New folder inside…").triggered.connect(
            lambda: self.subfolder_requested.emit(folder.id))
        for text, step in (("Move up\tAlt+Up", -1), ("Move down\tAlt+Down", 1)):
            moved = order.stepped(self._folders, folder, step)
            action = menu.addAction(icons.icon("chevron-up" if step < 0 else "chevron-down"), text)
            action.setEnabled(bool(moved))
            action.triggered.connect(lambda _=False, moved=moved: self._tell(moved))
        menu.addMenu(self._targets(menu, folder))
        menu.addAction(icons.icon("export"), "Export…").triggered.connect(lambda: self.exported.emit(folder.id))
        menu.addSeparator()
        menu.addAction(icons.icon("trash"), "Delete folder").triggered.connect(
            lambda: self.deleted.emit(folder.id))
        return menu

    def _targets(self, parent: QMenu, folder: Folder) -> QMenu:
        menu = QMenu("Move into", parent)
        menu.setIcon(icons.icon("folder"))
        if folder.parent_id:
            menu.addAction("No folder").triggered.connect(
                lambda _=False: self._tell(order.placed(self._folders, folder, None)))
        for target in self._folders.values():
            if order.may_lie_in(self._folders, folder, target.id) and target.id != folder.parent_id:
                menu.addAction(target.name.replace("&", "&&")).triggered.connect(
                    lambda _=False, target=target: self._tell(order.placed(self._folders, folder, target.id)))
        menu.setEnabled(bool(menu.actions()))
        return menu

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Only the arrow, on what the style has painted there: a selection begins at the name."""
        painter.fillRect(rect, QColor(style.theme().panel))
        if self.model().hasChildren(index):
            size = 14
            arrow = QRect(rect.right() - size, rect.center().y() - size // 2 + 1, size, size)
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                arrow.moveLeft(rect.left() + 1)
                closed = "chevron-left"
            else:
                closed = "chevron-right"
            icons.icon("chevron-down" if self.isExpanded(index) else closed).paint(painter, arrow)

    # --- drag and drop ---

    def mimeTypes(self) -> list[str]:
        return [*super().mimeTypes(), MIME]  # what is dragged from here is written as the first

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        item = self.itemAt(event.position().toPoint())
        if item is not None and (event.mimeData().hasFormat(MIME) or event.source() is self):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        place = event.position().toPoint()
        item = self.itemAt(place)
        target = item.data(0, _ID) if item is not None else None
        if event.mimeData().hasFormat(MIME):
            ids = json.loads(bytes(event.mimeData().data(MIME).data()))
            self.chats_dropped.emit(ids, target)
        elif event.source() is self and (moved := self._folders.get(self._chosen() or "")) is not None:
            self._drop(moved, target, self._side(item, place))
        event.setDropAction(Qt.DropAction.IgnoreAction)  # the tree is shown anew when the store has changed
        event.accept()

    def _side(self, item: QTreeWidgetItem | None, place: QPoint) -> int:
        """Whether a folder is let go above (-1), on (0) or below (1) another one."""
        if item is None or item.data(0, _ID) is None:
            return 0
        area = self.visualItemRect(item)
        edge = area.height() // 4
        return -1 if place.y() < area.top() + edge else 1 if place.y() > area.bottom() - edge else 0

    def _drop(self, folder: Folder, target: str | None, side: int) -> None:
        other = self._folders.get(target or "")
        if side == 0 or other is None:
            self._tell(order.placed(self._folders, folder, target))
        else:
            self._tell(order.placed(self._folders, folder, other.parent_id, beside=other, after=side > 0))
