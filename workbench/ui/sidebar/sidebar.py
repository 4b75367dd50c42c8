"""The sidebar widget: buttons, the search field, folders, tags, the list of chats and the messages found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from workbench.core.chat.chats import Hit
from workbench.core.text.formatting import left_to_right
from workbench.ui.composer.editor import local_files
from workbench.ui.sidebar.chat_search import HITS
from workbench.ui.sidebar.chats_model import ChatsModel
from workbench.ui.sidebar.chats_view import ChatsView
from workbench.ui.sidebar.folders import FolderTree
from workbench.ui.sidebar.hits import HitList
from workbench.ui.theme import icons, style
from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets import Button, IconButton, Label, SearchField, chain_tabs

if TYPE_CHECKING:
    from workbench.ui.sidebar.search_hint import SearchHint
    from workbench.ui.sidebar.tags import TagBar

_MOST_TITLES = 9  # rows of the list while messages are searched too
_ANY_HEIGHT = 16_777_215  # Qt's QWIDGETSIZE_MAX
_PAUSE = 80  # milliseconds from the last key to the search


class Sidebar(QWidget):
    """Lays out the panes of the sidebar; each pane has signals of its own."""

    new_chat_requested = Signal()
    temporary_requested = Signal()
    search_requested = Signal(str)  # the text to search for, "" to end the search
    new_folder_requested = Signal()
    import_requested = Signal()
    files_dropped = Signal(list)  # Paths to import
    archive_toggled = Signal(bool)  # whether archived chats are listed
    tag_chosen = Signal(str)  # "" for any
    tag_colour_requested = Signal(str, str)  # tag, name of a colour
    tag_rename_requested = Signal(str)
    tag_removal_requested = Signal(str)
    experiments_requested = Signal()
    settings_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        follow(self, lambda view: view.setMinimumWidth(px(180)))
        self.setAcceptDrops(True)
        self.model = ChatsModel(self)
        self.chats = ChatsView(self.model)
        self.folders = FolderTree()
        self.hits = HitList()
        self.search = SearchField("Search chats", "Search all chats")
        self._empty = Label("Chats you start will be listed here.", "faint", wrap=True)
        self._empty.setContentsMargins(8, 4, 8, 0)
        self._heading = Label("", "section", wrap=True)
        self._heading.setContentsMargins(8, 8, 8, 0)
        self.new_chat = _WideButton("New chat", "plus", "primary")
        self.experiments = _WideButton("Experiments", "experiment", "quiet")
        self.settings = _WideButton("Settings", "settings", "quiet")
        self.temporary = IconButton("eye-off", "New temporary chat")
        self._menu_button = IconButton("more", "Chat list options")
        self.hint: SearchHint | None = None
        self.tags: TagBar | None = None
        self.archive = Button("Leave the archive", "quiet", "archive")
        self.archive.hide()
        self._archived = self._none_found = False
        self._found: Sequence[Hit] = ()
        self._searched = ""  # the text that the hits belong to
        self._enters_results = False  # Return was pressed before the hits arrived
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(lambda: self.search_requested.emit(self.search.text()))
        self._build()
        self._connect()
        self._show_state()

    def _build(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(2)
        line.addWidget(self.search, 1)
        line.addWidget(self._menu_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 8)
        column.setSpacing(6)
        first = QHBoxLayout()
        first.setSpacing(2)
        first.addWidget(self.new_chat, 1)
        first.addWidget(self.temporary)
        column.addLayout(first)
        column.addLayout(line)
        self._hint_position = column.count()
        column.addWidget(self.folders)
        column.addWidget(self.archive, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self._empty)
        column.addWidget(self.chats, 3)
        column.addWidget(self._heading)
        column.addWidget(self.hits, 4)
        column.addStretch(0)
        column.addWidget(self.experiments)
        column.addWidget(self.settings)

    def _connect(self) -> None:
        self.new_chat.clicked.connect(self.new_chat_requested)
        self.temporary.clicked.connect(self.temporary_requested)
        self.experiments.clicked.connect(self.experiments_requested)
        self.settings.clicked.connect(self.settings_requested)
        self.search.textChanged.connect(self._on_typed)
        self.search.installEventFilter(self)
        self.search.returnPressed.connect(self._enter_results)
        self._menu_button.clicked.connect(self._open_menu)
        self.model.modelReset.connect(self._list_hits)  # titles and hits arrive in any order
        self.archive.clicked.connect(lambda: self._set_archived(False))
        for signal in (self.model.modelReset, self.model.rowsInserted, self.model.rowsRemoved):
            signal.connect(lambda *_: self._show_state())

    def _on_typed(self) -> None:
        self._enters_results = False
        self._pause.start()

    def stop(self) -> None:
        """Drops a search that has not begun: the window closes."""
        self._pause.stop()

    def set_keys(self, new_chat: str, search: str, settings: str, temporary: str) -> None:
        """Shows the keys of actions on the buttons and in the tool tips."""
        self.new_chat.set_keys(new_chat)
        self.settings.set_keys(settings)
        self.search.setToolTip(f"Search all chats ({search})" if search else "")
        about = "New temporary chat: nothing of it is kept"
        self.temporary.setToolTip(f"{about} ({temporary})" if temporary else about)

    def show_tags(self, tags: Sequence[str], colours: Mapping[str, object]) -> None:
        """Shows the tags in a bar that is made for the first one."""
        if self.tags is None and tags:
            from workbench.ui.sidebar.tags import TagBar

            self.tags = TagBar(self.folders)
            self.tags.chosen.connect(self.tag_chosen)
            self.tags.colour_requested.connect(self.tag_colour_requested)
            self.tags.rename_requested.connect(self.tag_rename_requested)
            self.tags.removal_requested.connect(self.tag_removal_requested)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(layout.indexOf(self.folders) + 1, self.tags)
        if self.tags is not None:
            from workbench.ui.sidebar.tags import set_chosen_colours

            set_chosen_colours(colours)
            self.tags.show_tags(tags)
            self.chats.viewport().update()

    def show_hits(self, text: str, hits: Sequence[Hit]) -> None:
        """Shows what a search for ``text`` found, unless the field has another text by now."""
        if text == self.search.text().strip():
            self._found = hits[:HITS]
            self._list_hits()
            self._none_found = bool(text) and not hits
            self._heading.setText("NOTHING FOUND IN MESSAGES" if self._none_found else "IN MESSAGES"
                                  if len(hits) <= HITS else f"IN MESSAGES: THE NEWEST OF MORE THAN {HITS}")
            self._searched = text
            self._show_state()
            if self._enters_results:
                self._enter_results()

    def _list_hits(self) -> None:
        """Lists the hits, without titles that the list of chats shows already."""
        self.hits.show_hits([hit for hit in self._found
                             if hit.role != "title" or self.model.row_of(hit.chat_id) < 0])

    def show_problem(self, text: str, problem: str) -> None:
        """Shows why ``text`` cannot be searched for."""
        if text == self.search.text().strip():
            self._found = ()
            self.hits.clear()
            self._none_found = True
            self._heading.setText(problem)
            self._show_state()

    def _show_state(self) -> None:
        searching, some = bool(self.search.text().strip()), self.model.rowCount() > 0
        self._heading.setVisible(searching)
        self.chats.setMaximumHeight(self._titles_height() if searching else _ANY_HEIGHT)
        self.hits.setVisible(searching)
        self.chats.setVisible(some or not searching)
        self._empty.setVisible(not some and not searching)
        self._show_hint(self._none_found if searching else self._has_search_focus())
        self._empty.setText(
            "There are no chats in the archive." if self._archived
            else "This folder has no chats: drag some onto it." if self.folders.has_choice()
            else "Chats you start will be listed here.")

    def _has_search_focus(self) -> bool:
        return self.search.hasFocus() or (self.hint is not None and self.hint.isAncestorOf(self.focusWidget() or self))

    def _show_hint(self, on: bool) -> None:
        """Shows or hides the hint, which is made when it is first shown."""
        if on and self.hint is None:
            from workbench.ui.sidebar.search_hint import SearchHint

            self.hint = SearchHint()
            self.hint.filter_chosen.connect(self._append_filter)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(self._hint_position, self.hint)
            chain_tabs(self._menu_button, self.hint.chips)
        if self.hint is not None:
            self.hint.setVisible(on)

    def _append_filter(self, text: str) -> None:
        """Appends a filter to the text of the field, ready to be completed."""
        before = self.search.text().rstrip()
        self.search.setText(f"{before} {text}" if before else text)
        self.search.setFocus()
        if text.endswith('"'):
            self.search.cursorBackward(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            QTimer.singleShot(0, self, self._show_state)  # the focus may be moving to the hint
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down:
            self._enter_results()
            return True
        return False

    def _titles_height(self) -> int:
        """Returns the height of the titles found, in pixels; the messages found get the rest."""
        rows = min(self.model.rowCount(), _MOST_TITLES)
        return sum(self.chats.sizeHintForRow(row) for row in range(rows)) + 4

    def _enter_results(self) -> None:
        """Moves the focus to the first list that has results, once the search has ended."""
        self._enters_results = self.search.text().strip() != self._searched
        if self._enters_results:
            return
        for view in (self.chats, self.hits):
            if view.isVisible() and view.model().rowCount():
                view.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icons.icon("folder"), "New folder…").triggered.connect(
            lambda: self.new_folder_requested.emit())
        archive = menu.addAction(icons.icon("archive"), "Show the archive")
        archive.setCheckable(True)
        archive.setChecked(self._archived)
        archive.triggered.connect(self._set_archived)
        menu.addSeparator()
        menu.addAction(icons.icon("import"), "Import…").triggered.connect(lambda: self.import_requested.emit())
        menu.popup(self._menu_button.mapToGlobal(self._menu_button.rect().bottomLeft()))

    def _set_archived(self, on: bool) -> None:
        self._archived = on
        self.archive.setVisible(on)
        self.archive_toggled.emit(on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.folders.limit_height(self.height() // 4)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.files_dropped.emit(local_files(event.mimeData()))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(style.theme().panel))


class _WideButton(QPushButton):
    """A button as wide as the sidebar: icon and text at its start, the key at its end."""

    def __init__(self, text: str, icon: str, kind: str) -> None:
        super().__init__(text)
        self.setAccessibleName(text)
        self.setProperty("kind", kind)
        self.setAutoDefault(True)  # Return clicks it; it stands in no dialog
        self.setStyleSheet("text-align: left;")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIcon(icons.icon(icon, "accent_text" if kind == "primary" else "dim"))
        follow(self, lambda button: button.setIconSize(QSize(px(16), px(16))))
        self._primary = kind == "primary"
        self._keys = ""

    def set_keys(self, keys: str) -> None:
        self._keys = left_to_right(keys)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        font = painter.font()
        font.setPixelSize(px(11))
        painter.setFont(font)
        if self.sizeHint().width() + painter.fontMetrics().horizontalAdvance(self._keys) > self.width():
            return  # a narrow sidebar has room for the text only
        colour = QColor(style.theme().accent_text if self._primary else style.theme().dim)
        colour.setAlphaF(0.75 if self._primary else 1.0)
        painter.setPen(colour)
        painter.drawText(self.rect().adjusted(12, 0, -12, 0),
                         Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, self._keys)
