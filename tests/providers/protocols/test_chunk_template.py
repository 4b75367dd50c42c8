"""Chunks that are alike are read by their text alone, and mean what they mean when read in full."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workbench.core.reply.events import TextDelta
from workbench.providers.protocols.chat_reader import ChatReader
from workbench.providers.protocols.chunk_template import ChunkTemplate
from workbench.providers.wire.sse import ServerEvent

texts = st.sampled_from(["a", "b c", "", 'say "content":', "\\", "中", "😀", "\n"]) | st.text(max_size=3)
deltas = st.fixed_dictionaries({}, optional={
    "content": texts | st.none(), "reasoning_content": texts | st.none(), "role": st.just("assistant"),
    "tool_calls": st.none() | st.just([{"index": 0, "id": "1", "function": {"name": "f", "arguments": "{"}}]),
    "refusal": st.none(),
})
choices = st.fixed_dictionaries({"delta": deltas}, optional={
    "index": st.sampled_from([0, 1, -1, None]), "finish_reason": st.sampled_from([None, "", "stop"]),
    "logprobs": st.none() | st.just({"content": [{"token": "a", "logprob": -1.0}]}),
    "usage": st.just({"completion_tokens": 2}),
})
chunks = st.fixed_dictionaries({"choices": st.lists(choices, max_size=2)}, optional={
    "id": st.sampled_from(["x", "y"]), "model": st.sampled_from(["m", "n"]), "citations": st.just(["https://a"]),
    "usage": st.none() | st.just({"completion_tokens": 3}), "content": texts,
    "x_groq": st.just({"usage": {"completion_tokens": 4}}), "error": st.none() | st.just({"message": "no"}),
})


def read(lines: list[str], forgetful: bool, **quirks: Any) -> list[Any]:
    reader = ChatReader(quirks, "X")
    events: list[Any] = []
    for line in lines:
        if forgetful:
            reader._template = ChunkTemplate()
        events += reader.event(ServerEvent(line))
    return [str(event) for event in (*events, *reader.end(True))]


@given(st.lists(chunks, max_size=3), st.lists(st.integers(0, 2), max_size=12), st.lists(texts, min_size=12),
       st.booleans(), st.booleans())
def test_events_are_those_of_full_reading(
    shapes: list[Any], order: list[int], words: list[str], tags: bool, escaped: bool
) -> None:
    lines = []
    for number, word in zip(order, words, strict=False):
        if number < len(shapes):
            shape = json.loads(json.dumps(shapes[number]))
            for choice in shape["choices"]:
                choice["delta"].update({name: word for name, value in choice["delta"].items()
                                        if name in ("content", "reasoning_content") and value})
            lines.append(json.dumps(shape, ensure_ascii=escaped))
    assert read(lines, False, think_tags=tags) == read(lines, True, think_tags=tags)


def test_a_second_chunk_is_read_by_its_text() -> None:
    alike, line = ChunkTemplate(), '{"choices": [{"delta": {"content": "%s"}, "index": 0}]}'
    assert alike.text(line % "a") is None
    alike.learn(line % "a", json.loads(line % "a"))
    assert alike.text(line % r"b \"c\" \u00e9") == 'b "c" é' and alike.field == "content"


def test_a_text_that_reaches_beyond_its_place_is_not_taken() -> None:
    alike, line = ChunkTemplate(), '{"choices":[{"delta":{"content":"%s"}}]}'
    alike.learn(line % "a", json.loads(line % "a"))
    assert alike.text(line % 'a","role":"x') is None and alike.text(line % "a\\") is None
    assert alike.text(line % "a\nb") is None  # a bare line break is no JSON


def test_a_name_behind_an_escape_does_not_mislead() -> None:
    line = r'{"meta":{"content":"%s"},"choices":[{"delta":{"\u0063ontent":"a"}}]}'
    events = [*(reader := ChatReader({}, "X")).event(ServerEvent(line % "a")), *reader.event(ServerEvent(line % "b"))]
    assert events == [TextDelta("a"), TextDelta("a")]
