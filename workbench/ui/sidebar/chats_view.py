"""The view of the list of chats: opening, renaming in place, dragging, and a menu for one chat or many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QContextMenuEvent, QDrag, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QMenu, QWidget

from workbench.core.chat.chats import Chat, Folder
from workbench.core.text.formatting import counted
from workbench.ui.sidebar.chats_model import ROLE_CHAT, ChatsModel
from workbench.ui.sidebar.order import nested
from workbench.ui.sidebar.rows import ChatDelegate
from workbench.ui.theme import icons
from workbench.ui.widgets.item_views import polished


class ChatsView(QListView):
    """Opens a chat on a click or Return, and renames it on a double click; a click with Ctrl or Shift only changes the
    selection.

    Every list in the signals holds chat ids.
    """

    open_requested = Signal(str)
    change_requested = Signal(list, dict)  # fields of a Chat with their new values
    tag_requested = Signal(list, str, bool)  # tag, whether to add it or to remove it
    new_tag_requested = Signal(list)  # the tag has no name yet
    new_folder_requested = Signal(list)  # the folder does not exist yet
    duplicate_requested = Signal(str)
    export_requested = Signal(list)
    delete_requested = Signal(list)

    def __init__(self, model: ChatsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        polished(self)
        self.setModel(model)
        self.setItemDelegate(ChatDelegate(self))
        self.setAccessibleName("Chats")
        self.setUniformItemSizes(True)  # otherwise each change of a long list measures every row
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.DoubleClicked)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(15)
        self._folders: Sequence[Folder] = ()
        self._tags: Sequence[str] = ()
        self._open = ""
        model.rowsInserted.connect(lambda *_: self._select_open())
        model.modelReset.connect(self._select_open)

    def set_folders(self, folders: Sequence[Folder]) -> None:
        """Sets the folders that the menu offers."""
        self._folders = folders

    def set_tags(self, tags: Sequence[str]) -> None:
        """Sets the tags that the menu offers."""
        self._tags = tags

    def set_open(self, chat_id: str) -> None:
        """Selects the open chat, once it is loaded."""
        self._open = chat_id
        self._select_open()

    def rename(self, chat_id: str) -> bool:
        """Starts editing a title in place. Returns False when the chat is not loaded."""
        row = self._chats_model.row_of(chat_id)
        if row >= 0:
            self.setCurrentIndex(self.model().index(row, 0))
            self.edit(self.currentIndex())
        return row >= 0

    def selected(self) -> list[Chat]:
        """Returns the selected chats from top to bottom."""
        found = [index.data(ROLE_CHAT) for index in sorted(self.selectedIndexes(), key=QModelIndex.row)]
        return [chat for chat in found if isinstance(chat, Chat)]

    @property
    def _chats_model(self) -> ChatsModel:
        model = self.model()
        assert isinstance(model, ChatsModel)
        return model

    def _select_open(self) -> None:
        row = self._chats_model.row_of(self._open) if self._open else -1
        if row < 0:
            self.selectionModel().clear()
        elif len(self.selectedIndexes()) < 2:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self.model().index(row, 0), flags)

    # --- mouse and keyboard ---

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Skips headings: Home, and a page up that ends on the first heading, go to the chat below it."""
        index = super().moveCursor(action, modifiers)
        while index.isValid() and not isinstance(index.data(ROLE_CHAT), Chat):
            index = index.siblingAtRow(index.row() + 1)
        return index

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier and (
            self.state() != QAbstractItemView.State.EditingState)  # after a double click
        if plain and event.button() == Qt.MouseButton.LeftButton:
            self._open_at(self.indexAt(event.position().toPoint()))

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drags the selected chats, under a small label: their rows would hide the folder below them."""
        drag = QDrag(self)
        drag.setMimeData(self.model().mimeData(self.selectedIndexes()))
        drag.setPixmap(drag_label(counted(len(self.selected()), "{n} chat", "{n} chats"), self))
        drag.setHotSpot(QPoint(-12, -12))
        drag.exec(actions)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not editing:
                self._open_at(self.currentIndex())
            case Qt.Key.Key_Delete if not editing:
                self._emit_selected(self.delete_requested)
            case _:
                super().keyPressEvent(event)

    def _open_at(self, index: QModelIndex) -> None:
        chat = index.data(ROLE_CHAT) if index.isValid() else None
        if isinstance(chat, Chat):
            self.open_requested.emit(chat.id)

    def _emit_selected(self, signal: SignalInstance) -> None:
        if ids := [chat.id for chat in self.selected()]:
            signal.emit(ids)

    # --- the menu ---

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex()).center()
        else:
            place = event.pos()
            index = self.indexAt(place)
            if not self.selectionModel().isSelected(index):
                self.setCurrentIndex(index)
        chats = self.selected()
        if chats:
            menu = self._menu(chats)
            menu.aboutToHide.connect(self._select_open, Qt.ConnectionType.QueuedConnection)
            menu.popup(self.viewport().mapToGlobal(QPoint(place)))

    def _menu(self, chats: Sequence[Chat]) -> QMenu:
        ids, first = [chat.id for chat in chats], chats[0]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def add(icon: str, text: str, act: Callable[[], object]) -> None:
            menu.addAction(icons.icon(icon), text).triggered.connect(lambda _=False: act())

        if len(chats) == 1:
            add("edit", "Rename\tF2", lambda: self.rename(first.id))
        add("pin", "Unpin" if first.pinned else "Pin",
            lambda: self.change_requested.emit(ids, {"pinned": not first.pinned}))
        add("archive", "Take out of the archive" if first.archived else "Archive",
            lambda: self.change_requested.emit(ids, {"archived": not first.archived}))
        if len(chats) == 1:
            add("copy", "Duplicate", lambda: self.duplicate_requested.emit(first.id))
        menu.addMenu(self._folder_menu(menu, ids, first))
        menu.addMenu(self._tag_menu(menu, chats))
        add("export", "Export…", lambda: self.export_requested.emit(ids))
        menu.addSeparator()
        add("trash", "Delete", lambda: self.delete_requested.emit(ids))
        return menu

    def _folder_menu(self, parent: QMenu, ids: list[str], first: Chat) -> QMenu:
        menu = QMenu("Move to folder", parent)
        menu.setIcon(icons.icon("folder"))
        if first.folder_id:
            menu.addAction("No folder").triggered.connect(
                lambda _=False: self.change_requested.emit(ids, {"folder_id": None}))
        for folder, depth in nested(self._folders):
            action = menu.addAction("\u2003" * depth + folder.name.replace("&", "&&"))
            action.setEnabled(folder.id != first.folder_id)
            action.triggered.connect(
                lambda _=False, folder_id=folder.id: self.change_requested.emit(ids, {"folder_id": folder_id}))
        menu.addSeparator()
        menu.addAction("New folder…").triggered.connect(lambda _=False: self.new_folder_requested.emit(ids))
        return menu

    def _tag_menu(self, parent: QMenu, chats: Sequence[Chat]) -> QMenu:
        menu = QMenu("Tags", parent)
        menu.setIcon(icons.icon("tag"))
        ids = [chat.id for chat in chats]
        if self._tags:
            from workbench.ui.sidebar.tags import colour_name, dot_icon  # not loaded before there are tags
        for tag in self._tags:
            action = menu.addAction(dot_icon(colour_name(tag)), tag.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(all(tag in chat.tags for chat in chats))
            action.triggered.connect(lambda on, tag=tag: self.tag_requested.emit(ids, tag, on))
        menu.addSeparator()
        menu.addAction("New tag…").triggered.connect(lambda _=False: self.new_tag_requested.emit(ids))
        return menu


def drag_label(text: str, parent: QWidget) -> QPixmap:
    """Returns a picture of a few words for the mouse to drag."""
    label = QLabel(text)
    label.setFont(parent.font())
    label.setPalette(parent.palette())
    label.setMargin(6)
    label.setAutoFillBackground(True)
    label.adjustSize()
    return label.grab()
