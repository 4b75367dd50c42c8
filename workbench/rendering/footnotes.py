"""Footnotes at the end of a text: numbered by first mention, then those without a mention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .blocks import Block, Footnote, Prose


def number(mentions: Iterable[str], within: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Returns the number shown for each footnote, by label, in the order of the notes. ``mentions`` are the labels that
    the text refers to, in order, ``within`` those that each note refers to."""
    order: dict[str, None] = {}
    waiting = [label for label in mentions if label in within]
    for label in waiting:  # grows while notes mention further notes
        if label not in order:
            order[label] = None
            waiting += [other for other in within[label] if other in within]
    order.update(dict.fromkeys(within))
    return {label: str(at) for at, label in enumerate(order, 1)}


def relabel(block: Block, shown: str) -> Block:
    """Returns a leaf of a footnote with the number that the reader sees."""
    note, *inner = block.containers
    assert isinstance(note, Footnote)
    return replace(block, containers=(replace(note, label=shown), *inner))


def with_way_back(block: Block, shown: str) -> Block:
    """Returns the last leaf of a footnote, with a link to its mention."""
    if not isinstance(block, Prose):
        return block
    return replace(block, html=f'{block.html} <a href="#fnref-{shown}">↩</a>')
