"""The welcome feature on real services, without the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from tests.conftest import Run
from tests.support.finding import find
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.ui.chat.conversation import Conversation
from workbench.ui.welcome.feature import WelcomeFeature
from workbench.ui.widgets import Chip

KEY = "sk-Zk3vQ9xT1bLm7RwY2pHc8Nd4"


@pytest.fixture
def make_welcome(
    services: Services, conversation: Conversation, shell: RecordingShell
) -> Callable[[], WelcomeFeature]:
    def make() -> WelcomeFeature:
        welcome = WelcomeFeature(services, conversation, shell, shell.dialog_parent)
        QVBoxLayout(shell.dialog_parent).addWidget(welcome.view)
        welcome.view.show()
        return welcome

    return make


def cards(welcome: WelcomeFeature) -> set[str]:
    return {button.accessibleName() for button in welcome.view.findChildren(QPushButton)
            if button.isVisibleTo(welcome.view) and not isinstance(button, Chip)}


def test_what_to_try_is_shown_for_the_guide_alone(
    make_welcome: Callable[[], WelcomeFeature], conversation: Conversation
) -> None:
    welcome = make_welcome()
    chip = next(each for each in welcome.view.findChildren(Chip) if each.text() == "What can you do?")
    for model, shown in (("builtin/ngram", False), ("builtin/guide", True), ("test/m", False)):
        conversation.change(model=model)
        assert chip.isVisible() == shown


def test_a_server_that_is_found_becomes_a_provider_and_is_offered_no_more(
    make_welcome: Callable[[], WelcomeFeature], services: Services, run: Run
) -> None:
    welcome = make_welcome()
    added: list[str] = []
    welcome.provider_added.connect(added.append)
    one = ProviderConfig("ollama", "Ollama", preset="ollama", base_url="http://127.0.0.1:1/v1", models=("tiny",))
    two = ProviderConfig("lmstudio", "LM Studio", base_url="http://127.0.0.1:2/v1")
    welcome.controller.servers_found.emit([one, two])
    find(welcome.view, "LM Studio is running here: Use it", QPushButton).click()
    find(welcome.view, "Ollama is running here: Use it", QPushButton).click()
    assert added == ["", "ollama/tiny"]
    assert services.settings.value.providers == {"lmstudio": two, "ollama": one}
    run(until(lambda: not services.tasks.running("look for servers")))
    assert cards(welcome) == {"Add a provider: Choose…", "Bring your chats: Import…"}


def test_a_key_of_the_environment_that_cannot_be_stored_is_told(
    make_welcome: Callable[[], WelcomeFeature], services: Services, shell: RecordingShell, run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    welcome = make_welcome()
    welcome.look()
    find(welcome.view, "GROQ_API_KEY is set: Import", QPushButton).click()
    run(until(lambda: shell.notices, what="the notice"))
    assert shell.notices[0].text.startswith("GROQ_API_KEY was not imported") and KEY not in shell.notices[0].text
    assert services.settings.value.providers == {}


def test_wishes_leave_the_page_and_its_cards_can_be_hidden(
    make_welcome: Callable[[], WelcomeFeature], shell: RecordingShell
) -> None:
    welcome = make_welcome()
    wished: list[str] = []
    welcome.suggested.connect(wished.append)
    welcome.import_requested.connect(lambda: wished.append("import"))
    find(welcome.view, "Add a provider: Choose…", QPushButton).click()
    assert shell.settings_opened == [("providers", "")]
    find(welcome.view, "Bring your chats: Import…", QPushButton).click()
    welcome.view.findChildren(Chip)[0].activated.emit()
    assert wished == ["import", "What can you do?"]
    welcome.set_slim(True)
    assert cards(welcome) == set()
