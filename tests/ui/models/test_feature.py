"""The models feature on real services, without the window: its button and its picker."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QVBoxLayout

from tests.conftest import Run, Show
from tests.support.finding import find
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.request.models import ModelRef
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.ui.chat.conversation import Conversation
from workbench.ui.models.feature import ModelsFeature
from workbench.ui.models.model_button import ModelButton
from workbench.ui.widgets import Button, ElidedLabel


@pytest.fixture
def models(services: Services, shell: RecordingShell, conversation: Conversation) -> ModelsFeature:
    place = shell.dialog_parent
    button = ModelButton()
    QVBoxLayout(place).addWidget(button)
    return ModelsFeature(services, conversation, button, shell, place)


def test_a_model_is_found_by_a_few_letters_and_answers_from_then_on(
    models: ModelsFeature, services: Services, shell: RecordingShell, conversation: Conversation, run: Run
) -> None:
    chosen: list[ModelRef] = []
    models.chosen.connect(chosen.append)
    models.controller.load()
    run(until(lambda: models.view.accessibleDescription() == "builtin/guide"))
    models.view.click()
    field = find(shell.dialog_parent, "Filter models", QLineEdit)
    run(until(lambda: find(shell.dialog_parent, "Models", QListView).model().rowCount(), what="the models"))
    QTest.keyClicks(field, "ngr")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen == [ModelRef("builtin", "ngram")] and conversation.chat.model == "builtin/ngram"
    assert models.view.accessibleDescription() == "builtin/ngram"
    assert services.settings.value.recent == ["builtin/ngram"]
    assert services.settings.value.default_model == "builtin/ngram"
    assert {str(info.ref) for info in models.known()} == {"builtin/guide", "builtin/ngram"}


def test_a_provider_that_was_added_is_offered_and_a_known_model_of_it_chosen(
    models: ModelsFeature, services: Services, shell: RecordingShell, conversation: Conversation, run: Run
) -> None:
    config = ProviderConfig("lab", "Our lab", base_url="http://127.0.0.1:9/v1", needs_key=False, models=("tiny",))
    services.settings.change(providers={"lab": config})
    models.use_added("lab/tiny")
    assert conversation.chat.model == "lab/tiny"
    assert [notice.text for notice in shell.notices] == ["lab/tiny answers now."]
    models.use_added("")
    find(shell.dialog_parent, "Filter models", QLineEdit)
    run(until(lambda: {"lab/tiny", "builtin/guide"} <= {str(info.ref) for info in models.known()}))
    next(button for button in shell.dialog_parent.findChildren(Button) if button.text() == "Add provider…").click()
    assert shell.settings_opened == [("providers", "")]


def test_a_model_that_nobody_has_is_told_with_similar_names(models: ModelsFeature) -> None:
    problem_of = models.controller.problem_of
    assert problem_of("builtin/guide") == "" == problem_of("ngram")
    assert problem_of("nonsense").startswith("There is no model or alias “nonsense”. Write provider/model")
    assert "Did you mean" in problem_of("bultin/guide")


def test_the_button_follows_the_chat_and_says_when_a_model_is_unknown(
    models: ModelsFeature, conversation: Conversation
) -> None:
    conversation.change(model="nowhere/none")
    assert models.view.accessibleDescription() == "nowhere/none"
    assert models.info("nowhere/none") is None
    conversation.change(model="builtin/ngram")
    assert models.view.accessibleDescription() == "builtin/ngram"


def test_the_button_has_room_for_the_whole_name(show: Show) -> None:
    button = ModelButton()
    button.show_model("new/gpt-5", "New", None)
    button.resize(button.sizeHint())
    show(button)
    names = [QLabel.text(label) for label in button.findChildren(ElidedLabel) if label.isVisible()]
    assert names == ["gpt-5"], "nothing of it is left out"
