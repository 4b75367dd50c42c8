"""Every provider by its preset, over HTTP: the exact request, the events, the reply, the list, the error."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, Bench, bench
from tests.providers.vendor import FOLDER, PARAMETERS, VENDORS, Vendor
from tests.support.server import Reply, Server
from workbench.core.chat.messages import Message, system, user
from workbench.core.chat.parts import Reasoning, Text
from workbench.core.errors import Refused
from workbench.core.reply.usage import Usage
from workbench.core.resources import resource
from workbench.providers.endpoints.presets import presets

every = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.preset)
CONVERSATION = (system("Be brief."), user("Hi"), Message("assistant", (Text("Yes?"),)), user("Greet me."))


def made(server: Server, vendor: Vendor, **settings: object) -> Bench:
    return bench(server, vendor.preset, "p", path=vendor.base, key=KEY, **settings)


def stream(vendor: Vendor) -> Reply:
    return Reply(headers={"Content-Type": "text/event-stream"}, body=[vendor.reply.data], framing="chunked")


def test_no_preset_is_without_a_test() -> None:
    missing = [f"{FOLDER / id}.toml" for id in presets() if id not in {vendor.preset for vendor in VENDORS}]
    assert not missing, f"Write {', '.join(missing)}; tests/providers/vendor.py explains the keys."
    assert {vendor.preset for vendor in VENDORS} <= set(presets()), "a file for no preset"


def test_every_preset_has_its_row_in_the_help() -> None:
    rows = [line for line in resource("help/providers.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    words = {preset.id: [f"| `{preset.id}` |", *(preset.key_env[:1] if preset.needs_key else ())]
             for preset in presets().values()}
    missing = [id for id, found in words.items() if not any(all(word in row for word in found) for row in rows)]
    assert not missing, f"Give {missing} a row, with the variable of the key, in resources/help/providers.md."


@every
def test_the_request_and_the_reply(server: Server, run: Run, vendor: Vendor) -> None:
    server.on("POST", vendor.chat_path, stream(vendor))
    out = run(made(server, vendor).reply(f"p/{vendor.model}", messages=CONVERSATION, params=PARAMETERS))
    assert out.failure is None
    assert out.text == "Hello there"
    assert "".join(part.text for part in out.message.parts if isinstance(part, Reasoning)) == vendor.reply.reasoning
    assert out.finished == {0: vendor.reply.finish}
    assert out.usage == Usage(**{"input": 10, "output": 5, **vendor.reply.usage})
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
        "model": vendor.model, "messages": messages, **head, "stream": True, **vendor.request}
    assert out.sent.body == request.json
    assert KEY not in repr(out.events)


@every
def test_one_byte_at_a_time(server: Server, run: Run, vendor: Vendor) -> None:
    data = vendor.reply.data
    pieces = [data[at : at + 1] for at in range(len(data))]
    server.on("POST", vendor.chat_path,
              Reply(headers={"Content-Type": "text/plain"}, body=pieces, framing="close"))
    out = run(made(server, vendor).reply(f"p/{vendor.model}"))
    assert (out.failure, out.text, out.finished) == (None, "Hello there", {0: vendor.reply.finish})


@every
def test_the_list_of_models(server: Server, run: Run, vendor: Vendor) -> None:
    bench = made(server, vendor)
    providers, config = bench.providers, bench.config
    if vendor.list is None:
        server.on("POST", vendor.chat_path, Reply(422, {}, ["no messages"]), Reply(401, {}, ["no"]))
        assert "accepts the key. Type the names of its models" in run(providers.test(config))
        with pytest.raises(Refused, match="was refused"):
            run(providers.test(config))
        run(providers.close())
        return
    listing = vendor.list
    server.on("GET", listing.path or f"{vendor.base}/models", Reply(body=[listing.body.encode()]))

    async def listed() -> None:
        infos = await providers.models("p", refresh=True)
        assert tuple(info.ref.model for info in infos) == listing.ids
        for id, facts in listing.facts.items():
            info = next(info for info in infos if info.ref.model == id)
            assert {name: getattr(info, name) for name in facts} == facts
            assert info.source == "server"
        await providers.close()

    run(listed())
    assert server.requests[0].header(vendor.key_header[0]) == vendor.key_header[1] + KEY


@every
def test_the_error(server: Server, run: Run, vendor: Vendor) -> None:
    error, body = vendor.error, vendor.error.body.encode()
    server.on("POST", vendor.chat_path, Reply(error.status, {}, [body]))
    out = run(made(server, vendor, retries=0).reply(f"p/{vendor.model}"))
    assert (out.failure.status, out.failure.kind) == (error.status, error.kind)
    assert error.sentence in str(out.failure)
    assert out.failure.body == error.body
    assert str(out.failure)[-1] in ".。！!" and len(server.requests) == 1
