"""The table model of the context: a row for each message that can be sent."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal
from PySide6.QtGui import QColor

from workbench.core.chat.context import LEFT_OUT, PINNED, ContextItem
from workbench.core.chat.path_tokens import SYSTEM
from workbench.core.text.formatting import count, dollars
from workbench.ui.context.context_controller import DRAFT, Context
from workbench.ui.theme import style
from workbench.ui.widgets.model_index import NO_PARENT, Index

SENT, PIN, ROLE, TEXT, TOKENS, PRICE = range(6)
_TITLES = ("Send", "Pin", "Who", "Message", "≈ Tokens", "≈ Price")
_WHO = {"user": "You", "assistant": "Reply", "system": "System", "developer": "Developer", "tool": "Tool"}
_Role = Qt.ItemDataRole


class ContextModel(QAbstractTableModel):
    """Shows a ``Context``. ``state_requested`` carries a message's id and its new state: left_out, pinned or
    ``""``."""

    state_requested = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = Context((), "", None, None)

    def set_context(self, context: Context) -> None:
        same = [item.node_id for item in context.items] == [item.node_id for item in self._context.items]
        if same:
            self._context = context
            if context.items:
                self.dataChanged.emit(self.index(0, 0), self.index(len(context.items) - 1, PRICE))
            return
        self.beginResetModel()
        self._context = context
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._context.items)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _Role.TextAlignmentRole and section >= TOKENS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return _TITLES[section] if role == _Role.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        own = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        checkable = index.column() in (SENT, PIN) and self._context.items[index.row()].node_id not in (SYSTEM, DRAFT)
        return own | Qt.ItemFlag.ItemIsUserCheckable if checkable else own

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        item, column = self._context.items[index.row()], index.column()
        if role == _Role.CheckStateRole and column in (SENT, PIN) and item.node_id not in (SYSTEM, DRAFT):
            on = item.pinned if column == PIN else not item.left_out
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        if role == _Role.DisplayRole:
            return self._text(item, column)
        if role == _Role.AccessibleTextRole and column in (SENT, PIN):
            return f"{_TITLES[column]}: {item.excerpt}"
        if role == _Role.AccessibleTextRole and column == PRICE and not self._text(item, column):
            return "Not sent" if item.left_out else "Price unknown"  # rather than a cell without a name
        if role == _Role.TextAlignmentRole and column >= TOKENS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == _Role.ForegroundRole and (item.left_out or column == ROLE):
            return QColor(style.theme().faint if item.left_out else style.theme().dim)
        return None

    def _text(self, item: ContextItem, column: int) -> str | None:
        match column:
            case 2:
                return "Draft" if item.node_id == DRAFT else _WHO.get(item.role, item.role)
            case 3:
                return item.excerpt
            case 4:
                return count(item.tokens)
            case 5:
                price = self._context.price
                return "" if price is None or item.left_out else dollars(price * item.tokens) if price else "free"
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = _Role.EditRole) -> bool:
        if role != _Role.CheckStateRole or not index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        on = Qt.CheckState(value) == Qt.CheckState.Checked
        # One state per message: a pinned one is sent, and one that is left out is not pinned.
        state = (PINNED if on else "") if index.column() == PIN else ("" if on else LEFT_OUT)
        self.state_requested.emit(self._context.items[index.row()].node_id, state)
        return True
