"""Targets: what is sent, and its preview."""

from __future__ import annotations

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Server, chat
from workbench.core.request.models import ModelRef

PATH = "/v1/chat/completions"


def test_the_preview_is_what_is_sent(server: Server, run: Run) -> None:
    from workbench.core.chat.messages import user
    from workbench.core.request.requests import Request

    server.on("POST", PATH, chat("Hello"))
    made = bench(server, "openai", key=KEY)
    request = Request(ModelRef("openai", "gpt-4.1"), (user("Hi"),), {"temperature": 0.5, "max_tokens": 5})
    preview = run(made.providers.preview(request))
    sent = run(made.reply("openai/gpt-4.1", params=request.params)).sent
    assert (preview.method, preview.url, preview.body, preview.adjustments) == (
        sent.method, sent.url, sent.body, sent.adjustments)
    assert preview.headers == sent.headers and KEY not in repr(preview)
    assert len(server.requests) == 1
