"""The plan of a probe: what each row asks, and every verdict by made-up answers."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.core.reply.events import (
    Finished,
    Logprobs,
    ReasoningDelta,
    ReasoningWasText,
    TextDelta,
    ToolCallDelta,
    UsageReport,
)
from workbench.core.reply.records import TokenChance, TokenLogprob
from workbench.core.reply.usage import Usage
from workbench.core.request.parameters import by_name
from workbench.providers.probe.plan import REQUESTS, ProbeAnswer, Row, rows

PLAIN = ProbeAnswer(texts={0: "one, two, three, four, five, six"}, usage=Usage(9, 12))
ROWS = {row.name: row for row in rows(PLAIN)}


def answer(text: str = "", **fields: Any) -> ProbeAnswer:
    return ProbeAnswer(texts={0: text}, **fields)


@pytest.mark.parametrize(("name", "answers", "verdict"), [
    ("max_tokens", [answer("one", reasons={0: "length"})], "yes"),
    ("max_tokens", [answer("one", usage=Usage(9, 4))], "yes"),
    ("max_tokens", [answer(PLAIN.text, usage=Usage(9, 12))], "ignored"),
    ("max_tokens", [answer("one")], "unknown"),
    ("stop", [answer("one, two, ")], "yes"),
    ("stop", [answer("one, two, three, four")], "yes"),
    ("stop", [answer(PLAIN.text)], "ignored"),
    ("seed", [answer("a"), answer("a"), answer("b")], "yes"),
    ("seed", [answer("a"), answer("b"), answer("c")], "ignored"),
    ("temperature", [answer("a"), answer("b"), answer("c")], "unknown"),
    ("temperature", [answer("a"), answer("a"), answer("a")], "unknown"),
    ("n", [ProbeAnswer(texts={0: "a", 1: "b"})], "yes"),
    ("n", [answer("a")], "ignored"),
    ("logprobs", [answer("a", logprobs=3)], "yes"),
    ("logprobs", [answer("a")], "ignored"),
    ("top_logprobs", [answer("a", most_alternatives=3)], "yes"),
    ("top_logprobs", [answer("a", logprobs=3)], "ignored"),
    ("response_format", [answer('{"legs": 4}')], "yes"),
    ("response_format", [answer('{"legs":', reasons={0: "length"})], "yes"),
    ("response_format", [answer("Four.")], "ignored"),
    ("response_format", [answer("[" * 100_000)], "ignored"),
    ("json_schema", [answer('{"zebra": 7}')], "yes"),
    ("json_schema", [answer('{"zebra": 9}')], "ignored"),
    ("json_schema", [answer("A zebra.")], "ignored"),
    ("tool_choice", [answer(calls=["get_weather"])], "yes"),
    ("tool_choice", [answer("Sunny.")], "ignored"),
    ("tools", [answer(calls=["get_weather"])], "yes"),
    ("tools", [answer("Sunny.")], "unknown"),
    ("images", [answer("Red.", usage=Usage(90, 1)), answer("None.", usage=Usage(9, 1))], "yes"),
    ("images", [answer("Red.", usage=Usage(9, 1)), answer("None.", usage=Usage(9, 1))], "ignored"),
    ("images", [answer("Red."), answer("None.")], "unknown"),
    ("logit_bias", [answer("seven, eight")], "yes"),
    ("logit_bias", [answer(PLAIN.text)], "unknown"),
    ("frequency_penalty", [answer("a"), answer("b")], "yes"),
    ("frequency_penalty", [answer("a"), answer("a")], "unknown"),
    ("reasoning_effort", [answer("a", reasoning="hm")], "yes"),
    ("reasoning_effort", [answer("a", usage=Usage(1, 2, reasoning=3))], "yes"),
    ("reasoning_effort", [answer("a")], "unknown"),
])
def test_every_verdict(name: str, answers: list[ProbeAnswer], verdict: str) -> None:
    found, evidence = ROWS[name].judge(answers, PLAIN)
    assert found == verdict
    assert evidence.endswith(".") or "{" in evidence


def test_a_plain_answer_that_is_too_short_to_stop() -> None:
    row = next(row for row in rows(answer("one")) if row.name == "stop")
    assert row.judge([answer("one")], answer("one"))[0] == "unknown"


def test_each_row_sends_what_it_measures() -> None:
    for row in ROWS.values():
        assert all(row.measured & request.keys() for request in row.requests) or row.image or (
            len(row.requests) > 2 and row.measured & row.requests[0].keys()), row.name
        assert row.name in by_name() or row.name in ("images", "json_schema")
    assert sum(len(row.requests) for row in ROWS.values()) + 2 == REQUESTS


def test_an_answer_is_what_its_events_add_up_to() -> None:
    made = ProbeAnswer()
    token = TokenLogprob("a", -1.0, (TokenChance("b", -2.0), TokenChance("c", -3.0)))
    for event in (TextDelta("a"), TextDelta("b"), TextDelta("c", choice=1), ReasoningDelta("hm"),
                  ToolCallDelta(0, "i", "f", "{"), ToolCallDelta(0, arguments="}"), UsageReport(Usage(1, 2)),
                  Logprobs((token,)), Logprobs(()), Finished("length"), Finished("stop", 2)):
        made.feed(event)
    assert made == ProbeAnswer({0: "ab", 1: "c", 2: ""}, {0: "length", 2: "stop"}, "hm", Usage(1, 2), 1, 2, ["f"], 3)


def test_reasoning_that_was_text_is_no_reasoning() -> None:
    answer = ProbeAnswer()
    for event in (ReasoningDelta("hm. "), ReasoningDelta("So."), ReasoningWasText("So."), TextDelta("So.")):
        answer.feed(event)
    assert (answer.reasoning, answer.text) == ("hm. ", "So.")


def test_parameters_that_only_help_are_not_measured() -> None:
    assert Row("top_logprobs", (), ROWS["n"].judge).measured == {"logprobs", "top_logprobs"}
    assert Row("images", (), ROWS["n"].judge).measured == frozenset()
