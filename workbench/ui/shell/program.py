"""The keys on buttons, and the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow


class ProgramPresenter:
    def __init__(self, window: MainWindow) -> None:
        self._w = window

    def show_folding(self, side: bool, panel: bool) -> None:
        self._w.header.panel.setChecked(panel)

    def show_keys(self) -> None:
        """The keys that are written on buttons, and those in their tool tips."""
        key, header = self._w.actions_.key_text, self._w.header
        for widget, name, action in (
            (header.sidebar, "Sidebar", "view.sidebar"), (header.panel, "Settings panel", "view.panel"),
            (header.model, "Choose a model", "model.pick"),
            (self._w.composer.view.attach, "Attach files", "message.attach"),
        ):
            widget.setToolTip(f"{name} ({key(action)})" if key(action) else name)

    def switch_theme(self) -> None:
        dark = self._w.current_theme().dark
        self._w.services.settings.change(theme="light" if dark else "dark")
