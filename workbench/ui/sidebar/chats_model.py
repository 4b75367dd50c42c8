"""The chats that are loaded, in groups by date, as rows for a list view."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QDate, QMimeData, QModelIndex, QObject, QStringListModel, Qt, Signal

from workbench.core.chat.chats import Chat
from workbench.ui.widgets.model_index import Index
from workbench.ui.widgets.tips import plain_tip

MIME = "application/x-chat-workbench-chats"
ROLE_CHAT = Qt.ItemDataRole.UserRole
ROLE_HEADING = ROLE_CHAT + 1
ROLE_RUNNING = ROLE_CHAT + 2


@dataclass(frozen=True, slots=True)
class Heading:
    """A row that only says what follows."""

    text: str


Row = Chat | Heading


class ChatsModel(QStringListModel):
    """Rows are headings and chats. The view asks for more when it comes to the end.

    Views ask for the count twice for each row of a list that grows; so Qt counts, in a list of empty strings, and
    Python is asked only for what is seen: 100,000 rows would take a second for each page otherwise.
    """

    more_requested = Signal(int)  # how many chats are there that are not pinned
    renamed = Signal(str, str)  # id of a chat, title

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chats: list[Chat] = []
        self._ids: set[str] = set()
        self._rows: list[Row] = []
        self._has_more = False
        self._unpinned = 0
        self._running: frozenset[str] = frozenset()
        self._coming: list[Row] = []
        # Connected before any view, so that each finds here the rows that it is told of.
        self.rowsInserted.connect(lambda _, first, last: self._rows.__setitem__(slice(first, first), self._coming))
        self.rowsRemoved.connect(lambda _, first, last: self._rows.__delitem__(slice(first, last + 1)))
        self.modelReset.connect(self._reset_rows)

    # --- contents ---

    def reset(self, chats: Sequence[Chat], has_more: bool) -> None:
        self._has_more = has_more
        self._take_over(list(chats))
        self._coming = rows_of(self._chats)
        self.setStringList([""] * len(self._coming))

    def renew(self, chats: Sequence[Chat], has_more: bool) -> None:
        """The same list as it is now: the view stays where it is."""
        self._has_more = has_more
        self._show(list(chats))
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def append(self, chats: Sequence[Chat], has_more: bool) -> None:
        """The next chats; those that are there already (the list moved meanwhile) are passed over. Costs as
        much as there are new ones, however long the list is."""
        self._has_more = has_more
        new = [chat for chat in chats if chat.id not in self._ids]
        above = next((row.text for row in rows_of(self._chats[-1:]) if isinstance(row, Heading)), "")
        rows = rows_of(new, after=above)
        if not rows:
            return
        self._chats += new
        self._ids.update(chat.id for chat in new)
        self._unpinned += sum(1 for chat in new if not chat.pinned)
        self._insert(len(self._rows), rows)

    def put(self, chat: Chat) -> None:
        """A chat that is new or has changed."""
        old = self.chat(chat.id)
        if old is not None and place_of(old) == place_of(chat):
            self._chats[self._chats.index(old)] = chat
            row = self.row_of(chat.id)
            self._rows[row] = chat
            self.dataChanged.emit(self.index(row), self.index(row))
            return
        others = [one for one in self._chats if one.id != chat.id]
        if old is not None:
            self._show(others)
        place = next((at for at, one in enumerate(others) if place_of(one) < place_of(chat)), len(others))
        if place < len(others) or not self._has_more:
            self._show([*others[:place], chat, *others[place:]])

    def take(self, chat_id: str) -> None:
        self._show([chat for chat in self._chats if chat.id != chat_id])

    def set_running(self, chat_ids: Iterable[str]) -> None:
        """Marks the chats in which replies come in."""
        running = frozenset(chat_ids)
        changed, self._running = running ^ self._running, running
        for chat_id in changed:
            if (row := self.row_of(chat_id)) >= 0:
                self.dataChanged.emit(self.index(row), self.index(row))

    def chat(self, chat_id: str) -> Chat | None:
        return next((chat for chat in self._chats if chat.id == chat_id), None)

    def chats(self) -> Sequence[Chat]:
        return self._chats

    def row_of(self, chat_id: str) -> int:
        """-1 when it is not loaded."""
        return next((at for at, row in enumerate(self._rows) if isinstance(row, Chat) and row.id == chat_id), -1)

    def _show(self, chats: list[Chat]) -> None:
        """Goes over to other chats by removing and inserting one run of rows, so that the view stays."""
        new, old = rows_of(chats), self._rows
        same = 0
        while same < min(len(new), len(old)) and _key(new[same]) == _key(old[same]):
            same += 1
        tail = 0
        while tail < min(len(new), len(old)) - same and _key(new[-1 - tail]) == _key(old[-1 - tail]):
            tail += 1
        self._take_over(chats)
        if len(old) > same + tail:
            self.removeRows(same, len(old) - tail - same)
        if len(new) > same + tail:
            self._insert(same, new[same : len(new) - tail])
        self._rows[:] = new  # the same rows, with what is new in their chats

    def _take_over(self, chats: list[Chat]) -> None:
        self._chats, self._ids = chats, {chat.id for chat in chats}
        self._unpinned = sum(1 for chat in chats if not chat.pinned)

    def _insert(self, at: int, rows: list[Row]) -> None:
        self._coming = rows
        self.insertRows(at, len(rows))

    def _reset_rows(self) -> None:
        self._rows = self._coming

    # --- what the view asks ---

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more

    def fetchMore(self, parent: Index) -> None:
        self._has_more = False  # until the answer comes
        self.more_requested.emit(self._unpinned)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if isinstance(row, Heading):
            return {Qt.ItemDataRole.DisplayRole: row.text, ROLE_HEADING: True}.get(role)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return row.title or "New chat"
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                facts = [row.model, *(f"tagged {tag}" for tag in row.tags)]
                return ", ".join([*facts, "a reply is coming in"] if row.id in self._running else facts)
            case Qt.ItemDataRole.ToolTipRole if row.tags:
                return plain_tip(f"{row.title}\n{', '.join(row.tags)}")
        return {ROLE_CHAT: row, ROLE_RUNNING: row.id in self._running}.get(role)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self._rows[index.row()]
        if isinstance(row, Heading) or not (title := " ".join(str(value).split())):
            return False
        if title != row.title:
            self.renamed.emit(row.id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        ids = [row.id for index in indexes if isinstance(row := self._rows[index.row()], Chat)]
        data = QMimeData()
        data.setData(MIME, json.dumps(ids).encode())
        return data


def place_of(chat: Chat) -> tuple[bool, float]:
    """Greater comes first."""
    return chat.pinned, chat.updated


def rows_of(chats: Iterable[Chat], today: QDate | None = None, after: str = "") -> list[Row]:
    """Chats in order, with a heading before each group; ``after`` is the heading that stands above them already."""
    borders = _borders(today or QDate.currentDate())
    rows: list[Row] = []
    heading = after
    for chat in chats:
        group = "Pinned" if chat.pinned else next(name for start, name in borders if chat.updated >= start)
        if group != heading:
            heading = group
            rows.append(Heading(group))
        rows.append(chat)
    return rows


def _borders(today: QDate) -> list[tuple[float, str]]:
    """When each group begins, in seconds since 1970; local days, which summer time makes uneven."""
    groups = ((0, "Today"), (1, "Yesterday"), (7, "Previous 7 days"), (30, "Previous 30 days"))
    begins = [(today.addDays(-days).startOfDay().toMSecsSinceEpoch() / 1000, name) for days, name in groups]
    return [*begins, (float("-inf"), "Older")]


def _key(row: Row) -> str:
    return row.text if isinstance(row, Heading) else f"chat {row.id}"
