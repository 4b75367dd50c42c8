"""The fold of events into a request record."""

from __future__ import annotations

from workbench.core.reply.events import (
    Finished,
    Logprobs,
    ReasoningDelta,
    Responded,
    ResponseInfo,
    Retrying,
    Sent,
    TextDelta,
    UsageReport,
)
from workbench.core.reply.recorder import Recorder
from workbench.core.reply.records import TokenLogprob
from workbench.core.reply.usage import Price, Usage


def test_recorder_keeps_the_last_usage_and_the_first_times() -> None:
    recorder = Recorder("a/b", {"n": 2}, Price(1.0, 2.0))
    recorder.feed(Sent("POST", "http://x/", {}, {"model": "b"}))
    recorder.feed(Retrying(0.5, "Busy.", 2))
    recorder.feed(Sent("POST", "http://x/", {}, {"model": "b", "again": True}, attempt=2))
    recorder.feed(TextDelta("a"))
    for event in (TextDelta("b"), UsageReport(Usage(1, 1)), UsageReport(Usage(1_000_000, 500_000)),
                  Finished("stop"), Finished("length", 1)):
        recorder.feed(event)
    record = recorder.record()
    assert record.body == {"model": "b", "again": True} and [retry.delay for retry in record.retries] == [0.5]
    assert record.usage.output == 500_000 and record.cost == 2.0 and record.finish_reason == "stop"
    assert len(record.arrivals) == 2 and record.first_token and record.ended
    assert record.ended >= record.first_token
    other = recorder.record(1)
    assert other.finish_reason == "length" and other.usage == Usage() and other.cost is None


def test_what_the_server_says_of_itself_and_of_tokens() -> None:
    recorder = Recorder("a/b", {}, None, {"name": "Greet", "version": "1"})
    one, two = TokenLogprob("a", -0.5), TokenLogprob("b", -1.0)
    for event in (Responded(200, {"x-request-id": "r"}), ReasoningDelta("hm"), Logprobs((one,)), Logprobs((two,)),
                  Logprobs((two,), 1), ResponseInfo({"id": "1", "fallback": "other"}), ResponseInfo({"id": "2"}),
                  UsageReport(Usage(1, 2, cost=0.5))):
        recorder.feed(event)
    record = recorder.record()
    assert (record.status, record.response_headers, record.info["id"]) == (200, {"x-request-id": "r"}, "2")
    assert record.logprobs == (one, two) and recorder.record(1).logprobs == (two,)
    assert record.fallback == "other" and record.cost == 0.5 and record.template["name"] == "Greet"
    assert record.first_byte is not None and len(record.arrivals) == 1 and record.finish_reason == ""


def test_a_request_that_never_left() -> None:
    record = Recorder("a/b", {"n": 2}, Price(1.0, 2.0)).record()
    assert (record.url, record.body, record.asked, record.first_token, record.cost) == ("", {}, {"n": 2}, None, None)
