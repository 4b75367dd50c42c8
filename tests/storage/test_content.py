"""Whatever a message holds comes back as it was."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Run
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, Status
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
)
from workbench.core.reply.records import Adjustment, RequestRecord, Retry, TokenChance, TokenLogprob
from workbench.core.reply.usage import Usage
from workbench.core.text.surrogates import join_surrogates
from workbench.storage.content import dumps, short_grams, to_content, to_message
from workbench.storage.store import SqliteStore

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
objects = st.dictionaries(texts, json, max_size=3)
blobs = st.builds(Blob, st.sampled_from(["ab" * 32, "cd" * 32]), st.integers(0, 9), texts, texts)
numbers = st.floats(0, 1e6).map(lambda number: round(number, 6))
parts: st.SearchStrategy[Part] = st.one_of(
    st.builds(Text, texts, objects),
    st.builds(Reasoning, texts, st.none() | numbers, objects),
    st.builds(Image, st.none() | blobs, texts, st.none() | blobs, st.integers(0, 9), st.integers(0, 9), objects),
    st.builds(File, texts, texts, st.none() | blobs, objects),
    st.builds(Audio, st.none() | blobs, texts, objects),
    st.builds(ToolCall, texts, texts, texts, objects),
    st.builds(ToolResult, texts, texts, texts, st.booleans(), objects),
    st.builds(Citation, texts, texts, objects),
    st.builds(Failure, texts, texts, st.integers(0, 599), texts, objects),
    st.builds(Unknown, objects.map(lambda data: {**data, "kind": "from the future", "text": 3})),
    st.builds(Unknown, objects.map(lambda data: {**data, "kind": "text", "text": "x", "new field": 1})),
)
messages = st.builds(
    Message, st.sampled_from(["system", "developer", "user", "assistant", "tool"]),
    st.lists(parts, max_size=5).map(tuple), texts, objects,
)  # fmt: skip
adjustments = st.builds(Adjustment, texts, st.sampled_from(["dropped", "renamed"]), texts, texts)
chances = st.builds(TokenChance, texts, numbers)
logprobs = st.builds(TokenLogprob, texts, numbers, st.lists(chances, max_size=2).map(tuple))
records = st.builds(
    RequestRecord, texts, url=texts, headers=st.dictionaries(texts, texts, max_size=2), body=objects,
    asked=objects, adjustments=st.lists(adjustments, max_size=2).map(tuple),
    retries=st.lists(st.builds(Retry, numbers, texts), max_size=2).map(tuple), status=st.integers(0, 599),
    started=numbers, first_byte=st.none() | numbers, arrivals=st.lists(numbers, max_size=4).map(tuple),
    usage=st.builds(Usage, st.none() | st.integers(0, 9), cost=st.none() | numbers), info=objects,
    logprobs=st.lists(logprobs, max_size=2).map(tuple), template=objects, fallback=texts,
)  # fmt: skip


@given(messages)
def test_frame_and_body_make_the_same_message(message: Message) -> None:
    content = to_content(message)
    assert to_message(message.role, message.model, content.frame, content.extra, content.body) == message
    for part in message.parts:
        if isinstance(part, Text | Reasoning):
            assert part.text in content.body


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=messages, record=records, label=texts)
def test_the_store_gives_back_what_it_was_given(run: Run, store: SqliteStore, message: Message, record: RequestRecord,
                                                label: str) -> None:  # fmt: skip
    async def scene() -> None:
        chat = await store.create_chat(Chat("", label))
        node = await store.add_message(chat.id, None, message, record=record)
        await store.set_label(node.id, label)
        (kept,) = await store.nodes([node.id])
        assert (kept.message, kept.record, kept.label) == (message, record, label)
        other = Message(message.role, message.parts[::-1], message.model, message.extra)
        done = await store.finish(node.id, other, Status.STOPPED, record)
        assert (done.message, done.record, done.status) == (other, record, Status.STOPPED)
        await store.purge(await store.delete_chats([chat.id]))

    run(scene())


def test_text_that_no_database_can_hold_is_mended() -> None:
    odd: Any = "a\0b \ud83d\ude00 \udc00"
    content = to_content(Message("user", (Text(odd, {"raw": "\udc00"}),), extra={odd: odd}))
    content.body.encode()
    content.frame.encode()
    message = to_message("user", "", content.frame, content.extra, content.body)
    assert message.parts == (Text(join_surrogates(odd), {"raw": "\udc00"}),)
    assert dumps({"a": odd}).isascii()


def test_short_grams_are_those_of_scripts_with_short_words() -> None:
    assert short_grams("abc 今天, 好 タワー").split(" ") == ["今", "天", "今天", "好", "タ", "ワ", "ー", "タワ", "ワー"]
    assert short_grams("nothing here") == ""
