"""The page Providers: the list on the left, the chosen one on the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.ports.providers import ProviderPreset
from workbench.core.request.models import ModelInfo
from workbench.core.settings import ProviderConfig, Settings
from workbench.ui.settings.add_provider import AddProvider
from workbench.ui.settings.keys_controller import LOCKED, KeysController
from workbench.ui.settings.provider_checks import ProviderChecks
from workbench.ui.settings.provider_configs import BUILTIN, ProviderConfigs
from workbench.ui.settings.provider_list import (
    KEYRING_LOCKED,
    NEEDS_KEY,
    NOT_REACHED,
    READY,
    ProviderEntry,
    ProviderList,
)
from workbench.ui.settings.provider_page import ProviderPage
from workbench.ui.settings.settings_controller import SettingsController
from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets import HLine


class ProvidersPage(QWidget):
    """Lists the providers by state, shows the selected one, and adds others."""

    undo_offered = Signal(str, object)  # a sentence, what takes back what it says

    def __init__(
        self, settings: SettingsController, configs: ProviderConfigs, keys: KeysController, checks: ProviderChecks,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._configs, self._checks = settings, configs, checks
        self._shown: dict[str, ProviderConfig] = {}
        self._keys: dict[str, str] = {}  # provider id → status of its key
        self._unreached: set[str] = set()
        self._models: dict[str, int] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._list = ProviderList(self)
        follow(self._list, lambda view: view.setFixedWidth(px(236)))
        self._list.chosen.connect(self._show)
        self._list.add_requested.connect(self.open_add_popup)
        row.addWidget(self._list)
        row.addWidget(HLine(self, vertical=True))
        self._page = ProviderPage(configs, keys, checks, self)
        self._page.removed.connect(self._offer_undo)
        self._page.added.connect(self.choose)
        row.addWidget(self._page, 1)
        settings.changed.connect(self._on_settings)
        keys.status_read.connect(self._on_key)
        checks.reached.connect(self._on_reached)
        checks.listed.connect(self._on_listed)
        self._refresh()
        self._list.choose(BUILTIN)
        for config in configs.all():
            if config.id != BUILTIN and configs.needs_key(config):
                keys.read_status(config)
        checks.test_local()

    def choose(self, provider_id: str) -> None:
        """Selects a provider, and puts the cursor into its key field if it has one."""
        self._refresh()
        self._list.choose(provider_id)
        config = self._configs.find(provider_id)
        if config is not None and provider_id != BUILTIN and self._configs.needs_key(config):
            self._page.focus_key()

    def open_add_popup(self) -> None:
        popup = AddProvider(self._configs.presets(), self)
        popup.preset_chosen.connect(self._add_preset)
        popup.server_requested.connect(lambda *server: self._add_server(popup, *server))
        popup.open_at(self._list.add, popup.search)

    def _add_preset(self, preset: ProviderPreset) -> None:
        config = self._configs.add(preset)
        self.choose(config.id)
        if not self._configs.needs_key(config):
            self._checks.test(config)

    def _add_server(self, popup: AddProvider, url: str, name: str, protocol: str, needs_key: bool) -> None:
        try:
            config = self._configs.add_server(url, name, protocol, needs_key)
        except BadInput as error:
            popup.refuse(str(error))
            return
        popup.close_popup()
        self.choose(config.id)
        if not needs_key:
            self._checks.test(config)

    def _offer_undo(self, config: ProviderConfig) -> None:
        self._list.choose(BUILTIN)
        title = self._configs.title(config)
        self.undo_offered.emit(f"{title} was removed.", lambda: self._restore(config))

    def _restore(self, config: ProviderConfig) -> None:
        self._configs.save(config)
        self.choose(config.id)

    def _show(self, provider_id: str) -> None:
        if (config := self._configs.find(provider_id)) is not None:
            self._page.show_provider(config)

    def _on_settings(self, settings: Settings) -> None:
        if settings.providers != self._shown:
            self._refresh()

    def _refresh(self) -> None:
        self._shown = dict(self._settings.settings().providers)
        self._list.show_entries([self._entry(config) for config in self._configs.all()])
        self._show(self._list.current())

    def _entry(self, config: ProviderConfig) -> ProviderEntry:
        return ProviderEntry(config.id, self._configs.title(config), self._state(config), self._detail(config))

    def _state(self, config: ProviderConfig) -> str:
        if config.id == BUILTIN:
            return READY
        key = self._keys.get(config.id, "none") if self._configs.needs_key(config) else ""
        if key in ("none", LOCKED):
            return KEYRING_LOCKED if key == LOCKED else NEEDS_KEY
        return NOT_REACHED if config.id in self._unreached else READY

    def _detail(self, config: ProviderConfig) -> str:
        if config.id == BUILTIN:
            return "offline"
        if not config.enabled:
            return "off"
        if number := self._models.get(config.id):
            return "1 model" if number == 1 else f"{number} models"
        return ""

    def _on_key(self, provider_id: str, status: str, backend: str) -> None:
        self._keys[provider_id] = status
        self._refresh_list()

    def _on_reached(self, provider_id: str, answers: bool) -> None:
        (self._unreached.discard if answers else self._unreached.add)(provider_id)
        self._refresh_list()

    def _on_listed(self, provider_id: str, models: list[ModelInfo]) -> None:
        self._models[provider_id] = len(models)
        self._refresh_list()

    def _refresh_list(self) -> None:
        self._list.show_entries([self._entry(config) for config in self._configs.all()])
