"""A small n-gram language model, made of counts of token sequences in the help pages.

The probability of the next token mixes the counts after the last three tokens, the last two, the last one,
and the token's overall share. Each level passes on a part of its mass that grows with the number of different
tokens seen there: Witten and Bell's estimate (The zero-frequency problem, IEEE Trans. Inf. Theory 37(4),
1991, method C), with that part scaled down so that a small corpus gives readable sentences.

Every token has a probability above zero after every context. Only the tokens seen after the context are stored
explicitly, a few hundred at most; all others are a common factor times their overall share. So the next
token costs microseconds instead of a walk over the vocabulary.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from . import tokens

ORDER = 4
HANDED_ON = 0.35  # of Witten and Bell's part
CACHED = 256
"""Contexts whose distribution is kept, 7 kB each. Ten times as many would save an eighth of the time of a token."""
END = ""  # the token at the end of a text, and before its beginning


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """The natural-log probability of each next token.

    ``seen`` holds those that followed a context, likeliest first; any other token ``t`` has
    ``rest + NGram.log_share[t]``. Compared by identity, so that it can be the key of a cache.
    """

    seen: Mapping[int, float]
    rest: float

    @classmethod
    def ranked(cls, logits: Mapping[int, float], rest: float) -> Distribution:
        """Sorts logits by size; equal ones stay in order."""
        order = sorted(logits, key=logits.__getitem__, reverse=True)
        return cls({token: logits[token] for token in order}, rest)


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights relative to that of the likeliest token, whose logit is ``best``: running sums over ``seen``,
    and the sum over all other tokens."""

    best: float
    running: Sequence[float]
    others: float

    @property
    def explicit(self) -> float:
        return self.running[-1] if self.running else 0.0


class NGram:
    """Learns from lines of text. Token ids count from 0, most frequent token first."""

    def __init__(self, lines: Iterable[str]) -> None:
        texts = [tokens.split(f" {line}") for line in lines]
        counts = Counter(token for text in texts for token in text)
        counts[END] = len(texts)
        self.vocabulary = sorted(counts, key=lambda token: (-counts[token], token))
        self.ids = {token: number for number, token in enumerate(self.vocabulary)}
        self.end = self.ids[END]
        total = counts.total()
        self._share = [counts[token] / total for token in self.vocabulary]
        self.log_share = [math.log(share) for share in self._share]
        self._after: dict[tuple[int, ...], dict[int, int]] = {}
        for text in texts:
            self._learn([self.end, *(self.ids[token] for token in text), self.end])
        self.fingerprint = "ngram-" + hashlib.sha256("\n".join(map("".join, texts)).encode()).hexdigest()[:8]
        # Methods are cached per model, so that the cache is freed with its model.
        self._next = lru_cache(maxsize=CACHED)(self._distribution)
        self.tail = lru_cache(maxsize=16)(self._tail)
        self.weights_of = lru_cache(maxsize=CACHED)(self.weights)

    def _learn(self, text: list[int]) -> None:
        after = self._after
        for place in range(1, len(text)):
            token = text[place]
            for start in range(max(0, place - ORDER + 1), place):
                context = tuple(text[start:place])
                followers = after.get(context)
                if followers is None:
                    after[context] = {token: 1}
                else:
                    followers[token] = followers.get(token, 0) + 1

    def encode(self, text: str) -> list[int]:
        """Returns token ids; -1 for a token that never occurs in the help pages."""
        return [self.ids.get(token, -1) for token in tokens.split(text)]

    def context(self, text: str) -> list[int]:
        """Returns the context that the model continues ``text`` from: the known tokens at its end, or a beginning."""
        context: list[int] = []
        end = " ".join(text[-1000:].split())  # more than its last tokens can be long
        for token in reversed(self.encode(f" {end}")[-ORDER:]):
            if token < 0:
                break
            context.insert(0, token)
        return context or [self.end]

    def after(self, context: Sequence[int]) -> Distribution:
        """Returns the distribution of the token after ``context``, of which the last ``ORDER - 1`` tokens count."""
        return self._next(tuple(context[-(ORDER - 1):]))

    def _distribution(self, context: tuple[int, ...]) -> Distribution:
        share, seen = 1.0, dict[int, float]()
        for start in range(len(context)):
            followers = self._after.get(context[start:])
            if followers is None:
                continue
            handed_on = HANDED_ON * len(followers)
            scale = share / (sum(followers.values()) + handed_on)
            for token, count in followers.items():
                seen[token] = seen.get(token, 0.0) + scale * count
            share = scale * handed_on
        rest = math.log(share)
        shares = self._share
        logs = {token: math.log(chance + share * shares[token]) for token, chance in seen.items()}
        return Distribution.ranked(logs, rest)

    def logprob(self, distribution: Distribution, token: int) -> float:
        """Returns the natural-log probability of a token."""
        found = distribution.seen.get(token)
        return distribution.rest + self.log_share[token] if found is None else found

    def ranked(self, distribution: Distribution) -> Iterator[tuple[int, float]]:
        """Yields all tokens with their logits, likeliest first (``seen`` must be sorted so)."""
        seen = iter(distribution.seen.items())
        best = next(seen, None)
        for token, share in enumerate(self.log_share):
            if token in distribution.seen:
                continue
            logit = distribution.rest + share
            while best is not None and best[1] >= logit:
                yield best
                best = next(seen, None)
            yield token, logit
        while best is not None:
            yield best
            best = next(seen, None)

    def weights(self, distribution: Distribution, temperature: float) -> Weights:
        """Returns what a draw at ``temperature`` needs; ``weights_of`` is the same for distributions that recur."""
        best = next(self.ranked(distribution))[1]
        running = list(accumulate([math.exp((logit - best) / temperature)
                                   for logit in distribution.seen.values()]))
        tail, sums = self.tail(temperature)
        others = max(sums[-1] - math.fsum([tail[token] for token in distribution.seen]), 0.0)
        scale = math.exp((distribution.rest + self.log_share[0] - best) / temperature)
        return Weights(best, running, others * scale)

    def _tail(self, temperature: float) -> tuple[list[float], list[float]]:
        """Returns each token's overall share relative to the largest, at ``temperature``; and running sums."""
        top = self.log_share[0]
        weights = [math.exp((share - top) / temperature) for share in self.log_share]
        return weights, list(accumulate(weights))
