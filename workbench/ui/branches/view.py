"""The list view of the tree: keys, mouse and menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from workbench.core.chat.messages import Status
from workbench.core.chat.tree_layout import TreeRow
from workbench.ui.chat.message_actions import MessageActionId
from workbench.ui.theme import icons
from workbench.ui.widgets.item_views import polished

from .model import BranchesModel
from .rows import BranchDelegate


class BranchesView(QListView):
    """Return and a double click show a message in its branch; a click on a folded stretch unfolds it."""

    open_requested = Signal(str)  # a message is to be shown
    main_requested = Signal(str)  # its branch is to be the main line
    prune_requested = Signal(list)  # messages that are to go with all below them
    prune_others_requested = Signal(str)
    unfold_requested = Signal(list, bool)  # messages of a stretch, whether it is to be unfolded
    compare_requested = Signal(str, str, bool)  # two messages, whether their branches are meant
    action_requested = Signal(str, str)  # a message and an action of the transcript

    def __init__(self, model: BranchesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        polished(self)
        self.setModel(model)
        self._rows = model
        model.altered.connect(self.viewport().update)
        self.setItemDelegate(BranchDelegate(self))
        self.setAccessibleName("Tree of the conversation")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(20)
        self.setMouseTracking(True)

    # --- where it stands ---

    def go_to_end(self) -> None:
        """Scrolls to the end of the main line and selects it."""
        self.go_to(self._rows.end())

    def go_to(self, place: int) -> None:
        if place >= 0:
            index = self._rows.index(place)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def chosen(self) -> list[TreeRow]:
        """Returns the selected messages from top to bottom, without folded stretches."""
        rows = [self._rows.row(index.row()) for index in sorted(self.selectedIndexes(), key=QModelIndex.row)]
        return [row for row in rows if not row.folded]

    def name_current(self) -> None:
        """Begins to name the current message in place."""
        if self.currentIndex().isValid():
            self.edit(self.currentIndex())

    # --- mouse and keyboard ---

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.button() == Qt.MouseButton.LeftButton and event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and index.isValid() and self._rows.row(index.row()).folded:
            self._unfold(index.row(), True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        row = self._rows.row(index.row()) if index.isValid() else None
        if row is not None and not row.folded and event.button() == Qt.MouseButton.LeftButton:
            self.open_requested.emit(row.summary.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
            return
        place = self.currentIndex().row()
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if place >= 0:
                self._open(place)
            case Qt.Key.Key_Delete if chosen := self.chosen():
                self.prune_requested.emit([row.summary.id for row in chosen])
            case Qt.Key.Key_Left | Qt.Key.Key_Right if place >= 0:
                self._unfold(place, (event.key() == Qt.Key.Key_Right) != mirrored)
            case _:
                super().keyPressEvent(event)

    def keyboardSearch(self, text: str) -> None:
        """Does nothing: most rows have not loaded the words that letters would find."""

    def _open(self, place: int) -> None:
        row = self._rows.row(place)
        if row.folded:
            self._unfold(place, True)
        else:
            self.open_requested.emit(row.summary.id)

    def _unfold(self, place: int, on: bool) -> None:
        row = self._rows.row(place)
        if on and row.folded:
            self.unfold_requested.emit(list(row.folded), True)
        elif not on and not row.folded and (stretch := self._rows.stretch(place)):
            self.unfold_requested.emit(stretch, False)

    # --- the menu ---

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex()).center()
        else:
            place = event.pos()
            index = self.indexAt(place)
            if index.isValid() and not self.selectionModel().isSelected(index):
                self.setCurrentIndex(index)
        if self.selectedIndexes():
            self._menu(self.chosen()).popup(self.viewport().mapToGlobal(QPoint(place)))

    def _menu(self, rows: Sequence[TreeRow]) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def add(icon: str, text: str, act: Callable[[], object], enabled: bool = True) -> None:
            action = menu.addAction(icons.icon(icon), text)
            action.triggered.connect(lambda _=False: act())
            action.setEnabled(enabled)

        if not rows:
            place = self.currentIndex().row()
            add("expand", "Unfold", lambda: self._unfold(place, True))
        elif len(rows) == 1:
            self._single(menu, rows[0], add)
        else:
            if len(rows) == 2:
                one, two = (row.summary.id for row in rows)
                add("diff", "Compare the two messages", lambda: self.compare_requested.emit(one, two, False))
                add("diff", "Compare the two branches", lambda: self.compare_requested.emit(one, two, True))
                menu.addSeparator()
            add("trash", "Prune these branches\tDel",
                lambda: self.prune_requested.emit([row.summary.id for row in rows]))
        return menu

    def _single(self, menu: QMenu, row: TreeRow, add: Callable[..., None]) -> None:
        key, written = row.summary.id, row.summary.status != Status.STREAMING

        def act(name: MessageActionId) -> Callable[[], None]:
            return lambda: self.action_requested.emit(key, name)

        add("eye", "Show\tReturn", lambda: self.open_requested.emit(key))
        add("check", "Set as main line", lambda: self.main_requested.emit(key), not row.shown)
        add("tag", "Name…\tF2", self.name_current)
        if stretch := self._rows.stretch(self.currentIndex().row()):
            add("chevron-up", "Fold", lambda: self.unfold_requested.emit(stretch, False))
        menu.addSeparator()
        add("branch", "Continue from here", act(MessageActionId.BRANCH), written)
        add("chat", "Continue in a new chat", act(MessageActionId.NEW_CHAT), written)
        add("plus", "Insert a message…", act(MessageActionId.INSERT))
        if row.summary.role in ("user", "assistant"):
            add("text", "Prefill the reply…", act(MessageActionId.PREFILL), written)
        if row.summary.role == "assistant":
            add("diff", "Compare with…", act(MessageActionId.DIFF), written)
        menu.addSeparator()
        add("trash", "Prune this branch\tDel", lambda: self.prune_requested.emit([key]))
        add("trash", "Prune all others", lambda: self.prune_others_requested.emit(key),
            row.branches > 1 or self._rows.forks(self.currentIndex().row()))
        add("trash", "Delete message", act(MessageActionId.DELETE), written)
