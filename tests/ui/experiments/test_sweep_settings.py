"""“Sweep these…” in the panel: from the settings of a chat to an experiment."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from tests.conftest import Run
from tests.support.finding import find
from tests.support.server import Server
from tests.support.waiting import until
from tests.ui.test_window import ask
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.ui.experiments.plan_form import PlanForm
from workbench.ui.window import MainWindow


def button(window: MainWindow) -> QPushButton:
    window.panel.show_tab("Parameters")
    return find(window.panel, "Sweep these", QPushButton)


def swept(window: MainWindow, run: Run) -> PlanForm:
    button(window).click()
    run(until(lambda: not window.services.tasks.running("sweep a turn")))
    assert window.experiments._is_shown()
    return window.experiments.page().form


def refused(form: PlanForm) -> str:
    with pytest.raises(BadInput) as refusal:
        form.plan()
    return str(refusal.value)


def test_the_last_question_is_asked_with_what_the_panel_has_now(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    ask(window, run, "First")
    window.chat.conversation.change(system="Be brief.", params={"temperature": 0.3, "top_p": 0.9, "n": 2})
    plan = swept(window, run).plan()
    assert plan.asked_models == ("test/m",) and plan.params == {"top_p": 0.9}
    assert plan.axes == {"temperature": (0, 0.3, 0.5, 1)}
    assert [message.text for message in plan.cases[0].messages] == ["First"] and plan.cases[0].system == "Be brief."


@pytest.mark.parametrize("said", [True, False], ids=["the last question", "the draft"])
def test_a_temperature_that_cannot_be_sent_is_no_value_of_the_axis(
    said: bool, window: MainWindow, scripted: Server, run: Run
) -> None:
    if said:
        ask(window, run, "First")
    else:
        window.composer.view.editor.setPlainText("Write to me")
    temperatures: list[Json] = ["warm", "0.7", None, [0.2], True, {}, float("nan"), 10**400, 3.5]
    for number, temperature in enumerate(temperatures, 1):
        window.chat.conversation.change(params={"temperature": temperature, "top_p": "x", "top_k": number})
        plan = swept(window, run).plan()
        assert plan.axes == {"temperature": (0, 0.5, 1)} and plan.params == {"top_k": number}, temperature


def test_an_empty_chat_gives_what_is_being_written(window: MainWindow, scripted: Server, run: Run) -> None:
    window.chat.conversation.change(system="Be brief.", params={"n": 2})
    window.composer.view.editor.setPlainText("Write to {{name}}")
    form = swept(window, run)
    assert (form.prompt.toPlainText(), form.system.toPlainText()) == ("Write to {{name}}", "Be brief.")
    assert "no value for name" in refused(form)
    form.prompt.setPlainText("Write to me")
    plan = form.plan()
    assert plan.axes == {"temperature": (0, 0.5, 1)} and (plan.models, plan.params) == (("test/m",), {})


def test_an_empty_chat_without_a_draft_asks_for_a_prompt(window: MainWindow, run: Run) -> None:
    form = swept(window, run)
    assert form.prompt.toPlainText() == "" and "no prompt" in refused(form)


def test_a_temporary_chat_says_why_it_cannot(window: MainWindow, run: Run) -> None:
    assert button(window).isEnabled()
    window.chat.new_temporary_chat()
    run(until(lambda: window.chat.conversation.chat.temporary))
    assert not button(window).isEnabled() and "temporary" in button(window).accessibleDescription()
    window.chat.temporary.keep()
    run(until(lambda: button(window).isEnabled()))
