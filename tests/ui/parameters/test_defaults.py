"""Parameters with which the chats of a model begin."""

from __future__ import annotations

from tests.conftest import Run
from tests.support.finding import find
from tests.support.waiting import until
from workbench.core.request.models import ModelRef
from workbench.ui.parameters.parameters_tab import ParametersTab
from workbench.ui.window import MainWindow

NGRAM = ModelRef.parse("builtin/ngram")


def tab(window: MainWindow) -> ParametersTab:
    window.panel.show_tab("Parameters")
    return find(window.panel, "Parameters", ParametersTab)


def choose(window: MainWindow, label: str) -> None:
    next(action for action in tab(window).presets.menu().actions() if action.text() == label).trigger()


def _labels(window: MainWindow) -> dict[str, bool]:
    menu = tab(window).presets.menu()
    return {action.text(): action.isEnabled() for action in menu.actions() if "default" in action.text()}


def test_new_chats_begin_with_what_was_saved_for_their_model(open_window, run: Run) -> None:
    window: MainWindow = open_window()
    window.models.choose(NGRAM)
    assert window.chat.conversation.chat.params == {} and not any(_labels(window).values())
    tab(window).presets.applied.emit({"temperature": 0.3})
    assert _labels(window)["Save as default for this model"]
    choose(window, "Save as default for this model")
    assert window.services.settings.value.model_params == {"builtin/ngram": {"temperature": 0.3}}
    assert _labels(window) == {
        "Save as default for this model": False, "Use the default of this model": False,
        "Forget the default of this model": True}
    window.models.choose(ModelRef.parse("builtin/guide"))  # a chat without messages takes over the other's
    assert window.chat.conversation.chat.params == {}
    window.models.choose(NGRAM)
    assert window.chat.conversation.chat.params == {"temperature": 0.3}
    tab(window).presets.applied.emit({})  # what the user switched off stays off, also after a restart
    window = open_window()
    assert window.chat.conversation.chat.model == "builtin/ngram" and window.chat.conversation.chat.params == {}
    assert _labels(window)["Use the default of this model"]
    window.composer.view.set_text("Hello")
    window.composer.view.send.click()
    run(until(lambda: window.chat.conversation.last("assistant") and not window.chat.replies.running(
        window.chat.conversation.chat.id)))
    window.services.settings.change(default_model="builtin/ngram")
    run(window.chat.conversation.open_new())
    assert window.chat.conversation.chat.params == {"temperature": 0.3}
    choose(window, "Forget the default of this model")
    assert window.services.settings.value.model_params == {}
