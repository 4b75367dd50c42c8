"""The dialog on real services, in a data folder of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from workbench.app import open_services
from workbench.core.services import Services
from workbench.ui.settings import SettingsDialog
from workbench.ui.shell.actions import Actions, ActionSpec
from workbench.ui.theme import style
from workbench.ui.theme.tokens import LIGHT


@pytest.fixture
def services(qapp, run, isolated: Path) -> Iterator[Services]:
    stack = AsyncExitStack()

    async def start() -> Services:
        asyncio.set_event_loop(asyncio.get_running_loop())  # for what a click starts while no coroutine runs
        return await stack.enter_async_context(open_services(isolated))

    yield run(start())
    run(stack.aclose())
    asyncio.set_event_loop(None)


@pytest.fixture
def open_dialog(services: Services, qapp, show, run):
    """``open_dialog(page, provider)``: the dialog over a window of 1,200 × 800 pixels."""
    style.apply(qapp, LIGHT)
    window = show(QWidget(), 1200, 800)
    actions = Actions(window)
    actions.add(
        ActionSpec("chat.new", "New chat", lambda: None, ("Ctrl+N",), "Chats"),
        ActionSpec("settings", "Settings", lambda: None, ("Ctrl+,",), "Program"),
    )
    opened: list[SettingsDialog] = []

    def open_one(page: str = "general", provider: str = "") -> SettingsDialog:
        async def make() -> SettingsDialog:
            dialog = SettingsDialog(services, actions, window, page=page, provider=provider)
            dialog.open()
            dialog.activateWindow()
            return dialog

        opened.append(run(make()))
        return opened[-1]

    yield open_one

    async def close() -> None:
        for dialog in window.findChildren(SettingsDialog):  # those that are not closed and gone already
            dialog.close()

    run(close())
