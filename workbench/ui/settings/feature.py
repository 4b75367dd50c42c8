"""The settings feature: the settings dialog and the shortcut sheet, opened from anywhere in the window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from workbench.core.services import Services
from workbench.ui.shell.actions import Actions, ActionSpec
from workbench.ui.shell.shell import Shell


class SettingsFeature(QObject):
    """Opens the settings, and passes on what only other features can do."""

    import_requested = Signal()
    export_requested = Signal()
    restored = Signal()  # a backup: what is open may be another now
    move_requested = Signal(object)  # Path of the new data folder
    closed = Signal()  # providers may have been added, changed, removed or measured

    def __init__(self, services: Services, actions: Actions, shell: Shell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services, self._actions, self._shell = services, actions, shell

    def actions(self) -> list[ActionSpec]:
        return [
            ActionSpec("settings", "Settings", self.open, ("Ctrl+,",), "Program"),
            ActionSpec("providers", "Providers and keys", partial(self.open, "providers"), (), "Program"),
            ActionSpec("shortcuts", "Keyboard shortcuts", self.open_shortcuts, ("Ctrl+/",), "Program"),
        ]

    def open(self, page: str = "", provider: str = "") -> None:
        """Opens the dialog on a page (``""`` is the first), with a provider selected."""
        from workbench.ui.settings.dialog import SettingsDialog  # not needed to start

        parent = self._shell.dialog_parent
        dialog = SettingsDialog(self._services, self._actions, parent, page=page, provider=provider)
        dialog.import_requested.connect(dialog.accept)
        dialog.import_requested.connect(self.import_requested)
        dialog.export_requested.connect(dialog.accept)
        dialog.export_requested.connect(self.export_requested)
        dialog.move_requested.connect(self.move_requested)
        dialog.restored.connect(self.restored)
        dialog.finished.connect(lambda _: self.closed.emit())
        dialog.open()

    def open_shortcuts(self) -> None:
        from workbench.ui.shell.shortcuts import ShortcutSheet  # not needed to start

        settings = self._services.settings
        sheet = ShortcutSheet(self._actions, settings.value.shortcuts, self._shell.dialog_parent)
        sheet.editor.rebound.connect(lambda own: settings.change(shortcuts=own))
        sheet.open()
