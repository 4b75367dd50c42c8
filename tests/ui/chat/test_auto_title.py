from __future__ import annotations

from tests.conftest import Run
from tests.support.server import Server, chat
from tests.support.waiting import until
from workbench.ui.composer.draft import Draft
from workbench.ui.window import MainWindow


def test_a_model_may_name_the_chat_after_the_first_reply(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    window.services.settings.change(title_model="test/namer")
    scripted.on("POST", "/v1/chat/completions", chat("An answer."), chat("“Watering tomatoes.”"))
    window.composer.outbox.send(Draft("How often do tomatoes need water?"))
    run(until(lambda: window.chat.conversation.chat.title == "Watering tomatoes"))
    assert scripted.requests[1].json["model"] == "namer"
    assert window.chat.header.title._label.text() == "Watering tomatoes"


def test_a_title_of_the_user_is_never_touched(window: MainWindow, scripted: Server, run: Run) -> None:
    window.services.settings.change(title_model="test/namer")
    window.chat.conversation.change(title="Mine")
    window.composer.outbox.send(Draft("How often do tomatoes need water?"))
    run(until(lambda: len(window.chat.conversation.keys) == 2 and not window.chat.replies.chats()))
    assert window.chat.conversation.chat.title == "Mine" and len(scripted.requests) == 1
