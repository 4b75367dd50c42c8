"""Votes from blind comparisons: which players met, for which kind of task, and which was better."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.core.json_types import Json, JsonObject

from .bradley_terry import Fit, Strength, Wins, bradley_terry, likelihood_evidence, told_from
from .e_values import evidence_below, mean_evidence
from .statistics import normal_below

KEPT = "votes/"
"""Votes are kept in the store under this and an id."""

ALPHA, LIKELY = 0.05, 0.8
"""The chance of ever calling a player better who is not, and the one that the votes asked for will do."""
MOST_VOTES = 100_000


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


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the strongest player is told from the second (``told``), or after about how many votes ``more`` it
    would be; more than ``MOST_VOTES`` are given as one above."""

    told: bool
    more: int


def scores(votes: Iterable[Vote], tag: str = "") -> Sequence[Strength]:
    """Returns the players' strengths, strongest first, from all votes or those of one tag; none without votes."""
    return bradley_terry(_wins(vote for vote in votes if not tag or tag in vote.tags)).strengths


def standing(votes: Iterable[Vote], tag: str = "") -> Standing | None:
    """Returns what the votes so far say of the first two; None where there are no two.

    The answer may be looked at after each vote, and the votes stopped when it pleases: over all looks together it
    calls a player better who is not in at most 5 %, of which each pair of players has an equal part, either way round
    (Bonferroni).
    ``more`` counts the votes after which the two would be told apart with a probability of 80 %, votes going between
    the pairs as so far. How large the difference is, is taken to be as uncertain as the votes leave it (the assurance
    of O'Hagan, Stevens and Campbell 2005), not to be the one seen, which would promise too much.
    """
    counted = [vote for vote in votes if not tag or tag in vote.tags]
    wins = _wins(counted)
    fit = bradley_terry(wins)
    players = len(fit.strengths)
    if players < 2:
        return None
    needed = math.log10(math.perm(players, 2) / ALPHA)
    if _evidence(counted, wins, fit) >= needed:
        return Standing(True, 0)
    if players > 2:
        needed += math.log10(2)  # what the worse of the two bets costs
    games = sum(wins.values())
    few, many = 0, MOST_VOTES + 1
    while many - few > 1:
        middle = (few + many) // 2
        likely = _assurance(fit, needed, (games + middle) / games) >= LIKELY
        few, many = (few, middle) if likely else (middle, many)
    return Standing(False, many)


def _evidence(votes: Sequence[Vote], wins: Wins, fit: Fit) -> float:
    """Returns the evidence that the first player is better than the second, as the decimal logarithm of an e-value.

    Half of the stake is a bet on the votes between these two, which assumes nothing of the others; half goes by all
    votes, in which the two are also compared through those whom both have met.
    """
    first, second = (each.player for each in fit.strengths[:2])
    met = Counter(vote.score if vote.left == first else 1 - vote.score for vote in votes
                  if {vote.left, vote.right} == {first, second})
    direct = evidence_below({1 - score: count for score, count in met.items()}, 0.5)
    if len(fit.strengths) == 2:
        return direct
    return mean_evidence([direct, likelihood_evidence(wins, first, second)])


def _assurance(fit: Fit, needed: float, growth: float) -> float:
    """Returns the probability that the first two are told apart when there are ``growth`` times as many votes, given
    those so far."""
    seen, error = fit.strengths[0].value - fit.strengths[1].value, fit.difference_error(0, 1)
    bound = told_from(growth / error**2, needed)
    open_yet = error * math.sqrt(1 - 1 / growth)
    return normal_below((seen - bound) / open_yet) + normal_below((-seen - bound) / open_yet)


def _wins(votes: Iterable[Vote]) -> Wins:
    """Returns how often the first of a pair beat the second; a tie is half a win for each."""
    wins: dict[tuple[str, str], float] = {}
    for vote in votes:
        pair = (vote.left, vote.right)
        wins[pair] = wins.get(pair, 0.0) + vote.score
        wins[pair[::-1]] = wins.get(pair[::-1], 0.0) + 1 - vote.score
    return wins
