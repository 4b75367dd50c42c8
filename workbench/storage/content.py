"""A message as two texts: ``body``, all of its words, and ``frame``, everything else.

So the text stands in the file once, readable as it is for searches, and nothing of the rest is lost.
The frame is a JSON list with a pair for each part: how many characters of the body are its text (null: its
text, if any, is in the frame), and the part's JSON without that text. Texts follow each other in the body,
with a line feed between them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple, cast

from workbench.core.chat.context import CHOICES
from workbench.core.chat.messages import Message
from workbench.core.chat.parts import (
    Audio,
    File,
    Image,
    Part,
    Reasoning,
    Text,
    ToolCall,
    Unknown,
    part_from_json,
    part_to_json,
)
from workbench.core.json_types import Json, JsonObject
from workbench.core.text.surrogates import join_surrogates

_TEXT_FIELD = {
    "text": "text",
    "reasoning": "text",
    "file": "text",
    "tool_result": "text",
    "audio": "transcript",
}
HAS: dict[str, int] = {"image": 1, "file": 2, "reasoning": 4, "audio": 8, "tool": 16}
HAS_CHOICES = 32
"""The bit of messages with which choices of the context are noted."""
_HAS_BY_TYPE: dict[type[Any], int] = {
    Image: HAS["image"], File: HAS["file"], Reasoning: HAS["reasoning"], Audio: HAS["audio"],
    ToolCall: HAS["tool"],
}  # fmt: skip
INDEXED = 1_000_000
"""Characters of a text that is indexed; whole books attached must not stall the store."""
_SHORT_SCRIPTS = (
    "[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)  # Han, kana, Hangul; compiled when a text is first indexed or searched for, which takes 3 ms


class Content(NamedTuple):
    """``size`` is in characters of the answer's text; ``has`` are the bits of ``HAS``, and ``HAS_CHOICES``."""

    frame: str
    extra: str
    body: str
    size: int
    has: int
    blobs: tuple[str, ...]


def to_content(message: Message) -> Content:
    frame: list[Json] = []
    texts: list[str] = []
    has, size = HAS_CHOICES if CHOICES in message.extra else 0, 0
    for part in message.parts:
        data = part_to_json(part)
        name = _TEXT_FIELD.get(part.kind)
        text = data.pop(name, None) if name else None
        if isinstance(text, str):
            text = join_surrogates(text)
            texts.append(text)
            frame.append([len(text), data])
        else:
            frame.append([None, data])
        has |= _HAS_BY_TYPE.get(type(part), 0)
        size += len(part.text) if isinstance(part, Text) else 0
    return Content(
        dumps(frame), dumps(dict(message.extra)) if message.extra else "", "\n".join(texts), size, has,
        tuple(dict.fromkeys(blob_names(message.parts))),
    )  # fmt: skip


def to_message(role: str, model: str, frame: str, extra: str, body: str) -> Message:
    parts: list[Part] = []
    start = 0
    for length, data in cast(list[tuple[int | None, JsonObject]], json.loads(frame)):
        if length is not None:
            data[_TEXT_FIELD[str(data["kind"])]] = body[start : start + length]
            start += length + 1
        parts.append(part_from_json(data))
    return Message(cast(Any, role), tuple(parts), model, json.loads(extra) if extra else {})


def blob_names(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        for name in ("blob", "original"):
            if blob := getattr(part, name, None):
                yield blob.sha256
        if isinstance(part, Unknown):  # a newer version's part still holds on to its bytes
            for value in part.data.values():
                if isinstance(value, dict) and isinstance(sha256 := value.get("sha256"), str):
                    yield sha256


def dumps(value: Json) -> str:
    """Returns compact JSON that SQLite can store: halves of surrogate pairs stay escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def short_grams(text: str) -> str:
    """Returns all single letters and pairs of the scripts that write words with one or two, each once."""
    grams: dict[str, None] = {}
    for run in re.findall(_SHORT_SCRIPTS, text):
        grams.update(dict.fromkeys(run))
        grams.update(dict.fromkeys(map("".join, pairwise(run))))
    return " ".join(grams)
