"""The prober: how events, refusals and dropped parameters become rows and costs."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from tests.conftest import Run
from workbench.core.errors import NotReached, Refused
from workbench.core.ports.providers import ProbeRow
from workbench.core.reply.events import Event, Failed, Finished, Sent, TextDelta, UsageReport
from workbench.core.reply.records import Adjustment
from workbench.core.reply.usage import Price, Usage
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Request
from workbench.providers.probe.plan import REQUESTS
from workbench.providers.probe.prober import Send, accepts_of, estimate, probe

REF = ModelRef("p", "m")


def probed(run: Run, send: Send, price: Price | None = None) -> dict[str, ProbeRow]:
    async def work() -> dict[str, ProbeRow]:
        return {row.name: row async for row in probe(REF, send, price)}

    return run(work())


def test_requests_are_counted_and_priced(run: Run) -> None:
    requests: list[Request] = []

    async def send(request: Request, as_is: frozenset[str]) -> AsyncGenerator[Event, None]:
        requests.append(request)
        yield TextDelta("one, two, ")
        yield TextDelta("three, four, five, six")
        yield UsageReport(Usage(10, 5))
        yield Finished("stop")

    found = probed(run, send, Price(1.0, 2.0))
    assert len(requests) == REQUESTS and sum(row.tokens for row in found.values()) == 15 * REQUESTS
    assert found["max_tokens"].cost == pytest.approx(20e-6)
    assert found["streaming"].verdict == "yes" and found["usage"].verdict == "yes"
    (picture,) = [request for request in requests if request.blobs]
    assert found["images"].verdict == "ignored" and next(iter(picture.blobs.values())).startswith(b"\x89PNG")


def test_a_refusal_and_a_dropped_parameter(run: Run) -> None:
    async def send(request: Request, as_is: frozenset[str]) -> AsyncGenerator[Event, None]:
        dropped = Adjustment("seed", "dropped", "X has no seed.")
        yield Sent("POST", "http://x", {}, {}, (dropped,) if "seed" in as_is else ())
        if "n" in request.params:
            yield Failed(Refused("X does not accept n.", "parameter", 400))
        elif "stop" in request.params:
            yield Failed(Refused("X is busy.", "overloaded", 503))
        else:
            yield TextDelta("one, two, three, four")
            yield Finished("stop")

    found = probed(run, send)
    assert (found["n"].verdict, found["n"].evidence) == ("refused", "X does not accept n.")
    assert (found["seed"].verdict, found["seed"].evidence) == ("refused", "X has no seed.")
    assert found["stop"].verdict == "unknown", "that says nothing about the parameter"
    assert found["temperature"].verdict == "unknown", "the seed only helps there"
    assert accepts_of(found)["n"] == "refused" and "stop" not in accepts_of(found)


def test_a_server_that_accepts_no_parameters_at_all(run: Run) -> None:
    async def send(request: Request, as_is: frozenset[str]) -> AsyncGenerator[Event, None]:
        if request.params:
            yield Failed(Refused("X accepts no parameters.", "request", 400))
        else:
            yield TextDelta("Hi")
            yield Finished("stop")

    found = probed(run, send)
    assert found["usage"].verdict == "ignored" and found["without streaming"].verdict == "refused"


def test_a_probe_ends_where_nothing_is_answered(run: Run) -> None:
    sent: list[Request] = []

    async def send(request: Request, as_is: frozenset[str]) -> AsyncGenerator[Event, None]:
        sent.append(request)
        yield Failed(NotReached("Nothing answers.", "network"))

    with pytest.raises(NotReached, match="Nothing answers"):
        probed(run, send)
    assert len(sent) == 1


def test_an_estimate_without_a_price() -> None:
    requests, tokens, cost = estimate(ModelInfo(REF))
    assert requests == REQUESTS and tokens > requests and cost is None
    assert (estimate(ModelInfo(REF, price=Price(1.0, 1.0)))[2] or 0) == pytest.approx(tokens / 1e6)


def test_evidence_is_one_line(run: Run) -> None:
    """Models write JSON over several lines, and tables."""
    async def send(request: Request, as_is: frozenset[str]) -> AsyncGenerator[Event, None]:
        if "n" in request.params:
            yield Failed(Refused("No.\nNot n.", "parameter", 400))
            return
        yield TextDelta('{"zebra" :\n\n 8 }' if "response_format" in request.params else "| a |\n|---|\n| b |")
        yield Finished("stop")

    found = probed(run, send)
    assert found["json_schema"].evidence == 'The answer follows an unlikely schema: {"zebra" : 8 }'
    assert found["n"].evidence == "No. Not n."
    assert not [row for row in found.values() if "\n" in row.evidence]
