"""The settings dialog: pages on the left, made when they are first opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from workbench.core.services import Services
from workbench.ui.shell.actions import Actions
from workbench.ui.shell.shortcuts import ShortcutSheet
from workbench.ui.theme import style
from workbench.ui.widgets import Button, HLine, Label, ScrollColumn, Toast

from .about_page import AboutPage
from .controller import SettingsController
from .data_page import DataPage
from .generated import SettingsForm, shown_on
from .models_page import ModelsPage
from .providers_page import ProvidersPage

PAGES = {
    "general": "General", "appearance": "Appearance", "providers": "Providers", "models": "Models & aliases",
    "network": "Network", "shortcuts": "Shortcuts", "data": "Data & backup", "about": "About",
}  # fmt: skip
_PAGE = Qt.ItemDataRole.UserRole


class SettingsDialog(QDialog):
    """Every change counts at once. Open it with ``open``; it deletes itself when it is closed."""

    import_requested = Signal()
    export_requested = Signal()
    move_requested = Signal(object)  # Path that the data folder is to be moved to

    def __init__(
        self, services: Services, actions: Actions, parent: QWidget, *, page: str = "general",
        provider: str = "",
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Settings")
        self.setAccessibleName("Settings")
        self.resize(QSize(1000, 720).boundedTo(parent.window().size() - QSize(40, 40)).expandedTo(QSize(760, 480)))
        self._actions = actions
        self._controller = SettingsController(services)
        self._controller.done.connect(lambda sentence: Toast(self, sentence))
        self._controller.failed.connect(lambda sentence: Toast(self, sentence, seconds=15))
        self._made: dict[str, QWidget] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side())
        row.addWidget(HLine(self, vertical=True))
        self._pages = QStackedLayout()
        row.addLayout(self._pages, 1)
        self.show_page(page or "general", provider)
        self._list.setFocus()

    def _side(self) -> QWidget:
        side = QWidget(self)
        side.setFixedWidth(168)
        column = QVBoxLayout(side)
        column.setContentsMargins(8, 12, 8, 8)
        column.setSpacing(8)
        title = Label("Settings", "strong", parent=side)
        title.setContentsMargins(8, 0, 0, 0)
        column.addWidget(title)
        self._list = QListWidget(side)
        self._list.setAccessibleName("Settings pages")
        for page, words in PAGES.items():
            item = QListWidgetItem(words)
            item.setData(_PAGE, page)
            self._list.addItem(item)
        self._list.currentItemChanged.connect(lambda item: self._show(item.data(_PAGE)) if item else None)
        column.addWidget(self._list)
        close = Button("Close", parent=side)
        close.setAccessibleName("Close settings")
        close.clicked.connect(self.close)
        column.addWidget(close)
        return side

    def show_page(self, page: str, provider: str = "") -> None:
        """Brings a page to the front; ``provider`` chooses one of them on its page."""
        for row in range(self._list.count()):
            if self._list.item(row).data(_PAGE) == page:
                self._list.setCurrentRow(row)
        shown = self._made.get(page)
        if provider and isinstance(shown, ProvidersPage):
            shown.choose(provider)

    def _show(self, page: str) -> None:
        if page not in self._made:
            self._made[page] = self._make(page)
            self._pages.addWidget(self._made[page])
        self._pages.setCurrentWidget(self._made[page])

    def _make(self, page: str) -> QWidget:
        if page == "providers":
            return ProvidersPage(self._controller, self)
        if page == "shortcuts":
            return self._shortcuts()
        area = ScrollColumn(self, margin=24, gap=24)
        area.setAccessibleName(PAGES[page])
        area.column.addWidget(Label(PAGES[page], "heading", parent=area.inside))
        if shown_on(page):
            area.column.addWidget(self._form(page, area.inside))
        makers: dict[str, Callable[[QWidget], QWidget]] = {
            "models": lambda parent: ModelsPage(self._controller, parent), "data": self._data, "about": AboutPage,
        }
        if page in makers:
            area.column.addWidget(makers[page](area.inside))
        area.column.addStretch(1)
        return area

    def _form(self, page: str, parent: QWidget) -> SettingsForm:
        form = SettingsForm(page, parent)
        controller = self._controller
        form.picked.connect(controller.change)
        controller.changed.connect(form.show_settings)
        controller.refused.connect(form.set_mistake)
        form.show_settings(controller.settings())
        return form

    def _data(self, parent: QWidget) -> DataPage:
        data = DataPage(self._controller, parent)
        data.import_requested.connect(self.import_requested)
        data.export_requested.connect(self.export_requested)
        data.move_requested.connect(self.move_requested)
        return data

    def _shortcuts(self) -> QWidget:
        sheet = ShortcutSheet(self._actions, self._controller.settings().shortcuts, self)
        sheet.setWindowFlags(Qt.WindowType.Widget)
        for buttons in sheet.findChildren(QDialogButtonBox):
            buttons.hide()
        sheet.rebound.connect(lambda own: self._controller.change("shortcuts", own))
        for view in sheet.findChildren(QAbstractItemView):
            view.ensurePolished()
            view.doItemsLayout()  # what was measured before the style came has the wrong heights
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 24, 16, 8)
        heading = Label(PAGES["shortcuts"], "heading", parent=page)
        heading.setContentsMargins(8, 0, 8, 0)
        column.addWidget(heading)
        column.addWidget(sheet)
        return page

    def done(self, result: int) -> None:
        self._controller.close()
        super().done(result)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(style.theme().background))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter.fillRect(self.width() - 168 if mirrored else 0, 0, 168, self.height(), QColor(style.theme().panel))
