"""A reply that was bound to a schema says whether it keeps to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.server import Server, chat
from workbench.app import open_services
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import user
from workbench.core.errors import StoreError
from workbench.core.reply.events import Event
from workbench.core.reply.live_reply import LiveReply
from workbench.core.request.models import ModelRef
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.settings import ProviderConfig

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
FORMAT = {"type": "json_schema", "json_schema": {"name": "number", "schema": SCHEMA}}


class Nobody:
    def begun(self, reply: LiveReply) -> None: ...
    def event(self, reply: LiveReply, event: Event) -> None: ...
    def unsaved(self, reply: LiveReply, error: StoreError | None) -> None: ...
    def ended(self, reply: LiveReply) -> None: ...


@pytest.mark.parametrize(("answer", "found"), [
    ('{"n": 3}', "fits"), ('{"n": "three"}', "n: 'three' is not of type 'integer'"),
    ("Three.", "the answer is not JSON"),
])
def test_the_record_says_so(run: Run, server: Server, isolated: Path, answer: str, found: str) -> None:
    server.on("POST", "/v1/chat/completions", chat(answer))
    config = ProviderConfig("local", base_url=f"{server.url}/v1", protocol="openai-chat", needs_key=False)

    async def work() -> None:
        async with open_services(isolated) as services:
            services.settings.change(providers={"local": config})
            chat_ = await services.store.create_chat(Chat("", "t", "local/m"))
            asked = await services.store.add_message(chat_.id, None, user("How many?"))
            ask = ReplyRequest(chat_, asked.id, ModelRef("local", "m"), {"response_format": FORMAT})
            node = (await services.replies.reply(ask, Nobody()))[0]
            assert node.record is not None and node.record.info["schema_check"] == found

    run(work())
