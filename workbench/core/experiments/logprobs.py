"""Log probabilities of tokens (natural logarithms) as servers tell them, and what they add up to."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .statistics import mean

_LEAST = -1000.0
"""No model tells so small a log probability: its logits are tens apart. OpenAI writes −9999.0 “to signify that the
token is very unlikely” when it is not among the 20 likeliest (API reference, “logprob”); others write the lowest float,
−3.4e38, or minus infinity."""


def told(logprobs: Sequence[float]) -> list[float]:
    """Returns those that are log probabilities, without the numbers that stand for one that the server left out."""
    return [min(value, 0.0) for value in logprobs if value > _LEAST]  # rounding may have lifted one above 0


def token_chance(logprob: float) -> float:
    """Returns the probability; 0 where the server left it out."""
    return math.exp(value) if (value := next(iter(told([logprob])), None)) is not None else 0.0


def mean_logprob(logprobs: Sequence[float]) -> float | None:
    """Returns the mean over the tokens whose probability was told; None when there is none."""
    known = told(logprobs)
    return mean(known) if known else None


def perplexity(logprobs: Sequence[float]) -> float | None:
    """Returns the exponential of the mean negative log probability (Jelinek et al. 1977) over the tokens whose
    probability was told; None when there is none."""
    middle = mean_logprob(logprobs)
    return None if middle is None else math.exp(-middle)


def entropy(logprobs: Sequence[float]) -> float:
    """Returns the entropy in bits (Shannon 1948) of the alternatives given; what they leave over counts as one more
    alternative, so it is a lower bound."""
    chances = [token_chance(value) for value in logprobs]
    rest = max(0.0, 1 - math.fsum(chances))
    return -math.fsum(chance * math.log2(chance) for chance in [*chances, rest] if chance > 0)
