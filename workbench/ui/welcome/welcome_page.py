"""The page of a chat without messages: cards with what can be chatted with, and messages to try."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.core.settings import ProviderConfig
from workbench.ui.theme import style
from workbench.ui.theme.scale import follow, px
from workbench.ui.theme.tokens import COLUMN_PX, RADIUS_CARD
from workbench.ui.welcome.discovery import FoundKey
from workbench.ui.widgets import Button, Chip, FlowLayout, Label

SUGGESTIONS = ("What can you do?", "Show me every kind of formatting", "Explain temperature with an example")
_MARGIN = 16
_WIDTH = COLUMN_PX + 2 * _MARGIN  # its text is in line with the composer
_ONE_COLUMN = 520


class WelcomePage(QScrollArea):
    """Shows cards at first; after the first chats only the suggestions stay, for the model that they are meant for."""

    suggested = Signal(str)  # a message to send
    server_chosen = Signal(object)  # ProviderConfig
    key_chosen = Signal(object)  # FoundKey
    add_requested = Signal()
    import_requested = Signal()

    def __init__(self, presets: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._presets = presets
        self._servers: Sequence[ProviderConfig] = ()
        self._keys: Sequence[FoundKey] = ()
        self._found: list[_Card] = []
        self._slim = self._made = False
        self._suggests = True

    def showEvent(self, event: QShowEvent) -> None:
        """Makes the page when it is first seen: a window that opens with a chat may never need it."""
        if not self._made:
            self._made = True
            self._make()
        super().showEvent(event)

    def _make(self) -> None:
        self._page = QWidget()
        self._title = Label()
        follow(self._title, lambda title: title.setFont(_title_font()))
        self._title.setWordWrap(True)
        self._words = Label(
            "The built-in guide answers offline, so you can try everything now. Add a model when you like:",
            "dim", wrap=True,
        )
        self._cards = QWidget()
        self._grid = QGridLayout(self._cards)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(10)
        self._own = [
            _Card(self._cards, "Add a provider", f"{self._presets} presets, or any compatible base URL",
                  "Choose…", self.add_requested.emit),
            _Card(self._cards, "Bring your chats", "ChatGPT, Claude, Open WebUI, LibreChat, …",
                  "Import…", self.import_requested.emit),
        ]
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self._page)
        column.setContentsMargins(_MARGIN, 24, _MARGIN, 24)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addSpacing(8)
        column.addWidget(self._cards)
        column.addSpacing(8)
        heading = Label("TRY", "section")
        column.addWidget(heading)
        tries = QWidget()
        row = FlowLayout(tries, gap=8)
        for text in SUGGESTIONS:
            chip = Chip(text)
            chip.setCursor(Qt.CursorShape.PointingHandCursor)
            chip.activated.connect(lambda text=text: self.suggested.emit(text))
            row.addWidget(chip)
        column.addWidget(tries)
        self._tries = (heading, tries)
        column.addStretch(1)
        outer = QWidget()
        outer_column = QVBoxLayout(outer)
        outer_column.setContentsMargins(0, 0, 0, 0)
        outer_column.addWidget(self._page, 1, Qt.AlignmentFlag.AlignHCenter)
        self.setWidget(outer)
        self._show_found()
        follow(self, WelcomePage._arrange)
        self.show_suggestions(self._suggests)

    def show_suggestions(self, on: bool) -> None:
        """Shows or hides the messages to try: they are for the built-in guide."""
        self._suggests = on
        if self._made:
            for widget in self._tries:
                widget.setVisible(on)

    def show_servers(self, configs: Sequence[ProviderConfig]) -> None:
        """Shows a card for each server that answers on this machine."""
        self._servers = configs
        self._show_found()

    def show_keys(self, keys: Sequence[FoundKey]) -> None:
        """Shows a card for each key in the environment."""
        self._keys = keys
        self._show_found()

    def _show_found(self) -> None:
        if not self._made:
            return
        for card in self._found:
            card.deleteLater()
        self._found = [*map(self._server_card, self._servers), *map(self._key_card, self._keys)]
        self._arrange()

    def _server_card(self, config: ProviderConfig) -> _Card:
        host = config.base_url.partition("://")[2].partition("/")[0]
        number = len(config.models)
        models = "1 model found" if number == 1 else f"{number} models found"
        return _Card(self._cards, f"{config.name or config.id} is running here", f"{host} · {models}", "Use it",
                     lambda: self.server_chosen.emit(config), kind="primary")

    def _key_card(self, found: FoundKey) -> _Card:
        return _Card(self._cards, f"{found.variable} is set", "Move it from the environment into the keyring?",
                     "Import", lambda: self.key_chosen.emit(found))

    def set_slim(self, slim: bool) -> None:
        """Hides the cards that show a newcomer the way."""
        if slim != self._slim:
            self._slim = slim
            self._arrange()

    def _arrange(self) -> None:
        if not self._made:
            return
        self._words.setVisible(not self._slim)
        self._title.setText("What would you like to know?" if self._slim else "Chat with any model, tune any prompt.")
        while self._grid.takeAt(0) is not None:
            pass
        columns = 1 if self.viewport().width() < _ONE_COLUMN else 2
        cards = self._found if self._slim else [*self._found, *self._own]
        for card in self._own:
            card.setVisible(not self._slim)
        for number, card in enumerate(cards):
            self._grid.addWidget(card, number // columns, number % columns)
            card.show()
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if columns == 2 else 0)
        self._cards.setVisible(bool(cards))
        self._page.setFixedWidth(max(200, min(px(_WIDTH), self.viewport().width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


def _title_font() -> QFont:
    font = style.sized(style.control_font(), 22)
    font.setWeight(QFont.Weight.Bold)
    return font


class _Card(QFrame):
    """A card with one thing to do: a title, a line about it, and a button."""

    def __init__(
        self, parent: QWidget, title: str, text: str, button: str, act: Callable[[], object], kind: str = ""
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(4)
        column.addWidget(Label(title, "strong", wrap=True))
        column.addWidget(Label(text, "dim", wrap=True))
        column.addStretch(1)
        column.addSpacing(6)
        press = Button(button, kind)
        press.setAccessibleName(f"{title}: {button}")
        press.clicked.connect(lambda: act())
        column.addWidget(press, 0, Qt.AlignmentFlag.AlignLeft)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(style.theme().line), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CARD, RADIUS_CARD)
