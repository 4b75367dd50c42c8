"""The continuation of a reply: by its beginning, or by a message that asks for the rest."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Server, chat, json_reply
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Text
from workbench.providers.endpoints.presets import preset
from workbench.providers.protocols.prefill import CONTINUE, accepts_prefill

PATH = "/v1/chat/completions"
BEGUN = (user("Tell me."), Message("assistant", (Text("Once upon"),)))


@pytest.mark.parametrize(("provider", "fields", "last"), [
    ("vllm", {"continue_final_message": True, "add_generation_prompt": False},
     {"role": "assistant", "content": "Once upon"}),
    ("moonshot", {}, {"role": "assistant", "content": "Once upon", "partial": True}),
    ("llamacpp", {}, {"role": "assistant", "content": "Once upon"}),
    ("openai", {}, {"role": "user", "content": CONTINUE}),
])
def test_going_on_with_a_reply(
    server: Server, run: Run, provider: str, fields: dict[str, Any], last: dict[str, Any]
) -> None:
    server.on("POST", PATH, chat("a time"))
    out = run(bench(server, provider, key=KEY).reply(f"{provider}/m", messages=BEGUN))
    body = server.requests[0].json
    assert body["messages"][-1] == last and {name: body[name] for name in fields} == fields
    told = [change.parameter for change in out.sent.adjustments]
    assert told == (["prefill"] if provider == "openai" else [])


def test_a_beginning_that_the_answer_repeats_is_not_shown_twice(server: Server, run: Run) -> None:
    """llama.cpp's server, when it does not stream, answers with the beginning and what it added to it."""
    server.on("POST", PATH, json_reply(
        {"choices": [{"message": {"content": "Once upon a time."}, "finish_reason": "stop"}]}))
    out = run(bench(server, "llamacpp", key=KEY).reply("llamacpp/m", messages=BEGUN, params={"stream": False}))
    assert out.text == " a time."


def test_which_claudes_can_be_given_a_beginning() -> None:
    quirks = preset("anthropic").quirks
    yes = ("claude-3-7-sonnet-20250219", "claude-opus-4-20250514", "claude-sonnet-4-5",
           "claude-haiku-4-5-20251001", "claude-opus-4-1-20250805")
    no = ("claude-opus-4-6", "claude-opus-4-7", "claude-sonnet-5", "claude-fable-5")
    assert all(accepts_prefill(quirks, model) for model in yes)
    assert not any(accepts_prefill(quirks, model) for model in no)
