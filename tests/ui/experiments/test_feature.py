"""The experiments feature on real services, without the window: a plan is run, and an answer opened as a chat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.experiments.plan import Plan
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.experiments.feature import ExperimentsFeature
from workbench.ui.templates.templates_controller import TemplatesController


@pytest.fixture
def experiments(
    services: Services, conversation: Conversation, shell: RecordingShell
) -> Iterator[ExperimentsFeature]:
    parent = shell.dialog_parent
    feature = ExperimentsFeature(
        services, conversation, lambda: TemplatesController(services, parent), lambda: "Write about search.", shell,
        parent)
    feature.page().setParent(parent)
    yield feature
    feature.page().hide()


def test_a_plan_is_run_and_an_answer_becomes_a_chat(
    experiments: ExperimentsFeature, conversation: Conversation, shell: RecordingShell, run: Run
) -> None:
    experiments.open()
    assert shell.page is experiments.page()
    experiments.page().show_new(Plan(
        "Small", ("builtin/ngram",), "The request", samples=2, params={"max_tokens": 5, "seed": 1},
        axes={"temperature": (0, 1.0)}))
    experiments.page().form.run.click()
    controller = experiments.controller()
    run(until(lambda: len(controller.results) == 4, timeout=30, what="four answers"))
    experiments.page().detail.chat_requested.emit(controller.results[0])
    run(until(lambda: conversation.last("assistant"), what="the answer as a chat"))
    assert shell.page is None


def test_the_settings_of_a_new_chat_become_a_plan(
    experiments: ExperimentsFeature, conversation: Conversation, shell: RecordingShell
) -> None:
    conversation.change(model="builtin/ngram", params={"temperature": 0.3}, system="Be brief.")
    experiments.sweep_settings()
    plan = experiments.page().form.plan()
    assert shell.page is experiments.page()
    assert (plan.prompt, plan.system, plan.models) == ("Write about search.", "Be brief.", ("builtin/ngram",))
    assert 0.3 in plan.axes["temperature"]
