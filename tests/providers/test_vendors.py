"""Every provider by its preset, over HTTP: the exact request, the events, the reply, the list, the error."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, Bench, bench
from tests.providers.vendors import ASKED, VENDORS, Vendor
from tests.support.server import Reply, Server
from workbench.core.chat.messages import Message, system, user
from workbench.core.chat.parts import Reasoning, Text
from workbench.core.errors import Refused
from workbench.core.reply.usage import Usage
from workbench.providers.endpoints.presets import presets

every = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.preset)
CONVERSATION = (system("Be brief."), user("Hi"), Message("assistant", (Text("Yes?"),)), user("Greet me."))


def made(server: Server, vendor: Vendor, **settings: object) -> Bench:
    return bench(server, vendor.preset, "p", path=vendor.base, key=KEY, **{**vendor.config, **settings})


def stream(vendor: Vendor) -> Reply:
    return Reply(headers={"Content-Type": "text/event-stream"}, body=[vendor.file("sse")], framing="chunked")


def test_no_preset_is_without_a_test() -> None:
    assert {vendor.preset for vendor in VENDORS} == set(presets())


@every
def test_the_request_and_the_reply(server: Server, run: Run, vendor: Vendor) -> None:
    server.on("POST", vendor.base + vendor.chat, stream(vendor))
    out = run(made(server, vendor).reply(f"p/{vendor.model}", messages=CONVERSATION, params=ASKED))
    assert out.failure is None
    assert out.text == "Hello there"
    assert "".join(part.text for part in out.message.parts if isinstance(part, Reasoning)) == vendor.reasoning
    assert out.finished == {0: vendor.finish}
    assert out.usage == Usage(**{"input": 10, "output": 5, **vendor.usage})
    (request,) = server.requests
    name, prefix = vendor.key_header
    assert request.header(name) == f"{prefix}{KEY}"
    assert request.header("accept-encoding") == "identity"
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes?"},
                {"role": "user", "content": "Greet me."}]
    head = {"system": "Be brief."} if vendor.preset == "anthropic" else {}
    if not head:
        messages.insert(0, {"role": "system", "content": "Be brief."})
    assert request.json == {
        "model": vendor.model, "messages": messages, **head, "stream": True, **vendor.body}
    assert out.sent.body == request.json
    assert KEY not in repr(out.events)


@every
def test_one_byte_at_a_time(server: Server, run: Run, vendor: Vendor) -> None:
    data = vendor.file("sse")
    pieces = [data[at : at + 1] for at in range(len(data))]
    server.on("POST", vendor.base + vendor.chat,
              Reply(headers={"Content-Type": "text/plain"}, body=pieces, framing="close"))
    out = run(made(server, vendor).reply(f"p/{vendor.model}"))
    assert (out.failure, out.text, out.finished) == (None, "Hello there", {0: vendor.finish})


@every
def test_the_list_of_models(server: Server, run: Run, vendor: Vendor) -> None:
    bench = made(server, vendor)
    providers, config = bench.providers, bench.config
    if not vendor.models:
        server.on("POST", vendor.base + vendor.chat, Reply(422, {}, ["no messages"]), Reply(401, {}, ["no"]))
        assert "accepts the key. Type the names of its models" in run(providers.test(config))
        with pytest.raises(Refused, match="was refused"):
            run(providers.test(config))
        run(providers.close())
        return
    path = vendor.listing if vendor.listing != "/models" else vendor.base + vendor.listing
    server.on("GET", path, Reply(body=[vendor.file("models.json")]))

    async def listed() -> None:
        infos = await providers.models("p", refresh=True)
        assert tuple(info.ref.model for info in infos) == vendor.models
        for id, facts in vendor.facts.items():
            info = next(info for info in infos if info.ref.model == id)
            assert {name: getattr(info, name) for name in facts} == facts
            assert info.source == "server"
        await providers.close()

    run(listed())
    assert server.requests[0].header(vendor.key_header[0]) == vendor.key_header[1] + KEY


@every
def test_the_error(server: Server, run: Run, vendor: Vendor) -> None:
    status, kind, words = vendor.error
    body = vendor.file("error.txt")
    server.on("POST", vendor.base + vendor.chat, Reply(status, {}, [body]))
    out = run(made(server, vendor, retries=0).reply(f"p/{vendor.model}"))
    assert (out.failure.status, out.failure.kind) == (status, kind)
    assert words in str(out.failure)
    assert out.failure.body == body.decode()
    assert str(out.failure)[-1] in ".。！!" and len(server.requests) == 1
