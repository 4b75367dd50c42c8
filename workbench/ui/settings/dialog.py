"""The settings dialog: pages on the left, made when they are first opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from workbench.core.services import Services
from workbench.ui.settings.about_page import AboutPage
from workbench.ui.settings.data_controller import DataController
from workbench.ui.settings.data_page import DataPage
from workbench.ui.settings.keys_controller import KeysController
from workbench.ui.settings.models_page import ModelsPage
from workbench.ui.settings.provider_checks import ProviderChecks
from workbench.ui.settings.provider_configs import ProviderConfigs
from workbench.ui.settings.providers_page import ProvidersPage
from workbench.ui.settings.setting_rows import SettingsForm, declared_on
from workbench.ui.settings.settings_controller import SettingsController
from workbench.ui.shell.actions import Actions
from workbench.ui.shell.shortcuts import ShortcutEditor
from workbench.ui.theme import style
from workbench.ui.theme.scale import fitted, follow, px
from workbench.ui.widgets import Button, HLine, Label, ScrollColumn, Toast, ToastStrip
from workbench.ui.widgets.item_views import polished

PAGES = {
    "general": "General", "appearance": "Appearance", "providers": "Providers", "models": "Models & aliases",
    "network": "Network", "shortcuts": "Shortcuts", "data": "Data & backup", "about": "About",
}  # fmt: skip
_PAGE = Qt.ItemDataRole.UserRole
_SIDE = 168


class SettingsDialog(QDialog):
    """Applies every change at once. Open it with ``open``; it deletes itself when it is closed."""

    import_requested = Signal()
    export_requested = Signal()
    restored = Signal()  # a backup: what is open may be another now
    move_requested = Signal(object)  # Path that the data folder is to be moved to

    def __init__(
        self, services: Services, actions: Actions, parent: QWidget, *, page: str = "general",
        provider: str = "",
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Settings")
        self.setAccessibleName("Settings")
        self.resize(fitted(1000, 720, parent).expandedTo(QSize(760, 480)))
        self._actions = actions
        self._make_controllers(services)
        self._made: dict[str, QWidget] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side())
        row.addWidget(HLine(self, vertical=True))
        self._pages = QStackedLayout()
        self.toasts = ToastStrip(self)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(self._pages, 1)
        column.addWidget(self.toasts)
        row.addLayout(column, 1)
        self.show_page(page or "general", provider)
        self._list.setFocus()

    def _make_controllers(self, services: Services) -> None:
        self._settings, self._keys = SettingsController(services), KeysController(services)
        self._configs = ProviderConfigs(services, self._settings)
        self._checks = ProviderChecks(services, self._configs, self._keys)
        self._data = DataController(services)
        for done in (self._checks.done, self._data.done):
            done.connect(self._show_done)
        for failed in (self._settings.failed, self._checks.failed, self._data.failed):
            failed.connect(self._show_failure)

    def _show_done(self, sentence: str) -> None:
        Toast(self.toasts, sentence)

    def _show_failure(self, sentence: str) -> None:
        Toast(self.toasts, sentence, seconds=15)

    def _side(self) -> QWidget:
        side = QWidget(self)
        follow(side, lambda side: side.setFixedWidth(px(_SIDE)))
        column = QVBoxLayout(side)
        column.setContentsMargins(8, 12, 8, 8)
        column.setSpacing(8)
        title = Label("Settings", "strong", parent=side)
        title.setContentsMargins(8, 0, 0, 0)
        column.addWidget(title)
        self._list = polished(QListWidget(side))
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
        """Brings a page to the front, with ``provider`` selected on the page of providers."""
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
            providers = ProvidersPage(self._settings, self._configs, self._keys, self._checks, self)
            providers.undo_offered.connect(lambda sentence, undo: Toast(self.toasts, sentence, "Undo", undo))
            return providers
        if page == "shortcuts":
            return self._shortcuts()
        area = ScrollColumn(self, margin=24, gap=24)
        area.setAccessibleName(PAGES[page])
        area.column.addWidget(Label(PAGES[page], "heading", parent=area.inside))
        if declared_on(page):
            area.column.addWidget(self._form(page, area.inside))
        makers: dict[str, Callable[[QWidget], QWidget]] = {
            "models": lambda parent: ModelsPage(self._settings, parent), "data": self._data_page, "about": AboutPage,
        }
        if page in makers:
            area.column.addWidget(makers[page](area.inside))
        area.column.addStretch(1)
        return area

    def _form(self, page: str, parent: QWidget) -> SettingsForm:
        form = SettingsForm(page, parent)
        form.picked.connect(self._settings.change)
        self._settings.changed.connect(form.show_settings)
        self._settings.refused.connect(form.set_mistake)
        form.show_settings(self._settings.settings())
        return form

    def _data_page(self, parent: QWidget) -> DataPage:
        data = DataPage(self._data, parent)
        data.import_requested.connect(self.import_requested)
        data.export_requested.connect(self.export_requested)
        data.move_requested.connect(self.move_requested)
        data.restored.connect(self.restored)
        return data

    def _shortcuts(self) -> QWidget:
        editor = ShortcutEditor(self._actions, self._settings.settings().shortcuts, self)
        editor.rebound.connect(lambda own: self._settings.change("shortcuts", own))
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        heading = Label(PAGES["shortcuts"], "heading", parent=page)
        column.addWidget(heading)
        column.addWidget(editor)
        return page

    def done(self, result: int) -> None:
        """Closes the dialog. Coroutines of its controllers may still be on their way; they end quietly, which is why
        the controllers are no children of the dialog."""
        for controller in (self._settings, self._keys, self._checks, self._data):
            controller.blockSignals(True)
        for closing in (self._settings, self._keys, self._checks):
            closing.close()
        super().done(result)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(style.theme().background))
        left = self.width() - px(_SIDE) if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0
        painter.fillRect(left, 0, px(_SIDE), self.height(), QColor(style.theme().panel))
