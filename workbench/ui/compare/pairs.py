"""Pairs of lanes for blind votes, in the order in which they are judged."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

from workbench.ui.compare.compare_controller import Lane


def blind_pairs(lanes: Sequence[Lane], chance: random.Random) -> list[tuple[str, str]]:
    """Returns the ids of each pair of lanes that differ in model or settings, in random order and on random sides."""
    pairs = [
        (one.id, other.id) if chance.random() < 0.5 else (other.id, one.id)
        for one, other in itertools.combinations(lanes, 2) if (one.model, one.params) != (other.model, other.params)
    ]
    chance.shuffle(pairs)
    return pairs
