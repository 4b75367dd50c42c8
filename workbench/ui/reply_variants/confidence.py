"""The figures of the token view: how sure a reply was, where it was not, and what a token's colour says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.core.experiments.logprobs import entropy, perplexity, token_chance, told
from workbench.core.reply.records import TokenChance, TokenLogprob

MOST_BITS = 3.0
"""The entropy that gets the strongest colour: as unsure as among eight equal choices."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A token in its place: ``index`` among the tokens, ``start`` and ``end`` in the text of all of them."""

    index: int
    start: int
    end: int
    token: TokenLogprob

    @property
    def chance(self) -> float:
        """Between 0 and 1."""
        return token_chance(self.token.logprob)

    @property
    def bits(self) -> float:
        """The entropy of its place, from the alternatives that were told."""
        return entropy([other.logprob for other in self.alternatives])

    @property
    def alternatives(self) -> tuple[TokenChance, ...]:
        """Likeliest first, the token itself among them."""
        own = TokenChance(self.token.token, self.token.logprob)
        known = {other.token: other for other in (*self.token.top, own)}
        return tuple(sorted(known.values(), key=lambda other: -other.logprob))

    def doubt(self, by: str) -> float:
        """Returns a doubt from 0 (sure) to 1, by ``probability`` or ``entropy``."""
        return 1 - self.chance if by == "probability" else min(self.bits / MOST_BITS, 1.0)


def spots(tokens: Sequence[TokenLogprob]) -> tuple[Spot, ...]:
    found, at = [], 0
    for index, token in enumerate(tokens):
        found.append(Spot(index, at, at + len(token.token), token))
        at += len(token.token)
    return tuple(found)


def least_sure(places: Sequence[Spot], most: int = 12) -> tuple[Spot, ...]:
    """Returns the places with the least likely tokens, least likely first."""
    return tuple(sorted(places, key=lambda spot: spot.token.logprob)[:most])


def summary(places: Sequence[Spot]) -> str:
    """Returns the whole reply in one line."""
    logprobs = [spot.token.logprob for spot in places]
    value, unknown = perplexity(logprobs), len(logprobs) - len(told(logprobs))
    bits = math.fsum(spot.bits for spot in places) / len(places) if places else 0.0
    known = any(spot.token.top for spot in places)
    facts = [f"{len(places):,} tokens", f"perplexity {value:.2f}" if value is not None else ""]
    if unknown:
        facts.append("1 token of unknown probability left out" if unknown == 1 else
                     f"{unknown:,} tokens of unknown probability left out")
    facts.append(f"{bits:.2f} bits per token" if known else "alternatives were not asked for: set top_logprobs")
    return " · ".join(fact for fact in facts if fact)


def before(text: str, places: Sequence[Spot]) -> str:
    """Returns the text of a reply that stands before its first known token: the beginning that it was given."""
    known = "".join(spot.token.token for spot in places)
    return text[: -len(known)] if known and text.endswith(known) else ""


def visible(token: str) -> str:
    """Returns a token as it can be read in a list: blanks and breaks have signs."""
    return token.replace("\n", "⏎").replace("\t", "⇥").replace(" ", "␣") or "∅"
