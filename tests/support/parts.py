"""A part of every kind, each with words that stand nowhere else."""

from __future__ import annotations

from typing import get_args

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


def one_of_each(blob: Blob | None = None) -> tuple[Part, ...]:
    """Returns a part of every kind; those that can hold bytes hold ``blob``."""
    parts: tuple[Part, ...] = (
        Text("words-of-text"), Reasoning("words-of-reasoning"), Image(blob, "https://words.example/of-image.png"),
        File("words-of-file", "text-of-file", blob), Audio(blob, "words-of-audio"),
        ToolCall("call-1", "words-of-tool_call", '{"a": 1}'), ToolResult("call-1", "words-of-tool_result"),
        Citation("https://words.example/of-citation", "title-of-citation"), Failure("words-of-error"),
        Unknown({"kind": "words-of-unknown"}),
    )
    assert {type(part) for part in parts} == set(get_args(Part)), "give the new kind of part words of its own here"
    return parts


def words_of(part: Part) -> str:
    """Returns the words by which a part of ``one_of_each`` is known."""
    match part:
        case Image():
            return part.url
        case Citation():
            return part.title
        case Unknown():
            return "words-of-unknown"
        case _:
            return f"words-of-{part.kind}"
