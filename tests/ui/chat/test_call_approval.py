"""A server that asks whether it may call a tool elsewhere, in the real window."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.support.server import Server, sse
from tests.support.waiting import until
from workbench.core.chat.parts import ToolCall, ToolResult
from workbench.core.settings import ProviderConfig
from workbench.ui.chat.message_actions import MessageState
from workbench.ui.window import MainWindow

ASKED = {"type": "mcp_approval_request", "id": "q1", "server_label": "docs", "name": "find", "arguments": "{}"}
SAID = {"type": "message", "id": "m1", "role": "assistant", "content": [{"type": "output_text", "text": "Found it."}]}


def answer(*items: dict[str, object]) -> list[dict[str, object]]:
    return [{"type": "response.completed", "response": {"id": "r", "status": "completed", "output": list(items)}}]


@pytest.mark.parametrize(("action", "text", "approve"), [("allow-call", "Allow the call", True),
                                                         ("deny-call", "Deny the call", False)])
def test_a_call_is_allowed_or_denied(
    window: MainWindow, server: Server, run: Run, action: str, text: str, approve: bool
) -> None:
    server.on("POST", "/v1/responses", sse(*answer(ASKED), done=False), sse(*answer(SAID), done=False))
    window.services.settings.change(providers={"p": ProviderConfig(
        "p", base_url=f"{server.url}/v1", protocol="openai-responses", needs_key=False)})
    window.chat.conversation.change(model="p/m")
    window.composer.view.editor.setPlainText("Look it up")
    window.composer.view.send.click()
    store, conversation = window.services.store, window.chat.conversation
    run(until(lambda: conversation.last("assistant") and not window.chat.replies.running(conversation.chat.id)))
    key = conversation.last("assistant")
    (node,) = run(store.nodes([key]))
    assert [part.name for part in node.message.parts if isinstance(part, ToolCall)] == ["docs.find"]
    offered = window.chat.message_actions.offered(MessageState(node))
    assert text in [each.label for each in offered if each.in_row]
    window.chat.message_actions.run(key, action)
    run(until(lambda: len(server.requests) == 2 and not window.chat.replies.running(conversation.chat.id)))
    sent = server.requests[1].json["input"]
    given = {"approve": True} if approve else {"approve": False, "reason": "no"}
    assert sent[1:] == [ASKED, {"type": "mcp_approval_response", "approval_request_id": "q1", **given}]
    path = run(store.path(conversation.chat.id))
    assert [header.role for header in path] == ["user", "assistant", "tool", "assistant"]
    (result, reply) = run(store.nodes([path[2].id, path[3].id]))
    assert isinstance(result.message.parts[0], ToolResult) and reply.message.text == "Found it."
