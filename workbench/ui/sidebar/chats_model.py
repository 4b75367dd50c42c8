"""The model of the list of chats: loaded chats under headings by date."""

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
    """A row that names the group below it."""

    text: str


Row = Chat | Heading


class ChatsModel(QStringListModel):
    """Holds rows of headings and chats, and asks for more chats when a view reaches the end.

    A view asks for the row count twice per row of a growing list, so Qt answers it from a list of empty strings and
    Python is called only for visible rows: with 100,000 rows each page would take a second otherwise.
    """

    more_requested = Signal(int)  # number of loaded chats that are not pinned
    rename_requested = Signal(str, str)  # chat id, title

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chats: list[Chat] = []
        self._ids: set[str] = set()
        self._rows: list[Row] = []
        self._has_more = False
        self._unpinned = 0
        self._running: frozenset[str] = frozenset()
        self._incoming: list[Row] = []  # rows about to be inserted
        # Connected before any view, so that views find the rows they are told of.
        self.rowsInserted.connect(lambda _, first, last: self._rows.__setitem__(slice(first, first), self._incoming))
        self.rowsRemoved.connect(lambda _, first, last: self._rows.__delitem__(slice(first, last + 1)))
        self.modelReset.connect(self._reset_rows)

    # --- contents ---

    def reset(self, chats: Sequence[Chat], has_more: bool) -> None:
        """Replaces the list; views go back to its start."""
        self._has_more = has_more
        self._set_chats(list(chats))
        self._incoming = rows_of(self._chats)
        self.setStringList([""] * len(self._incoming))

    def refresh(self, chats: Sequence[Chat], has_more: bool) -> None:
        """Replaces the chats of the same list; views keep their place."""
        self._has_more = has_more
        self._show(list(chats))
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def append(self, chats: Sequence[Chat], has_more: bool) -> None:
        """Adds the next chats and skips those already loaded (the list may have moved meanwhile).

        Takes time linear in the number of new chats, not in the length of the list.
        """
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

    def update_chat(self, chat: Chat) -> None:
        """Inserts a new chat, or moves a changed one to its place."""
        old = self.chat(chat.id)
        if old is not None and sort_key(old) == sort_key(chat):
            self._chats[self._chats.index(old)] = chat
            row = self.row_of(chat.id)
            self._rows[row] = chat
            self.dataChanged.emit(self.index(row), self.index(row))
            return
        others = [one for one in self._chats if one.id != chat.id]
        if old is not None:
            self._show(others)
        place = next((at for at, one in enumerate(others) if sort_key(one) < sort_key(chat)), len(others))
        if place < len(others) or not self._has_more:
            self._show([*others[:place], chat, *others[place:]])

    def remove_chat(self, chat_id: str) -> None:
        self._show([chat for chat in self._chats if chat.id != chat_id])

    def set_running(self, chat_ids: Iterable[str]) -> None:
        """Marks the chats in which a reply is streaming."""
        running = frozenset(chat_ids)
        changed, self._running = running ^ self._running, running
        for chat_id in changed:
            if (row := self.row_of(chat_id)) >= 0:
                self.dataChanged.emit(self.index(row), self.index(row))

    def chat(self, chat_id: str) -> Chat | None:
        """Returns a loaded chat, None for any other."""
        return next((chat for chat in self._chats if chat.id == chat_id), None)

    def chats(self) -> Sequence[Chat]:
        """Returns the loaded chats in the order of the list."""
        return self._chats

    def row_of(self, chat_id: str) -> int:
        """Returns the row of a chat, -1 when it is not loaded."""
        return next((at for at, row in enumerate(self._rows) if isinstance(row, Chat) and row.id == chat_id), -1)

    def _show(self, chats: list[Chat]) -> None:
        """Replaces the chats by removing and inserting one run of rows, so that views keep their place."""
        new, old = rows_of(chats), self._rows
        same = 0
        while same < min(len(new), len(old)) and _key(new[same]) == _key(old[same]):
            same += 1
        tail = 0
        while tail < min(len(new), len(old)) - same and _key(new[-1 - tail]) == _key(old[-1 - tail]):
            tail += 1
        self._set_chats(chats)
        if len(old) > same + tail:
            self.removeRows(same, len(old) - tail - same)
        if len(new) > same + tail:
            self._insert(same, new[same : len(new) - tail])
        self._rows[:] = new  # unmoved rows may hold changed chats

    def _set_chats(self, chats: list[Chat]) -> None:
        self._chats, self._ids = chats, {chat.id for chat in chats}
        self._unpinned = sum(1 for chat in chats if not chat.pinned)

    def _insert(self, at: int, rows: list[Row]) -> None:
        self._incoming = rows
        self.insertRows(at, len(rows))

    def _reset_rows(self) -> None:
        self._rows = self._incoming

    # --- Qt's interface ---

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more

    def fetchMore(self, parent: Index) -> None:
        self._has_more = False  # until the next page arrives
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
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip("\n".join(filter(None, (row.title, row.model, ", ".join(row.tags)))))
        return {ROLE_CHAT: row, ROLE_RUNNING: row.id in self._running}.get(role)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self._rows[index.row()]
        if isinstance(row, Heading) or not (title := " ".join(str(value).split())):
            return False
        if title != row.title:
            self.rename_requested.emit(row.id, title)
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


def sort_key(chat: Chat) -> tuple[bool, float]:
    """Returns the key that orders chats, greatest first."""
    return chat.pinned, chat.updated


def rows_of(chats: Iterable[Chat], today: QDate | None = None, after: str = "") -> list[Row]:
    """Returns ordered chats with a heading before each group; ``after`` is the heading already above them."""
    starts = _group_starts(today or QDate.currentDate())
    rows: list[Row] = []
    heading = after
    for chat in chats:
        group = "Pinned" if chat.pinned else next(name for start, name in starts if chat.updated >= start)
        if group != heading:
            heading = group
            rows.append(Heading(group))
        rows.append(chat)
    return rows


def _group_starts(today: QDate) -> list[tuple[float, str]]:
    """Returns when each group begins, in seconds since 1970, by local days (summer time makes them uneven)."""
    groups = ((0, "Today"), (1, "Yesterday"), (7, "Previous 7 days"), (30, "Previous 30 days"))
    starts = [(today.addDays(-days).startOfDay().toMSecsSinceEpoch() / 1000, name) for days, name in groups]
    return [*starts, (float("-inf"), "Older")]


def _key(row: Row) -> str:
    return row.text if isinstance(row, Heading) else f"chat {row.id}"
