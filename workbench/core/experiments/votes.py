"""Votes from blind comparisons: which players met, for which kind of task, and which was better."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.core.json_types import Json, JsonObject

from .statistics import Z95, Strength, bradley_terry, difference_error

KEPT = "votes/"
"""Votes are kept in the store under this and an id."""


@dataclass(frozen=True, slots=True)
class Vote:
    """``score`` is 1 when ``left`` was better, 0 when ``right`` was, 0.5 for a tie. ``tags`` say what kind of
    task it was, ``chat`` and ``question`` are ids, ``at`` is seconds since 1970."""

    left: str
    right: str
    score: float
    tags: tuple[str, ...] = ()
    chat: str = ""
    question: str = ""
    at: float = 0.0

    def to_json(self) -> JsonObject:
        return {
            "left": self.left, "right": self.right, "score": self.score, "tags": list(self.tags),
            "chat": self.chat, "question": self.question, "at": self.at,
        }

    @classmethod
    def from_json(cls, data: Json) -> Vote | None:
        """Returns None for anything that is not a vote."""
        if not isinstance(data, dict) or data.get("score") not in (0, 0.5, 1):
            return None
        tags, at = data.get("tags"), data.get("at")
        return cls(
            str(data.get("left", "")), str(data.get("right", "")), float(str(data["score"])),
            tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
            str(data.get("chat", "")), str(data.get("question", "")),
            float(at) if isinstance(at, int | float) else 0.0,
        )


def player(model: str, params: Mapping[str, Json]) -> str:
    """Returns the name of what is voted on: a model with its settings, the same text for the same ones."""
    settings = (f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in sorted(params.items()))
    return " · ".join((model, *settings))


def scores(votes: Iterable[Vote], tag: str = "") -> Sequence[Strength]:
    """Returns the players' strengths, strongest first, from all votes or those of one tag; none without votes."""
    return bradley_terry(_wins(votes, tag))


def votes_to_tell(votes: Iterable[Vote], tag: str = "") -> int | None:
    """Returns about how many more votes tell the strongest player from the second with 95 % confidence, if they go as
    those so far: the error of the difference shrinks with the root of the number of votes (Wald's interval).

    0 when the two are distinct already; None without two players, or when they are equally strong.
    """
    wins = _wins(votes, tag)
    ranked = bradley_terry(wins)
    if len(ranked) < 2 or ranked[0].value - ranked[1].value < 1e-6:
        return None
    first, second = ranked[:2]
    needed = (Z95 * difference_error(wins, first.player, second.player) / (first.value - second.value)) ** 2
    return max(0, math.ceil((needed - 1) * sum(wins.values())))


def _wins(votes: Iterable[Vote], tag: str) -> dict[tuple[str, str], float]:
    """Returns how often the first of a pair beat the second; a tie is half a win for each."""
    wins: dict[tuple[str, str], float] = {}
    for vote in votes:
        if not tag or tag in vote.tags:
            pair = (vote.left, vote.right)
            wins[pair] = wins.get(pair, 0.0) + vote.score
            wins[pair[::-1]] = wins.get(pair[::-1], 0.0) + 1 - vote.score
    return wins
