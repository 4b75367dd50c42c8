"""The first page: what is found on this machine becomes a provider at a click."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QPushButton

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from workbench.core.settings import ProviderConfig
from workbench.ui.window import MainWindow

KEY = "sk-Zk3vQ9xT1bLm7RwY2pHc8Nd4"


def press(window: MainWindow, name: str) -> None:
    buttons = window.welcome.view.findChildren(QPushButton)
    next(button for button in buttons if button.accessibleName() == name).click()


def test_a_key_in_the_environment_moves_into_the_keyring(
    open_window: OpenWindow, run: Run, monkeypatch: pytest.MonkeyPatch,
    secret_service: Callable[[], list[tuple[str, str]]],
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    window = open_window()
    press(window, "GROQ_API_KEY is set: Import")
    run(until(lambda: "groq" in window.services.settings.value.providers))
    assert [secret for _, secret in secret_service()] == [KEY]
    assert KEY not in repr(window.services.settings.value)


def test_without_a_keyring_it_says_so_and_changes_nothing(
    open_window: OpenWindow, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    window = open_window()
    said: list[str] = []
    window.welcome.controller.failed.connect(said.append)
    press(window, "GROQ_API_KEY is set: Import")
    run(until(lambda: said))
    assert said[0].startswith("GROQ_API_KEY was not imported") and KEY not in said[0]
    assert window.services.settings.value.providers == {}


def test_a_server_that_is_found_answers_next(window: MainWindow, run: Run) -> None:
    config = ProviderConfig("ollama", name="Ollama", preset="ollama", base_url="http://127.0.0.1:1/v1",
                            models=("tiny",))
    window.welcome.controller.servers_found.emit([config])
    press(window, "Ollama is running here: Use it")
    assert window.chat.conversation.chat.model == "ollama/tiny"
    assert window.services.settings.value.default_model == "ollama/tiny"
    assert window.services.settings.value.providers["ollama"] == config


def test_after_the_first_chat_the_page_is_plain(window: MainWindow, run: Run) -> None:
    def shown() -> set[str]:
        return {button.accessibleName() for button in window.welcome.view.findChildren(QPushButton)
                if button.isVisibleTo(window.welcome.view)}

    assert "Add a provider: Choose…" in shown()
    window.welcome.suggested.emit("What can you do?")
    run(until(lambda: len(window.chat.conversation.keys) == 2 and not window.chat.replies.chats()))
    window.chat.new_chat()
    run(until(lambda: not window.chat.conversation.chat.id))
    run(until(lambda: window.sidebar.view.model.chats()))
    run(until(lambda: "Add a provider: Choose…" not in shown()))
