"""Generated parts and messages, with every kind of part."""

from __future__ import annotations

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
)

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
