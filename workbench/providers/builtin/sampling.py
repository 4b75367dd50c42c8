"""Sampling: from a distribution to a token, by temperature, top_p, the penalties and the rest.

Order, as in vLLM: logit bias and penalties change the logits; temperature divides them; then min_p, top_k,
typical_p and top_p cut the list, each seeing what the one before it left.

Sources: top_p, Holtzman et al. 2020 (arXiv 1904.09751); typical_p, Meister et al. 2022 (arXiv 2202.00666);
min_p, Nguyen et al. 2024 (arXiv 2407.01082); repetition penalty, Keskar et al. 2019 (arXiv 1909.05858);
frequency and presence penalties as OpenAI's reference defines them.

The logits are natural-log probabilities. Only the repetition penalty, which divides positive logits and
multiplies negative ones, depends on where zero is: there it is the probability of an even choice among all tokens.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice
from random import Random

from .ngram import Distribution, NGram, Weights


@dataclass(frozen=True, slots=True)
class Sampling:
    """The sampling parameters under the API's names; the defaults change nothing."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0  # 0 and -1: all
    min_p: float = 0.0
    typical_p: float = 1.0
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    repetition_penalty: float = 1.0
    logit_bias: Mapping[int, float] = field(default_factory=dict)


class Sampler:
    """Chooses tokens for one answer. The same seed and choices give the same tokens on every machine.

    ``prompt`` holds the token ids of the prompt, which the repetition penalty counts too.
    """

    def __init__(self, model: NGram, sampling: Sampling, seed: str, prompt: Collection[int] = ()) -> None:
        self._model = model
        self._sampling = sampling
        self._random = Random(seed)
        self._cuts = (sampling.top_k > 0 or sampling.min_p > 0 or sampling.typical_p < 1
                      or sampling.top_p < 1)
        self._counts = Counter[int]()
        self._prompt = set(prompt)

    def add(self, token: int) -> None:
        """Adds a token to the answer, so that the penalties count it."""
        self._counts[token] += 1

    def choose(self, distribution: Distribution, forbidden: Collection[int] = ()) -> int:
        """Returns the next token; those ``forbidden`` cannot be chosen."""
        temperature = self._sampling.temperature
        adjusted = self._adjusted(distribution, forbidden)
        if temperature == 0:
            return next(self._model.ranked(adjusted))[0]
        weigh = self._model.weights_of if adjusted is distribution else self._model.weights
        weights = weigh(adjusted, temperature)
        if not self._cuts:
            return self._draw(adjusted, weights)
        shortlist = self._shortlist(adjusted, weights)
        running = list(accumulate(weight for _, weight in shortlist))
        return shortlist[_place(running, self._random.random() * running[-1])][0]

    def pick(self, count: int) -> int:
        """Returns one of ``count`` equal choices, where a schema leaves one; the first at temperature 0."""
        return 0 if self._sampling.temperature == 0 else self._random.randrange(count)

    def _adjusted(self, distribution: Distribution, forbidden: Collection[int]) -> Distribution:
        """Applies bias and penalties; the tokens that they touch become explicit."""
        s = self._sampling
        penal = bool(s.frequency_penalty or s.presence_penalty or s.repetition_penalty != 1)
        if not (forbidden or s.logit_bias or (penal and (self._counts or self._prompt))):
            return distribution
        logits = dict(distribution.seen)
        logprob = self._model.logprob
        if penal:
            even = math.log(len(self._model.vocabulary))
            for token in sorted(self._counts.keys() | self._prompt):
                logit, count = logprob(distribution, token) + even, self._counts[token]
                logit *= s.repetition_penalty if logit < 0 else 1 / s.repetition_penalty
                logits[token] = logit - even - s.frequency_penalty * count - s.presence_penalty * (count > 0)
        for token, bias in s.logit_bias.items():
            logits[token] = logits.get(token, logprob(distribution, token)) + bias
        for token in forbidden:
            logits[token] = -math.inf
        return Distribution.ranked(logits, distribution.rest)

    def _shortlist(self, distribution: Distribution, weights: Weights) -> list[tuple[int, float]]:
        """Returns the tokens that the cuts leave, with their weights."""
        s = self._sampling
        ranked = (
            (token, math.exp((logit - weights.best) / s.temperature))
            for token, logit in self._model.ranked(distribution)
        )
        if s.top_k <= 0 and s.min_p <= 0 and s.typical_p >= 1:
            return _nucleus(ranked, s.top_p * (weights.explicit + weights.others))
        kept: list[tuple[int, float]] = []
        for item in ranked:
            if item[1] < s.min_p or len(kept) == s.top_k > 0:
                break
            kept.append(item)
        if s.typical_p < 1:
            kept = _typical(kept, s.typical_p)
        return kept if s.top_p >= 1 else _nucleus(kept, s.top_p * math.fsum(weight for _, weight in kept))

    def _draw(self, distribution: Distribution, weights: Weights) -> int:
        """Returns a token drawn by its weight from all of them."""
        point = self._random.random() * (weights.explicit + weights.others)
        if point < weights.explicit:
            return next(islice(distribution.seen, bisect_right(weights.running, point), None))
        return self._draw_rest(distribution, self._random.random())

    def _draw_rest(self, distribution: Distribution, chance: float) -> int:
        """Returns a token that is not explicit, drawn by its weight: running sums with the explicit ones skipped."""
        weights, running = self._model.tail(self._sampling.temperature)
        explicit = sorted(distribution.seen)
        point = chance * (running[-1] - math.fsum(weights[token] for token in explicit))
        for token in explicit:
            if point < running[token] - weights[token]:
                break
            point += weights[token]
        token = _place(running, point)
        while token in distribution.seen:  # by rounding, or where weights are too small to count
            token = (token + 1) % len(running)
        return token


def _place(running: Sequence[float], point: float) -> int:
    """Returns where ``point`` falls in running sums."""
    return min(bisect_right(running, point), len(running) - 1)


def _nucleus(ranked: Iterable[tuple[int, float]], mass: float) -> list[tuple[int, float]]:
    """Returns the first tokens whose weights together reach ``mass``; at least one."""
    kept, total = list[tuple[int, float]](), 0.0
    for item in ranked:
        kept.append(item)
        total += item[1]
        if total >= mass:
            break
    return kept


def _typical(ranked: list[tuple[int, float]], mass: float) -> list[tuple[int, float]]:
    """Returns the tokens whose surprise is nearest to the entropy, up to a share of ``mass``, likeliest first."""
    total = math.fsum(weight for _, weight in ranked)
    chances = [(token, weight, weight / total) for token, weight in ranked if weight > 0]
    entropy = -math.fsum(chance * math.log(chance) for _, _, chance in chances)
    chances.sort(key=lambda item: abs(-math.log(item[2]) - entropy))
    kept = _nucleus([(token, weight) for token, weight, _ in chances], mass * total)
    return sorted(kept, key=lambda item: -item[1])
