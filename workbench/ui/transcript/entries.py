"""The entries of a transcript, as values: one for each message.

The window makes entries from nodes of the store; the transcript knows neither the store nor the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from workbench.core.chat.parts import Failure, Part, Reasoning, Text, ToolCall, ToolResult

State: TypeAlias = Literal["streaming", "complete", "stopped", "interrupted", "failed"]


@dataclass(frozen=True, slots=True)
class Action:
    """A command on a message. ``name`` identifies it in signals, ``label`` is shown; one without a name is a line
    between groups of the menu."""

    name: str
    label: str
    in_row: bool = False  # shown below the message; the others are in the menu only
    menu: str = ""  # the title of the submenu that it is in
    tip: str = ""  # what it does, where the label leaves that open


class ReadingPlace(NamedTuple):
    """Where a reader is: the message at the upper edge, and how many pixels of it are above that."""

    key: str
    above: int


@dataclass(frozen=True, slots=True)
class EntryHeader:
    """A message whose contents are not loaded. ``size`` is in characters of text."""

    key: str
    role: str
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A message as it is shown.

    ``author`` and ``detail`` are shown above it ("claude-sonnet-4-6", "OpenRouter · 14:02"), ``metrics`` below
    ("0.84 s to first token", "92 tok/s", …). ``sibling`` counts from 1 among ``siblings``. ``markdown`` is
    false for text that is shown as it was typed. ``remedies`` are the buttons of a failure.
    """

    key: str
    role: str
    parts: tuple[Part, ...] = ()
    author: str = ""
    detail: str = ""
    metrics: tuple[str, ...] = ()
    sibling: int = 1
    siblings: int = 1
    state: State = "complete"
    actions: tuple[Action, ...] = ()
    remedies: tuple[Action, ...] = ()
    markdown: bool = True

    @property
    def size(self) -> int:
        return sum(len(part_text(part)) for part in self.parts)


def part_text(part: Part) -> str:
    """Returns the text of a part that is searched and counted."""
    if isinstance(part, Text | Reasoning | ToolResult):
        return part.text
    if isinstance(part, ToolCall):
        return f"{part.name} {part.arguments}"
    if isinstance(part, Failure):
        return part.sentence
    return ""


def joined(parts: Sequence[str]) -> str:
    """Joins short facts to one line, as the header and the footer show them."""
    return " · ".join(part for part in parts if part)
