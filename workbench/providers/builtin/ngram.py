"""A small n-gram language model: counts of what followed what in the help pages.

The probability of the next token mixes the counts after the last three tokens, the last two, the last one,
and the token's overall share. Each level hands on a part of its mass that grows with the number of different
tokens seen there: Witten and Bell's estimate (The zero-frequency problem, IEEE Trans. Inf. Theory 37(4),
1991, method C), with the part handed on scaled down so that a small corpus gives readable sentences.

Every token has a probability above zero after every context. Only the tokens seen after the context are held
explicitly, a few hundred at most; all others are a common factor times their overall share. So the next
token costs microseconds and not a walk over the vocabulary.
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
END = ""  # the token that ends a text, and stands before its beginning


@dataclass(frozen=True, slots=True)
class Distribution:
    """The natural-log probability of each next token.

    ``seen`` holds those that followed a context, likeliest first; any other token ``t`` has
    ``rest + NGram.log_share[t]``.
    """

    seen: Mapping[int, float]
    rest: float


class NGram:
    """Trained from lines of text. Token ids count from 0, most frequent token first."""

    def __init__(self, lines: Iterable[str]) -> None:
        texts = [tokens.split(f" {line}") for line in lines]
        counts = Counter(token for text in texts for token in text)
        counts[END] = len(texts)
        self.vocabulary = sorted(counts, key=lambda token: (-counts[token], token))
        self.ids = {token: number for number, token in enumerate(self.vocabulary)}
        self.end = self.ids[END]
        total = counts.total()
        self.log_share = [math.log(counts[token] / total) for token in self.vocabulary]
        self._after: dict[tuple[int, ...], dict[int, int]] = {}
        for text in texts:
            self._learn([self.end, *(self.ids[token] for token in text), self.end])
        self.fingerprint = "ngram-" + hashlib.sha256("\n".join(map("".join, texts)).encode()).hexdigest()[:8]
        # Methods are cached per model, so that a model that goes takes its cache along.
        self._next = lru_cache(maxsize=4096)(self._distribution)
        self.tail = lru_cache(maxsize=16)(self._tail)

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
        """Token ids; -1 for a token that never occurs in the help pages."""
        return [self.ids.get(token, -1) for token in tokens.split(text)]

    def context(self, text: str) -> list[int]:
        """What the model goes by when it continues ``text``: the known tokens at its end, or a beginning."""
        context: list[int] = []
        for token in reversed(self.encode(" " + " ".join(text.split()))[-ORDER:]):
            if token < 0:
                break
            context.insert(0, token)
        return context or [self.end]

    def after(self, context: Sequence[int]) -> Distribution:
        """The distribution of the token after ``context``, of which the last ``ORDER - 1`` tokens count."""
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
        logs = {token: math.log(p + share * math.exp(self.log_share[token])) for token, p in seen.items()}
        return Distribution(dict(sorted(logs.items(), key=lambda item: (-item[1], item[0]))), rest)

    def logprob(self, distribution: Distribution, token: int) -> float:
        found = distribution.seen.get(token)
        return distribution.rest + self.log_share[token] if found is None else found

    def ranked(self, distribution: Distribution) -> Iterator[tuple[int, float]]:
        """All tokens with their logits, likeliest first (``seen`` must be sorted so)."""
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

    def _tail(self, temperature: float) -> tuple[list[float], list[float]]:
        """For each token its overall share relative to the largest, at ``temperature``; and running sums."""
        top = self.log_share[0]
        weights = [math.exp((share - top) / temperature) for share in self.log_share]
        return weights, list(accumulate(weights))
