"""Request records: what is written down is read back, also by another version."""

from __future__ import annotations

import json

from workbench.core.reply.records import Adjustment, RequestRecord, Retry, TokenChance, TokenLogprob
from workbench.core.reply.usage import Usage


def test_record_round_trip() -> None:
    record = RequestRecord(
        model="a/b", url="http://127.0.0.1/v1", headers={"accept": "x"}, body={"model": "b", "n": 2},
        asked={"temperature": 0.5}, adjustments=(Adjustment("top_p", "dropped", "Not taken."),),
        retries=(Retry(0.5, "Busy."),), status=200, started=1.5, first_byte=0.1, first_token=0.25, ended=1.25,
        arrivals=(0.25, 0.5), usage=Usage(10, 20, cached=5), cost=0.001, finish_reason="stop",
        info={"system_fingerprint": "fp"}, fallback="other",
        logprobs=(TokenLogprob("a", -0.5, (TokenChance("a", -0.5), TokenChance("b", -1.5))),),
    )
    assert RequestRecord.from_json(json.loads(json.dumps(record.to_json()))) == record
    assert record.tokens_per_second == 20
    assert RequestRecord("a/b").to_json() == {"model": "a/b"}


def test_fields_of_a_newer_version_are_dropped() -> None:
    assert RequestRecord.from_json({"model": "a/b", "mood": "good"}) == RequestRecord("a/b")


def test_a_pace_needs_tokens_and_time() -> None:
    assert RequestRecord("a/b", usage=Usage(1, 5), first_token=1.0, ended=1.0).tokens_per_second is None
    assert RequestRecord("a/b", first_token=1.0, ended=2.0).tokens_per_second is None
