"""Message chains: messages that only follow each other."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.core.chat.messages import Message

from .values import ForeignNode


def chain_of(messages: Iterable[Message]) -> list[ForeignNode]:
    """Returns nodes that follow each other, named by their place."""
    return [ForeignNode(str(place), str(place - 1) if place else None, message)
            for place, message in enumerate(messages)]
