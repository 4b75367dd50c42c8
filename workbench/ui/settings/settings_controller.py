"""Changes of settings that the dialog makes, one at a time."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import BadInput, StoreError
from workbench.core.services import Services
from workbench.core.settings import Settings

_MODELS = ("default_model", "title_model")


class SettingsController(QObject):
    """Reads and changes the settings, and follows changes that others make. No widget is its parent: see
    ``SettingsDialog.done``."""

    changed = Signal(object)  # Settings
    refused = Signal(str, str)  # the name of a setting, why its value was not taken
    failed = Signal(str)  # why a change could not be saved

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._settings, self._providers = services.settings, services.providers
        self._unsubscribe = services.settings.changed(self.changed.emit)

    def close(self) -> None:
        """Follows no more changes."""
        self._unsubscribe()

    def settings(self) -> Settings:
        return self._settings.value

    def change(self, name: str, value: Any) -> None:  # any type: of whichever setting it is
        try:
            if value and name in _MODELS:
                self._providers.resolve(value)
            self._settings.change(**{name: value})
        except BadInput as error:
            self.refused.emit(name, str(error))
        except StoreError as error:
            self.failed.emit(str(error))
