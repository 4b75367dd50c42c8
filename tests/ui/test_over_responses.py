"""The window on a provider of the Responses API: what is greyed, sent, recorded, copied, compared and reproduced."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QCheckBox

from tests.conftest import Run
from tests.support.finding import find
from tests.support.server import Server, sse
from tests.support.waiting import until
from tests.ui.compare.test_compare import ask_all, compare
from tests.ui.parameters.test_parameters_controller import send
from workbench.core.request.requests import Preview
from workbench.core.request.snippets import as_curl, as_httpx, as_openai
from workbench.core.settings import ProviderConfig
from workbench.ui.window import MainWindow

PATH = "/v1/responses"


def answer(text: str) -> Any:
    said = {"type": "message", "id": "m1", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
    return sse({"type": "response.output_text.delta", "output_index": 0, "delta": text},
               {"type": "response.completed", "response": {"id": "r", "model": "m", "status": "completed",
                                                           "output": [said]}}, done=False)


@pytest.fixture
def asking(window: MainWindow, server: Server) -> MainWindow:
    window.services.settings.change(providers={"p": ProviderConfig(
        "p", base_url=f"{server.url}/v1", protocol="openai-responses", needs_key=False)})
    window.chat.conversation.change(model="p/m")
    return window


def test_what_the_api_lacks_is_greyed_with_the_reason(asking: MainWindow, run: Run) -> None:
    asking.show_panel("Parameters")
    run(until(lambda: "seed" in asking.parameters.controller.limits))
    for name in ("seed", "stop", "frequency_penalty"):
        switch = find(asking.panel, f"Send {name}", QCheckBox)
        assert not switch.isEnabled(), name
        assert "Responses API" in asking.parameters.controller.limits[name].reason
    for name in ("temperature", "max_tokens"):
        assert find(asking.panel, f"Send {name}", QCheckBox).isEnabled(), name


def test_preview_record_and_copies_are_of_that_api(asking: MainWindow, server: Server, run: Run) -> None:
    server.on("POST", PATH, answer("Hello"))
    shown: list[Preview | None] = []
    asking.parameters.controller.previewed.connect(lambda preview, why: shown.append(preview))
    asking.parameters.controller.set_values({"temperature": 0.3, "max_tokens": 50, "seed": 4})
    asking.parameters.controller.want_previews(True)
    asking.chat.conversation.change(draft="Hi")
    run(until(lambda: shown and shown[-1] and "input" in shown[-1].body and shown[-1].body["input"]))
    expected = shown[-1]
    assert expected is not None
    asking.chat.conversation.change(draft="")
    send(asking, run, "Hi", 2)
    record = asking.parameters.controller.record
    assert record is not None and record.url == expected.url == f"{server.url}{PATH}"
    assert server.requests[0].json == record.body == expected.body
    assert record.body["max_output_tokens"] == 50 and "seed" not in record.body
    assert {"seed", "max_tokens"} <= {change.parameter for change in record.adjustments}
    assert PATH in as_curl(expected) and PATH in as_httpx(expected)
    assert "client.responses.create(" in as_openai(expected)


def test_lanes_answer_side_by_side(asking: MainWindow, server: Server, run: Run) -> None:
    server.on("POST", PATH, answer("One"), answer("Two"))
    compare(asking, 0.1, 0.9)
    ask_all(asking, run)
    assert sorted(request.json["temperature"] for request in server.requests) == [0.1, 0.9]
    tips = [lane.tip for lane in asking.compare.controller.lanes if lane.tip]
    nodes = run(asking.services.store.nodes(tips))
    assert sorted(node.message.text for node in nodes) == ["One", "Two"]


def test_a_reply_is_reproduced(asking: MainWindow, server: Server, run: Run) -> None:
    server.on("POST", PATH, answer("Same words."), answer("Same words."))
    asking.chat.conversation.change(params={"temperature": 0.2})
    send(asking, run, "Hi", 2)
    said: list[str] = []
    asking.reply_variants.controller.reproduced.connect(lambda sentence, *_: said.append(sentence))
    asking.chat.message_actions.run(asking.chat.conversation.last("assistant"), "reproduce")
    run(until(lambda: said))
    assert server.requests[0].json == server.requests[1].json
    assert said[0].startswith("Reproduced: the text is the same")
