"""Mends: what is put right, or passed over, in every file, with a note for each kind."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from workbench.core.chat.parts import Part, Reasoning, Text, ToolCall, ToolResult
from workbench.core.text.formatting import counted
from workbench.core.text.surrogates import join_surrogates

from .fields import Fields, mapping
from .import_context import ImportContext
from .sources import Source
from .values import ForeignNode

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TEXTS = ("", ".json", ".jsonl", ".ndjson", ".csv", ".md")
_LISTS = ("messages", "chat_messages", "conversations", "responses", "history", "mapping", "contents", "input", "items",
          "chat")


def mended(text: str, context: ImportContext) -> str:
    """Returns text that can be stored."""
    whole = join_surrogates(text)
    if whole != text:
        context.note("A text with halves of characters, as programs leave them where they cut, was mended.")
    return whole


def note_halves(parts: Iterable[Part], context: ImportContext) -> None:
    """Notes texts that are mended when they are stored."""
    for part in parts:
        if isinstance(part, Text | Reasoning) and not part.text.isascii():
            mended(part.text, context)


def note_lost_results(nodes: Sequence[ForeignNode], context: ImportContext) -> None:
    """Notes results of tools whose call is not in the chat."""
    parts = [part for node in nodes for part in node.message.parts if isinstance(part, ToolCall | ToolResult)]
    calls = {part.id for part in parts if isinstance(part, ToolCall)}
    for part in parts:
        if isinstance(part, ToolResult) and part.call_id not in calls:
            context.note("A tool's result whose call is not in the chat was kept as it is.")


def note_damaged_items(entry: Fields, context: ImportContext) -> None:
    """Notes what is no message in the lists of messages of an entry."""
    waiting, damaged = [entry], 0
    while waiting:
        data = waiting.pop()
        for name in _LISTS:
            value = data.get(name)
            items = list(value.values()) if isinstance(value, dict) and name == "mapping" else value
            if isinstance(items, list):
                damaged += sum(not isinstance(item, dict | list) for item in items)
            elif isinstance(value, dict):
                waiting.append(mapping(value))
    if damaged:
        context.note(counted(damaged, "One damaged item among the messages of a chat was left out.",
                             "{n} damaged items among the messages of a chat were left out."))


def note_marks(source: Source, context: ImportContext) -> None:
    """Notes byte order marks."""
    for member in source.chosen:
        if PurePosixPath(member).suffix.lower() in _TEXTS:
            with source.open(member) as stream:
                if stream.read(4).startswith(_MARKS):
                    context.note("The byte order mark at the beginning of a file was passed over.")


def note_litter(source: Source, context: ImportContext) -> None:
    """Notes files that systems leave beside others."""
    if source.litter:
        context.note(counted(source.litter, "One file that a system keeps beside others was passed over.",
                             "{n} files that a system keeps beside others were passed over."))
