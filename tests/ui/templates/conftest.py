"""Templates without the window: a real composer, a real conversation, files in this test's data folder."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.composer.composer import Composer
from workbench.ui.templates.feature import TemplatesFeature

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def composer(shell: RecordingShell) -> Composer:
    made = Composer()
    QVBoxLayout(shell.dialog_parent).addWidget(made)
    return made


@pytest.fixture
def templates(
    services: Services, conversation: Conversation, composer: Composer, shell: RecordingShell
) -> TemplatesFeature:
    return TemplatesFeature(services, conversation, composer, shell, shell.dialog_parent)


def shown(parent: QWidget, kind: type[W]) -> W:
    """The one that is visible."""
    return next(child for child in parent.findChildren(kind) if child.isVisible())
