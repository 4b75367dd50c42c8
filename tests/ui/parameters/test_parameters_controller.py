"""The right panel and the open chat: what is set there is what is sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Run
from tests.support.server import Server, chat, json_reply
from tests.support.waiting import until
from tests.ui.conftest import OpenWindow
from workbench.core.json_types import Json
from workbench.core.request.requests import Preview
from workbench.ui.composer.draft import Draft
from workbench.ui.window import MainWindow


def send(window: MainWindow, run: Run, text: str, messages: int) -> None:
    window.composer.outbox.send(Draft(text))
    run(until(lambda: len(window.chat.conversation.keys) == messages and not window.chat.replies.chats()))


def test_only_what_is_set_is_sent_and_the_preview_says_so_before(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    shown: list[Preview | None] = []
    window.parameters.controller.previewed.connect(lambda preview, why: shown.append(preview))
    window.parameters.controller.set_values({"temperature": 0.3})
    window.parameters.controller.set_system("Be brief.")
    window.parameters.controller.want_previews(True)
    window.chat.conversation.change(draft="Hi")
    run(until(lambda: shown and shown[-1] and len(shown[-1].body["messages"]) == 2))
    window.chat.conversation.change(draft="")
    expected = dict(shown[-1].body)
    send(window, run, "Hi", 2)
    body = scripted.requests[0].json
    assert body == expected
    assert body["temperature"] == 0.3 and "top_p" not in body
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}


def test_settings_belong_to_their_chat(open_window: OpenWindow, run: Run) -> None:
    window = open_window()
    window.parameters.controller.set_values({"max_tokens": 5})
    send(window, run, "What can you do?", 2)
    first = window.chat.conversation.chat.id
    window.chat.new_chat()
    run(until(lambda: not window.chat.conversation.chat.id))
    assert window.chat.conversation.chat.params == {}
    window = open_window(chat_id=first)
    assert window.chat.conversation.chat.params == {"max_tokens": 5}


def test_a_refused_parameter_is_dropped_shown_and_can_be_forgotten(
    window: MainWindow, scripted: Server, run: Run
) -> None:
    refusal = {"error": {"message": "Unsupported parameter: 'temperature' is not supported.",
                         "param": "temperature", "code": "unsupported_parameter"}}
    scripted.on("POST", "/v1/chat/completions", json_reply(refusal, 400), chat("Fine."))
    limits: list[dict[str, object]] = []
    window.parameters.controller.limits_changed.connect(limits.append)
    window.parameters.controller.set_values({"temperature": 0.3})
    send(window, run, "Hi", 2)
    assert "temperature" not in scripted.requests[1].json
    entry = window.chat.transcript.document.messages[-1].entry
    assert entry is not None and any(fact.startswith("temperature was not sent") for fact in entry.metrics)
    run(until(lambda: limits and "temperature" in limits[-1]))
    window.parameters.controller.forget("temperature")
    run(until(lambda: "temperature" not in limits[-1]))


def test_presets_are_kept(open_window: OpenWindow, run: Run) -> None:
    window = open_window()
    window.parameters.controller.save_preset("Precise", {"temperature": 0.1})
    window = open_window()
    assert window.services.settings.value.presets == {"Precise": {"temperature": 0.1}}
    window.parameters.controller.delete_preset("Precise")
    assert window.services.settings.value.presets == {}


def test_secrets_of_tools_are_kept_in_the_keyring(
    secret_service: Callable[[], list[tuple[str, str]]], open_window: OpenWindow, scripted: Server, run: Run,
    isolated: Path
) -> None:
    """What is typed stands in the tab, what is stored has the mark, what is sent has the secret: with the next start
    too."""
    tool: dict[str, Json] = {"type": "mcp", "server_label": "docs", "server_url": "https://mcp.example",
                             "authorization": "canary-77"}
    window = open_window()
    controller = window.parameters.controller
    again: list[object] = []
    controller.values_changed.connect(again.append)
    controller.set_values({"tools": [tool]})
    controller.save_preset("With docs", controller.values)
    controller.save_default(controller.values)
    run(until(lambda: "canary-77" in str(secret_service())))
    send(window, run, "Hi", 2)
    assert again == [] and scripted.requests[0].json["tools"] == [tool]
    chat_id = window.chat.conversation.chat.id
    window = open_window(chat_id=chat_id)
    send(window, run, "And?", 4)
    assert scripted.requests[1].json["tools"] == [tool]
    for path in isolated.rglob("*"):
        assert not path.is_file() or b"canary-77" not in path.read_bytes(), path
