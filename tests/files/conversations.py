"""Generated conversations with every kind of part, for the properties of export and import."""

from __future__ import annotations

import hashlib
from typing import Any

from hypothesis import strategies as st

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, MessageNode, Status
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
    part_to_json,
)
from workbench.core.ids import new_id
from workbench.core.reply.records import Adjustment, RequestRecord, Retry, TokenChance, TokenLogprob
from workbench.core.reply.usage import Usage
from workbench.core.text.sinks import for_line

words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r"), max_size=40)
lines = words.map(for_line)  # titles, models and tags, as the store holds them
_numbers = st.floats(0, 1e9).map(lambda value: round(value, 3))
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-10**9, 10**9) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=5)
extras = st.dictionaries(words.filter(lambda name: name != "source"), _json, max_size=2)


@st.composite
def blobs(draw: st.DrawFn) -> tuple[Blob, bytes]:
    data = draw(st.binary(min_size=1, max_size=30))
    mime = draw(st.sampled_from(["image/png", "text/plain", "application/octet-stream"]))
    return Blob(hashlib.sha256(data).hexdigest(), len(data), mime, draw(words)), data


@st.composite
def parts(draw: st.DrawFn, kept: dict[str, bytes]) -> Part:
    def blob() -> Blob:
        made, data = draw(blobs())
        kept[made.sha256] = data
        return made

    choice: Any = draw(st.sampled_from([Text, Text, Reasoning, Image, File, Audio, ToolCall, ToolResult, Citation,
                                        Failure, Unknown]))
    extra = draw(extras)
    if choice is Text:
        return Text(draw(words), extra)
    if choice is Reasoning:
        return Reasoning(draw(words), draw(st.none() | _numbers), extra)
    if choice is Image:
        original = blob() if draw(st.booleans()) else None
        return Image(blob(), original=original, width=draw(st.integers(0, 99)), extra=extra)
    if choice is File:
        return File(draw(words), draw(words), blob() if draw(st.booleans()) else None, extra)
    if choice is Audio:
        return Audio(blob(), draw(words), extra)
    if choice is ToolCall:
        return ToolCall(draw(words), draw(words), draw(words), extra)
    if choice is ToolResult:
        return ToolResult(draw(words), draw(words), draw(words), draw(st.booleans()), extra)
    if choice is Citation:
        return Citation(draw(words), draw(words), extra)
    if choice is Failure:
        return Failure(draw(words), "other", draw(st.integers(0, 599)), draw(words), extra)
    return Unknown({"kind": "from tomorrow", "value": draw(_json)})


_tops = st.lists(st.builds(TokenChance, words, _numbers), max_size=1).map(tuple)
records = st.builds(
    RequestRecord, model=words, url=words, headers=st.dictionaries(words, words, max_size=2), body=extras, asked=extras,
    adjustments=st.lists(st.builds(Adjustment, words, st.just("dropped"), words), max_size=1).map(tuple),
    retries=st.lists(st.builds(Retry, _numbers, words), max_size=1).map(tuple), status=st.integers(0, 599),
    started=_numbers, first_token=st.none() | _numbers, ended=st.none() | _numbers,
    arrivals=st.lists(_numbers, max_size=2).map(tuple),
    usage=st.builds(Usage, st.none() | st.integers(0, 99), st.none() | st.integers(0, 99)), finish_reason=words,
    logprobs=st.lists(st.builds(TokenLogprob, words, _numbers, _tops), max_size=1).map(tuple),
)


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Chat, list[MessageNode], dict[str, bytes]]:
    """A chat, its nodes with parents first, and the bytes they name."""
    kept: dict[str, bytes] = {}
    chat_id = new_id()
    nodes: list[MessageNode] = []
    for position in range(draw(st.integers(0, 6))):
        parent = draw(st.sampled_from([None, *(node.id for node in nodes)]))
        role = draw(st.sampled_from(["user", "assistant", "system", "tool"]))
        message = Message(role, tuple(draw(st.lists(parts(kept), max_size=3))), draw(words), draw(extras))
        nodes.append(MessageNode(
            new_id(), chat_id, parent, message, draw(st.sampled_from([one for one in Status if one != "streaming"])),
            draw(st.floats(1, 1e9).map(lambda value: round(value, 3))), position, draw(words), draw(words),
            draw(st.none() | records)))
    drafted = [part_to_json(part) for part in draw(st.lists(parts(kept), max_size=1))]
    chat = Chat(
        chat_id, draw(lines), draw(lines), draw(words), draw(extras), nodes[-1].id if nodes else None, draw(words),
        tags=tuple(dict.fromkeys(draw(st.lists(lines, max_size=2)))), pinned=draw(st.booleans()),
        archived=draw(st.booleans()), created=draw(st.floats(1, 1e9)), updated=draw(st.floats(1, 1e9)),
        extra={**draw(extras), **({"draft_parts": drafted} if drafted else {})})
    return chat, nodes, kept
