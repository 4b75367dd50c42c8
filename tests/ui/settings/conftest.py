"""The dialog on real services, in a data folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.conftest import Run, Show
from workbench.core.services import Services
from workbench.ui.settings.dialog import SettingsDialog
from workbench.ui.shell.actions import Actions, ActionSpec
from workbench.ui.theme import style
from workbench.ui.theme.tokens import LIGHT


class OpenDialog(Protocol):
    def __call__(self, page: str = "general", provider: str = "") -> SettingsDialog: ...


@pytest.fixture
def open_dialog(services: Services, qapp: QApplication, show: Show, run: Run) -> Iterator[OpenDialog]:
    """``open_dialog(page, provider)``: the dialog over a window of 1,200 × 800 pixels."""
    style.apply(qapp, LIGHT)
    window = show(QWidget(), 1200, 800)
    actions = Actions(window)
    actions.add(
        ActionSpec("chat.new", "New chat", lambda: None, ("Ctrl+N",), "Chats"),
        ActionSpec("settings", "Settings", lambda: None, ("Ctrl+,",), "Program"),
    )

    def open_one(page: str = "general", provider: str = "") -> SettingsDialog:
        async def make() -> SettingsDialog:
            dialog = SettingsDialog(services, actions, window, page=page, provider=provider)
            dialog.open()
            dialog.activateWindow()
            return dialog

        return run(make())

    yield open_one

    async def close() -> None:
        for dialog in window.findChildren(SettingsDialog):  # those that are not closed and gone already
            dialog.close()

    run(close())
