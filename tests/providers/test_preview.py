"""The preview is what the server receives, for every parameter that the panel has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.server import Server, chat
from workbench.app import open_services
from workbench.core.chat.messages import messages_of
from workbench.core.json_types import Json
from workbench.core.reply.events import Sent
from workbench.core.request.models import ModelRef
from workbench.core.request.parameters import PARAMETERS
from workbench.core.request.requests import Request
from workbench.core.settings import ProviderConfig


def received(run: Run, server: Server, data: Path, params: dict[str, Json]) -> None:
    server.on("POST", "/v1/chat/completions", chat("Yes."))
    config = ProviderConfig("local", base_url=f"{server.url}/v1", protocol="openai-chat", needs_key=False)

    async def work() -> None:
        async with open_services(data) as services:
            services.settings.change(providers={"local": config})
            request = Request(ModelRef("local", "m"), messages_of("Be brief.", "Hi"), params)
            preview = await services.providers.preview(request)
            sent = [event async for event in services.providers.stream(request) if isinstance(event, Sent)]
            assert preview.body == sent[0].body == server.requests[-1].json
            assert preview.url == sent[0].url and preview.adjustments == sent[0].adjustments
            assert preview.headers == sent[0].headers

    run(work())


@pytest.mark.parametrize("name", [parameter.name for parameter in PARAMETERS])
def test_each_parameter(run: Run, server: Server, isolated: Path, name: str) -> None:
    parameter = next(one for one in PARAMETERS if one.name == name)
    value = parameter.initial if parameter.initial not in (None, []) else ["END"]
    received(run, server, isolated, {name: value})
    assert name in server.requests[-1].json or name in ("max_tokens", "stream")  # renamed; absent means whole


def test_all_at_once(run: Run, server: Server, isolated: Path) -> None:
    params = {one.name: one.initial for one in PARAMETERS if one.initial not in (None, []) and one.name != "stream"}
    received(run, server, isolated, params)
