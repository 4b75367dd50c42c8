"""The tree of folders: choosing one lists its chats; chats and folders are dropped onto folders, folders also
between two others."""

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
from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.model_index import Index

_ID = Qt.ItemDataRole.UserRole
_ROW, _FEWEST_ROWS, _MOST_ROWS = 28, 4, 8


class FolderTree(QTreeWidget):
    """Shows "All chats" and the folders; hidden while there are no folders."""

    chosen = Signal(object)  # folder id, None for all chats
    chats_dropped = Signal(list, object)  # chat ids, folder id or None
    rename_requested = Signal(object)  # Folder with its new name
    move_requested = Signal(list)  # Folders with new parents or positions
    subfolder_requested = Signal(str)  # id of the parent
    export_requested = Signal(str)
    delete_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        polished(self)
        self.setAccessibleName("Folders")
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setMouseTracking(True)
        self.setItemDelegate(FolderDelegate(self))
        # The delegate paints the whole item; the style sheet's fill would reach under the arrow.
        self.setStyleSheet("QTreeView::item, QTreeView::item:selected, QTreeView::item:hover,"
                           " QTreeView:focus::item:selected { background: transparent; border: none; }")
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.itemChanged.connect(self._on_edited)
        self.itemSelectionChanged.connect(self._on_selected)
        self.itemExpanded.connect(lambda item: self._on_toggled(item, False))
        self.itemCollapsed.connect(lambda item: self._on_toggled(item, True))
        self._folders: dict[str, Folder] = {}
        self._collapsed: set[str] = set()
        self._row_limit = _MOST_ROWS
        follow(self, lambda tree: tree.show_folders(tuple(tree._folders.values())))

    def show_folders(self, folders: Sequence[Folder]) -> None:
        """Replaces the folders and keeps the chosen one and the collapsed ones."""
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
            item.setExpanded(folder_id not in self._collapsed)
        self.setCurrentItem(items.get(chosen or "", everything))
        self.blockSignals(False)
        self.setVisible(bool(folders))
        self._fit()

    def rename_current(self) -> None:
        """Starts editing the name of the current folder in place; "All chats" has no name to edit."""
        item = self.currentItem()
        if item is not None and item.data(0, _ID) is not None:
            self.editItem(item)

    def has_choice(self) -> bool:
        """Returns whether a folder is chosen, rather than all chats."""
        return self._chosen() is not None

    def name_of(self, folder_id: str) -> str:
        """Returns the name of a folder, ``""`` when there is none with that id."""
        folder = self._folders.get(folder_id)
        return folder.name if folder is not None else ""

    def _item(self, name: str, folder_id: str | None, icon: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([name])
        item.setIcon(0, icons.icon(icon))
        item.setSizeHint(0, QSize(40, px(_ROW)))
        item.setData(0, _ID, folder_id)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        return item

    def _on_toggled(self, item: QTreeWidgetItem, collapsed: bool) -> None:
        (self._collapsed.add if collapsed else self._collapsed.discard)(item.data(0, _ID))
        self._fit()

    def _fit(self) -> None:
        rows, item = 0, self.topLevelItem(0)
        while item is not None:
            rows, item = rows + 1, self.itemBelow(item)
        self.setFixedHeight(min(rows, self._row_limit) * px(_ROW) + 4)

    def limit_height(self, height: int) -> None:
        """Limits the tree to a height in pixels; it scrolls when it has more rows than fit."""
        most = min(max(height // px(_ROW), _FEWEST_ROWS), _MOST_ROWS)
        if most != self._row_limit:
            self._row_limit = most
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
            self.rename_requested.emit(Folder(folder.id, name, folder.parent_id, folder.position))
        elif folder is not None and not name:
            item.setText(0, folder.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        folder = self._folders.get(self._chosen() or "")
        alone = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if self.state() == QAbstractItemView.State.EditingState or folder is None:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Delete and alone:
            self.delete_requested.emit(folder.id)
        elif event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._request_move(order.moved_by(self._folders, folder, -1 if event.key() == Qt.Key.Key_Up else 1))
        else:
            super().keyPressEvent(event)

    def _move_into(self, folder: Folder, parent_id: str | None) -> None:
        self._request_move(order.moved_into(self._folders, folder, parent_id))

    def _request_move(self, moved: list[Folder]) -> None:
        if moved:
            self.move_requested.emit(moved)

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
            moved = order.moved_by(self._folders, folder, step)
            action = menu.addAction(icons.icon("chevron-up" if step < 0 else "chevron-down"), text)
            action.setEnabled(bool(moved))
            action.triggered.connect(lambda _=False, moved=moved: self._request_move(moved))
        menu.addMenu(self._move_menu(menu, folder))
        menu.addAction(icons.icon("export"), "Export…").triggered.connect(lambda: self.export_requested.emit(folder.id))
        menu.addSeparator()
        menu.addAction(icons.icon("trash"), "Delete folder").triggered.connect(
            lambda: self.delete_requested.emit(folder.id))
        return menu

    def _move_menu(self, parent: QMenu, folder: Folder) -> QMenu:
        menu = QMenu("Move into", parent)
        menu.setIcon(icons.icon("folder"))
        if folder.parent_id:
            menu.addAction("No folder").triggered.connect(lambda _=False: self._move_into(folder, None))
        for target in self._folders.values():
            if order.may_contain(self._folders, target.id, folder) and target.id != folder.parent_id:
                menu.addAction(target.name.replace("&", "&&")).triggered.connect(
                    lambda _=False, target=target: self._move_into(folder, target.id))
        menu.setEnabled(bool(menu.actions()))
        return menu

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Paints only the arrow: a selection begins at the name."""
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
        return [*super().mimeTypes(), MIME]  # the first is the type of what is dragged from here

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
            self._drop(moved, target, self._drop_side(item, place))
        self.setState(QAbstractItemView.State.NoState)  # else the mark of the place stays
        self.viewport().update()
        event.setDropAction(Qt.DropAction.IgnoreAction)  # the tree follows the store, Qt must not move items itself
        event.accept()

    def _drop_side(self, item: QTreeWidgetItem | None, place: QPoint) -> int:
        """Returns whether a folder is dropped above (-1), onto (0) or below (1) another one."""
        if item is None or item.data(0, _ID) is None:
            return 0
        area = self.visualItemRect(item)
        edge = area.height() // 4
        return -1 if place.y() < area.top() + edge else 1 if place.y() > area.bottom() - edge else 0

    def _drop(self, folder: Folder, target: str | None, side: int) -> None:
        other = self._folders.get(target or "")
        if side == 0 or other is None:
            self._move_into(folder, target)
        else:
            self._request_move(order.moved_into(self._folders, folder, other.parent_id, beside=other, after=side > 0))
