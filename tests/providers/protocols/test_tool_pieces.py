"""Pieces of tool calls, in every form."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.core.chat.parts import ToolCall
from workbench.core.reply.assembler import Assembler
from workbench.providers.protocols.tool_pieces import ToolPieces

F = {"name": "f", "arguments": ""}

FORMS: dict[str, tuple[list[dict[str, Any]], list[tuple[str, str, str]]]] = {
    "openai": (
        [{"index": 0, "id": "a", "type": "function", "function": F},
         {"index": 0, "function": {"arguments": '{"x"'}}, {"index": 0, "function": {"arguments": ":1}"}},
         {"index": 1, "id": "b", "function": {"name": "g", "arguments": "{}"}}],
        [("a", "f", '{"x":1}'), ("b", "g", "{}")]),
    "index missing, whole (Gemini)": (
        [{"id": "", "function": {"name": "f", "arguments": '{"x":1}'}},
         {"id": "", "function": {"name": "g", "arguments": "{}"}}],
        [("call_0", "f", '{"x":1}'), ("call_1", "g", "{}")]),
    "index missing, in pieces": (
        [{"id": "a", "function": F}, {"function": {"arguments": "{"}}, {"function": {"arguments": "}"}}],
        [("a", "f", "{}")]),
    "two whole calls on index 0": (
        [{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}},
         {"index": 0, "id": "b", "function": {"name": "f", "arguments": '{"y":2}'}}],
        [("a", "f", "{}"), ("b", "f", '{"y":2}')]),
    "two whole calls on index 0 without ids": (
        [{"index": 0, "function": {"name": "f", "arguments": "{}"}},
         {"index": 0, "function": {"name": "g", "arguments": "{}"}}],
        [("call_0", "f", "{}"), ("call_1", "g", "{}")]),
    "id and name repeated": (
        [{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}},
         {"index": 0, "id": "a", "function": {"name": "f", "arguments": "}"}}],
        [("a", "f", "{}")]),
    "later name and id empty": (
        [{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}},
         {"index": 0, "id": "", "function": {"name": "", "arguments": "}"}}],
        [("a", "f", "{}")]),
    "name in pieces": (
        [{"index": 0, "id": "a", "function": {"name": "get_"}}, {"index": 0, "function": {"name": "weather"}},
         {"index": 0, "function": {"name": "get_weather", "arguments": "{}"}}],
        [("a", "get_weather", "{}")]),
    "arguments as an object (Ollama)": (
        [{"index": 0, "id": "a", "function": {"name": "f", "arguments": {"x": 1}}}], [("a", "f", '{"x": 1}')]),
    "custom": (
        [{"index": 0, "id": "a", "type": "custom", "custom": {"name": "sql", "input": "select"}}],
        [("a", "sql", "select")]),
    "broken pieces": ([{"index": 0, "id": None, "function": None}, "x"], []),  # type: ignore[list-item]
    "empty values of a server's own type": (
        [{"index": 0, "function": {"name": "", "arguments": ""}}, {}, {"id": "", "function": {"arguments": "{}"}}], []),
    "pieces that are counted": (
        [{"index": 0, "id": "a", "function": F}, {"index": 1, "function": {"arguments": '{"x"'}},
         {"index": 2, "function": {"arguments": ":1}"}}],
        [("a", "f", '{"x":1}')]),
    "counted pieces of two calls": (
        [{"index": 0, "id": "a", "function": F}, {"index": 1, "function": {"arguments": "{}"}},
         {"index": 2, "id": "b", "function": {"name": "g"}}, {"index": 3, "function": {"arguments": '{"y":2}'}}],
        [("a", "f", "{}"), ("b", "g", '{"y":2}')]),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str) -> None:
    pieces, expected = FORMS[name]
    calls, assembler = ToolPieces(0), Assembler("m", lambda *_: None)  # type: ignore[arg-type,return-value]
    for piece in pieces:
        for event in calls.feed([piece]):
            assembler.feed(event)
    for event in calls.end():
        assembler.feed(event)
    found = [part for part in assembler.message().parts if isinstance(part, ToolCall)]
    assert [(call.id, call.name, call.arguments) for call in found] == expected


def test_what_is_not_understood_is_kept() -> None:
    piece = {"id": "a", "function": F, "extra_content": {"google": {"thought_signature": "s"}}}
    (event,) = ToolPieces(2).feed([piece])
    assert event.extra == {"extra_content": {"google": {"thought_signature": "s"}}}
    assert event.choice == 2
