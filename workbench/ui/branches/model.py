"""The list model of the tree: its rows, and the texts of those in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractListModel, QObject, Qt, QTimer, Signal

from workbench.core.chat.tree_layout import FOLDED, TreeLayout, TreeRow
from workbench.ui.widgets.model_index import NO_PARENT, Index
from workbench.ui.widgets.tips import plain_tip

from . import descriptions

ROLE_ROW = Qt.ItemDataRole.UserRole


class BranchesModel(QAbstractListModel):
    """``excerpts_requested`` asks how messages begin; only painted rows want theirs, so a long chat is not read.

    ``altered`` says that rows look different, in place of ``dataChanged``, for which Qt lays out all rows anew
    though they are of one height: 20 ms for 10,000, each time that something is read or written.
    """

    altered = Signal()
    excerpts_requested = Signal(list)  # ids of messages
    renamed = Signal(str, str)  # id, label

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.layout = TreeLayout()
        self._rows: list[TreeRow] = []
        self._places: dict[str, int] | None = None
        self._excerpts: dict[str, str] = {}
        self._wanted: dict[str, None] = {}
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)

    # --- contents ---

    def reset(self, layout: TreeLayout) -> None:
        """Shows the tree of another chat."""
        self.beginResetModel()
        self.layout, self._rows, self._places = layout, list(layout.rows), None
        self._excerpts.clear()
        self._wanted.clear()
        self.endResetModel()

    def renew(self, layout: TreeLayout) -> None:
        """Shows changes of the same tree, by removing and inserting one run of rows, so that the view stays."""
        old, new = self._rows, list(layout.rows)
        same, tail = _alike(self.layout.keys, layout.keys)
        self.layout, self._places = layout, None
        if len(old) > same + tail:
            self.beginRemoveRows(NO_PARENT, same, len(old) - tail - 1)
            del old[same : len(old) - tail]
            self.endRemoveRows()
        if len(new) > same + tail:
            self.beginInsertRows(NO_PARENT, same, len(new) - tail - 1)
            old[same:same] = new[same : len(new) - tail]
            self.endInsertRows()
        self._rows[:] = new  # the same rows, with what is new about them
        self.altered.emit()

    def provide(self, excerpts: Mapping[str, str]) -> None:
        self._excerpts.update(excerpts)
        self.altered.emit()

    def refresh(self, id: str) -> None:
        """Asks anew for what a message says, if somebody has asked before."""
        if id in self._excerpts and id not in self._wanted:
            self._wanted[id] = None
            self._asking.start()

    def _ask(self) -> None:
        ids, self._wanted = list(self._wanted), {}
        self.excerpts_requested.emit(ids)

    # --- what the view asks ---

    def row(self, place: int) -> TreeRow:
        return self._rows[place]

    def place(self, id: str) -> int:
        """Returns the row of a message, or of the stretch that it is folded into; -1 when it is not there."""
        if self._places is None:
            self._places = {}
            for place, row in enumerate(self._rows):
                self._places.update(dict.fromkeys(row.folded or (row.summary.id,), place))
        return self._places.get(id, -1)

    def end(self) -> int:
        """Returns the row at the end of the main line, -1 in an empty chat."""
        return next((place for place in range(len(self._rows) - 1, -1, -1) if self._rows[place].last), -1)

    def forks(self, place: int) -> bool:
        """Returns whether several branches begin below a row."""
        below = self._rows[place + 1] if place + 1 < len(self._rows) else None
        return below is not None and below.branches > 1 and below.summary.parent_id == self._rows[place].summary.id

    def stretch(self, place: int) -> list[str]:
        """Returns the messages around a row that could fold with it; none for too few."""
        first = last = place
        while first >= 0 and self._may_fold(first):
            first -= 1
        while last < len(self._rows) and self._may_fold(last):
            last += 1
        ids = [row.summary.id for row in self._rows[first + 1 : last]]
        return ids if len(ids) >= FOLDED else []

    def _may_fold(self, place: int) -> bool:
        return self._rows[place].plain and not self._rows[place].folded

    def excerpt(self, id: str) -> str:
        """Returns what a message begins with, "" until that is known; for rows that are painted."""
        known = self._excerpts.get(id)
        if known is None and id not in self._wanted:
            self._wanted[id] = None
            self._asking.start()
        return known or ""

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                if row.folded:
                    return descriptions.folded(row)
                return row.summary.label or self._excerpts.get(row.summary.id, "")
            case Qt.ItemDataRole.EditRole:
                return row.summary.label
            case Qt.ItemDataRole.AccessibleTextRole:
                return descriptions.spoken(row, self._excerpts.get(row.summary.id, ""))
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self._excerpts.get(row.summary.id, ""))
        return row if role == ROLE_ROW else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self._rows[index.row()]
        label = " ".join(str(value).split())
        if label != row.summary.label:
            self.renamed.emit(row.summary.id, label)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return usual if self._rows[index.row()].folded else usual | Qt.ItemFlag.ItemIsEditable


def _alike(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Returns how many keys are the same at the beginning and, of the others, at the end."""
    most = min(len(old), len(new))
    if old[:most] == new[:most]:
        return most, 0
    same = next(at for at in range(most) if old[at] != new[at])
    tail = next((at for at in range(most - same) if old[-1 - at] != new[-1 - at]), most - same)
    return same, tail
