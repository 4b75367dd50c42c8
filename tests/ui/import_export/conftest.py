"""Import and export without the window: real chats and files, and the sidebar as three callables."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.chats import Chat
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.import_export.feature import ImportExportFeature
from workbench.ui.shell.progress import Progress

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def button(shell: RecordingShell) -> QPushButton:
    return QPushButton("Export", shell.dialog_parent)


@pytest.fixture
def progress(shell: RecordingShell) -> Progress:
    made = Progress()
    QVBoxLayout(shell.dialog_parent).addWidget(made)
    return made


@pytest.fixture
def listed() -> list[Chat]:
    """The chats of the sidebar, which are all selected."""
    return []


@pytest.fixture
def feature(
    services: Services, conversation: Conversation, button: QPushButton, progress: Progress, shell: RecordingShell,
    listed: list[Chat],
) -> ImportExportFeature:
    return ImportExportFeature(
        services, conversation, button, progress, shell, shell.dialog_parent, selected_chats=lambda: listed,
        listed_chats=lambda: listed, folder_name=lambda _: "Work")


def shown(parent: QWidget, run: Run, kind: type[W]) -> W:
    """The one that is visible, as soon as there is one."""
    def visible() -> list[W]:
        return [each for each in parent.findChildren(kind) if each.isVisible()]

    run(until(visible))
    return visible()[0]


def answer(parent: QWidget, run: Run, path: Path) -> QFileDialog:
    """Answers the question where to."""
    dialog = shown(parent, run, QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()
    return dialog
