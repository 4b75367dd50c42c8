"""Parts, messages, records and prices: what goes out as JSON comes back equal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import (
    Audio,
    Blob,
    Citation,
    Failure,
    File,
    Image,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    part_from_json,
    part_to_json,
)
from workbench.core.errors import BadInput
from workbench.core.reply.events import Adjustment, TokenChance, TokenLogprob
from workbench.core.reply.records import RequestRecord, Retry
from workbench.core.reply.usage import Price, Usage
from workbench.core.request.models import ModelRef

text = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3), max_leaves=6,
)
extra = st.dictionaries(text, plain, max_size=3)
blobs = st.builds(Blob, text, st.integers(0, 10**9), text, text)
parts: st.SearchStrategy[Part] = st.one_of(
    st.builds(Text, text, extra),
    st.builds(Reasoning, text, st.none() | st.floats(0, 1e6), extra),
    st.builds(Image, st.none() | blobs, text, st.none() | blobs, st.integers(0, 9), st.integers(0, 9), extra),
    st.builds(File, text, text, st.none() | blobs, extra),
    st.builds(Audio, st.none() | blobs, text, extra),
    st.builds(ToolCall, text, text, text, extra),
    st.builds(ToolResult, text, text, text, st.booleans(), extra),
    st.builds(Citation, text, text, extra),
    st.builds(Failure, text, text, st.integers(0, 599), text, extra),
    st.builds(Unknown, extra.map(lambda data: {"kind": "from tomorrow", **data})),
)
messages = st.builds(
    Message, st.sampled_from(["system", "user", "assistant", "tool"]),
    st.lists(parts, max_size=4).map(tuple), text, extra,
)


@given(parts)
def test_part_round_trip(part: Part) -> None:
    assert part_from_json(json.loads(json.dumps(part_to_json(part)))) == part


@given(messages)
def test_message_round_trip(message: Message) -> None:
    assert Message.from_json(json.loads(json.dumps(message.to_json()))) == message


def test_a_part_of_a_newer_version_is_kept_as_it_is() -> None:
    data = {"kind": "text", "text": "hello", "colour": "green"}
    part = part_from_json(data)
    assert isinstance(part, Unknown) and part_to_json(part) == data


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


def test_prices() -> None:
    price = Price(2.0, 10.0, cache_read=0.5, cache_write=4.0, tiers=((200_000, Price(4.0, 20.0)),))
    assert price.cost(Usage(1_000_000, 0)) == 4.0  # the tier counts from its first token on
    assert price.cost(Usage(100_000, 100_000)) == pytest.approx(1.2)
    assert price.cost(Usage(100_000, 0, cached=50_000, cache_written=10_000)) == pytest.approx(0.145)
    assert price.cost(Usage(1, 1, cost=0.7)) == 0.7  # what the server says wins
    assert price.cost(Usage(None, 5)) is None and Price(None, 1.0).cost(Usage(1, 1)) is None
    assert Price(0.0, 0.0).cost(Usage(5, 5)) == 0


def test_model_names_split_at_the_first_slash() -> None:
    assert ModelRef.parse("openrouter/meta/llama-3") == ModelRef("openrouter", "meta/llama-3")
    assert str(ModelRef.parse(" builtin/guide ")) == "builtin/guide"
    for wrong in ("guide", "/guide", "builtin/", ""):
        with pytest.raises(BadInput, match="provider/model"):
            ModelRef.parse(wrong)
