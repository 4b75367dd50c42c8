"""The token view of a reply: its tokens coloured by doubt, the alternatives of each, and the least sure places."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.core.chat.messages import MessageNode
from workbench.core.experiments.logprobs import token_chance
from workbench.core.reply.records import TokenChance
from workbench.core.text.formatting import percent
from workbench.ui.theme import style
from workbench.ui.theme.scale import fitted, follow, px
from workbench.ui.widgets import Button, Label, Segmented, close_button
from workbench.ui.widgets.item_views import polished
from workbench.ui.widgets.model_index import Index

from .confidence import Spot, before, least_sure, spots, summary, visible
from .token_text import TokenText

_DATA = Qt.ItemDataRole.UserRole
_CHANCE = Qt.ItemDataRole.UserRole + 1


class TokenDialog(QDialog):
    """``continued`` carries the text with which a new reply is to begin: up to a token, and another one in its
    place. Raises ``ValueError`` for a reply without token probabilities."""

    continue_requested = Signal(str)

    def __init__(self, node: MessageNode, parent: QWidget) -> None:
        super().__init__(parent)
        if node.record is None or not node.record.logprobs:
            raise ValueError("the reply has no token probabilities")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Token probabilities")
        self.resize(fitted(900, 640, parent))
        self._spots = spots(node.record.logprobs)
        self._lead = before(node.message.text, self._spots)
        self._shown = -1
        self._by = Segmented(("probability", "entropy"), "Colours by", ("Probability", "Entropy"))
        self._by.set_value("probability")
        self.text = TokenText()
        self._place = Label(tone="strong")
        self.alternatives = _Chances("Alternatives")
        self.unsure = _Chances("Least sure")
        self._go = Button("Continue with this token", "primary", "branch")
        self._word = Label(tone="dim", wrap=True)
        self._build()
        self._connect()
        self._fill()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Label(summary(self._spots), "dim"), 1)
        head.addWidget(self._by)
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(self._place)
        side.addWidget(self.alternatives, 3)
        side.addWidget(self._go)
        side.addWidget(self._word)
        side.addWidget(Label("Least sure", "section"))
        side.addWidget(self.unsure, 2)
        for view in (self.alternatives, self.unsure):
            follow(view, lambda view: view.setFixedWidth(px(270)))
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.text, 1)
        middle.addLayout(side)
        whole = QVBoxLayout(self)
        whole.setSpacing(12)
        whole.addLayout(head)
        whole.addLayout(middle, 1)
        whole.addWidget(close_button(self), 0, Qt.AlignmentFlag.AlignTrailing)

    def _connect(self) -> None:
        self._by.picked.connect(lambda by: self.text.show_spots(self._spots, self._lead, by))
        self.text.pointed.connect(self._show)
        self.text.chosen.connect(self.alternatives.setFocus)
        self.alternatives.currentItemChanged.connect(lambda *_: self._show_button())
        self.alternatives.itemActivated.connect(lambda _: self._continue())
        self.unsure.itemActivated.connect(lambda item: self.text.go_to(item.data(_DATA)))
        self.unsure.currentItemChanged.connect(
            lambda item, _: self.text.go_to(item.data(_DATA)) if item is not None else None)
        self._go.clicked.connect(self._continue)

    def _fill(self) -> None:
        self.text.show_spots(self._spots, self._lead, self._by.value())
        doubtful = least_sure(self._spots)
        self.unsure.show_chances([(visible(spot.token.token), spot.chance, spot.index) for spot in doubtful])
        self.text.go_to(doubtful[0].index)
        self.text.setFocus()

    def set_problem(self, problem: str) -> None:
        """Shows why the provider cannot continue a given beginning; ``""`` where it can."""
        self._word.setText(problem)

    def _show(self, index: int) -> None:
        if index == self._shown or not 0 <= index < len(self._spots):
            return
        self._shown = index
        spot = self._spots[index]
        self._place.setText(f"{visible(spot.token.token)} · {percent(spot.chance, 1)} · {spot.bits:.2f} bits")
        self.alternatives.show_chances(_rows(spot.alternatives))
        own = [other.token for other in spot.alternatives].index(spot.token.token)
        self.alternatives.setCurrentRow(own)

    def _chosen(self) -> tuple[Spot, str] | None:
        item = self.alternatives.currentItem()
        return (self._spots[self._shown], item.data(_DATA)) if item is not None and self._shown >= 0 else None

    def _show_button(self) -> None:
        chosen = self._chosen()
        self._go.setEnabled(chosen is not None and chosen[1] != chosen[0].token.token)

    def _continue(self) -> None:
        chosen = self._chosen()
        if chosen is not None and chosen[1] != chosen[0].token.token:
            spot, token = chosen
            begun = "".join(each.token.token for each in self._spots[: spot.index])
            self.continue_requested.emit(self._lead + begun + token)
            self.accept()


def _rows(chances: Sequence[TokenChance]) -> list[tuple[str, float, object]]:
    return [(visible(other.token), token_chance(other.logprob), other.token) for other in chances]


class _Chances(QListWidget):
    """Tokens with their probabilities as bars."""

    def __init__(self, name: str) -> None:
        super().__init__()
        polished(self)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setItemDelegate(_Bars(self))

    def show_chances(self, rows: Sequence[tuple[str, float, object]]) -> None:
        """Shows choices: text, probability and data of each."""
        self.clear()
        for text, chance, data in rows:
            item = QListWidgetItem(text, self)
            item.setData(_DATA, data)
            item.setData(_CHANCE, chance)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text} {percent(chance, 1)}")


class _Bars(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        tokens, chance = style.theme(), float(index.data(_CHANCE))
        area = QRectF(option.rect).adjusted(option.rect.width() * 0.45, 0, -8, 0)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        if mirrored:
            area.moveLeft(option.rect.left() + 8)
        bar = QRectF(area.left(), area.center().y() - 2, max((area.width() - 56) * chance, 1), 4)
        if mirrored:
            bar.moveRight(area.right())
        painter.fillRect(bar, QColor(tokens.accent))
        painter.setPen(QColor(tokens.dim))
        align = Qt.AlignmentFlag.AlignLeft if mirrored else Qt.AlignmentFlag.AlignRight
        painter.drawText(area, align | Qt.AlignmentFlag.AlignVCenter, percent(chance, 1))
