"""The parameters feature without the window: its tabs in a panel, on a real store and real providers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QPlainTextEdit, QPushButton

from tests.conftest import Run
from tests.support.finding import find, nameless
from tests.support.qt import destroy
from tests.support.server import Server, chat, json_reply
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.messages import user
from workbench.core.request.models import ModelRef
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.request.requests import Request
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.parameters.feature import ParametersFeature
from workbench.ui.parameters.presets import PresetBar
from workbench.ui.shell.panel import Panel
from workbench.ui.widgets import ComboBox, NumberField, ValueSlider


class Room:
    """The feature in a panel, with what it stands on."""

    def __init__(
        self, services: Services, conversation: Conversation, replies: RunningReplies, shell: RecordingShell
    ) -> None:
        self.services, self.conversation, self.replies, self.shell = services, conversation, replies, shell
        self.feature = ParametersFeature(services, conversation, replies, shell, shell.dialog_parent)
        self.panel = Panel(self.feature.tabs(), shell.dialog_parent)
        self.panel.resize(316, 700)

    async def open_new(self) -> None:
        await self.conversation.open_new()


@pytest.fixture
def room(
    services: Services, conversation: Conversation, replies: RunningReplies, shell: RecordingShell, run: Run
) -> Iterator[Room]:
    made = Room(services, conversation, replies, shell)
    run(made.open_new())
    yield made
    made.feature.stop()


def shown(room: Room) -> Panel:
    room.panel.show()
    QApplication.processEvents()
    return room.panel


def test_tabs_that_are_made_later_show_what_is_there_by_then(room: Room) -> None:
    room.conversation.change(params={"temperature": 0.2}, system="Be brief.")
    room.feature.controller.save_preset("Precise", {"temperature": 0.2})
    panel = shown(room)
    assert find(panel, "Send temperature", QCheckBox).isChecked()
    assert find(panel, "Preset", ComboBox).currentText() == "Precise"
    panel.show_tab("Prompt")
    assert find(panel, "System prompt", QPlainTextEdit).toPlainText() == "Be brief."
    assert nameless(panel) == []


def test_what_is_written_goes_to_the_chat_and_does_not_come_back(room: Room) -> None:
    panel = shown(room)
    panel.show_tab("Prompt")
    told: list[object] = []
    room.feature.controller.values_changed.connect(told.append)
    room.feature.controller.system_changed.connect(told.append)
    editor = find(panel, "System prompt", QPlainTextEdit)
    editor.setPlainText("Be very brief.")
    find(panel, "Clear system prompt", QPushButton).click()
    editor.undo()
    assert room.conversation.chat.system == "Be very brief."
    panel.show_tab("Parameters")
    find(panel, "temperature", ValueSlider).picked.emit(0.35)
    assert room.conversation.chat.params == {"temperature": 0.35} and told == []
    room.conversation.change(params={"temperature": 1.5}, system="Be loud.")  # said by somebody else
    assert told == [{"temperature": 1.5}, "Be loud."]
    assert find(panel, "temperature value", NumberField).number() == 1.5 and editor.toPlainText() == "Be loud."


def test_a_preview_is_made_while_it_is_in_sight(room: Room, server: Server, run: Run) -> None:
    use(room, server)
    panel = shown(room)
    find(panel, "Preview of the request", QPushButton).click()
    preview = find(panel, "Request preview", QPlainTextEdit)
    run(until(lambda: preview.isVisible()))
    find(panel, "Send temperature", QCheckBox).click()
    run(until(lambda: json.loads(preview.toPlainText()).get("temperature") == 1.0))
    assert server.requests == []
    run(added(room, "Not yet sent"))
    run(until(lambda: "Not yet sent" in preview.toPlainText()))
    find(panel, "Copy as cURL", QPushButton).click()
    assert room.shell.notices[-1].text == "Copied: cURL command."


def test_what_a_reply_teaches_is_shown_and_can_be_forgotten(room: Room, server: Server, run: Run) -> None:
    use(room, server)
    refusal = {"message": "Unsupported parameter: 'temperature'", "param": "temperature"}
    server.on("POST", "/v1/chat/completions", json_reply({"error": refusal}, 400), chat("Fine."))
    room.conversation.change(params={"temperature": 0.3})
    panel = shown(room)
    run(answered(room, "Hi"))
    node = run(room.services.store.nodes([room.conversation.last("assistant")]))[0]
    forget = find(panel, "Try temperature anyway", QPushButton)
    assert forget.isVisible() and not find(panel, "temperature", ValueSlider).isEnabled()
    forget.click()
    run(until(lambda: not forget.isVisible()))
    room.feature.message_actions()[0].run(node)
    assert room.shell.panel_tabs == ["Request"]
    panel.show_tab("Request")
    assert json.loads(find(panel, "Request body", QPlainTextEdit).toPlainText()) == node.record.body


def test_what_is_learned_elsewhere_is_shown_at_once(room: Room, server: Server, run: Run) -> None:
    use(room, server)
    panel = shown(room)
    temperature = find(panel, "temperature", ValueSlider)
    assert temperature.isEnabled()
    refusal = {"message": "Unsupported parameter: 'temperature'", "param": "temperature"}
    server.on("POST", "/v1/chat/completions", json_reply({"error": refusal}, 400), chat("Fine."))
    run(streamed(room, Request(ModelRef.parse("test/m"), (user("Hi"),), {"temperature": 0.3})))
    assert not temperature.isEnabled()
    room.services.settings.change(providers={})  # nothing is known of a model that nobody serves
    run(until(temperature.isEnabled))


def test_a_temporary_chat_says_why_no_experiment_can_be_made_of_it(room: Room, run: Run) -> None:
    panel = shown(room)
    sweep = find(panel, "Sweep these", QPushButton)
    asked: list[bool] = []
    room.feature.sweep_requested.connect(lambda: asked.append(True))
    sweep.click()
    assert asked == [True]
    run(_temporary(room.conversation))
    assert not sweep.isEnabled() and "temporary" in sweep.accessibleDescription()
    room.conversation.change(temporary=False)
    assert sweep.isEnabled()


def test_a_bar_elsewhere_has_the_same_presets_while_it_is_there(room: Room) -> None:
    bar = PresetBar()
    room.feature.connect_presets(bar)
    bar.set_values({"seed": 1})
    bar.save_requested.emit("Fixed", {"seed": 1})
    assert bar.chosen() == "Fixed" and room.services.settings.value.presets == {"Fixed": {"seed": 1}}
    bar.failed.emit("x.json holds no presets.")
    assert room.shell.banners == {"panel": "x.json holds no presets."}
    bar.rename_requested.emit("Fixed", "Firm")
    assert bar.chosen() == "Firm" and room.services.settings.value.presets == {"Firm": {"seed": 1}}
    bar.delete_requested.emit("Firm")
    assert bar.chosen() == "" and room.services.settings.value.presets == {}
    notice = room.shell.notices[-1]
    assert notice.undoes and notice.run is not None
    notice.run()
    assert bar.chosen() == "Firm"
    bar.delete_requested.emit("Firm")
    destroy(bar)
    room.feature.controller.save_preset("Later", {"seed": 2})
    assert room.services.settings.value.presets == {"Later": {"seed": 2}}


async def _temporary(conversation: Conversation) -> None:
    await conversation.open_temporary()


def use(room: Room, server: Server) -> None:
    config = ProviderConfig("test", name="Test server", base_url=f"{server.url}/v1", needs_key=False)
    room.services.settings.change(providers={"test": config})
    room.conversation.change(model="test/m")


async def added(room: Room, text: str) -> None:
    """A message that is added to the open branch by somebody else."""
    made = await room.conversation.ensure_kept()
    await room.services.store.add_message(made.id, made.tip, user(text))
    await room.conversation.reload()


async def streamed(room: Room, request: Request) -> None:
    """A request of nobody's chat, as an experiment sends it."""
    async for _ in room.services.providers.stream(request):
        pass


async def answered(room: Room, text: str) -> None:
    conversation = room.conversation
    made = await conversation.ensure_kept()
    asked = await room.services.store.add_message(made.id, made.tip, user(text))
    await conversation.append(asked)
    room.replies.start(ReplyRequest(conversation.chat, asked.id, ModelRef.parse("test/m"), conversation.chat.params))
    await until(lambda: not room.replies.chats() and len(conversation.keys) == 2)
