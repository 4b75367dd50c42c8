"""The parameters do what they say: frequencies of many draws against the probabilities they must follow.

All draws are seeded, so a test passes or fails for good. ``NEAR`` is five standard errors of a share of one
half; a wrong rule is off by far more.
"""

from __future__ import annotations

import math
from collections import Counter

import pytest

from workbench.providers.builtin.ngram import Distribution, NGram
from workbench.providers.builtin.sampling import Sampler, Sampling

DRAWS = 4000
NEAR = 5 * 0.5 / math.sqrt(DRAWS)


@pytest.fixture
def next_token(ngram: NGram) -> Distribution:
    return ngram.after(ngram.context("the"))


def draws(
    ngram: NGram, distribution: Distribution, sampling: Sampling, seed: str = "1", count: int = DRAWS
) -> Counter[int]:
    sampler = Sampler(ngram, sampling, seed)
    return Counter(sampler.choose(distribution) for _ in range(count))


def chances(ngram: NGram, distribution: Distribution, temperature: float = 1.0) -> list[float]:
    weights = [math.exp(ngram.logprob(distribution, t) / temperature) for t in range(len(ngram.vocabulary))]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def best(expected: list[float], count: int = 12) -> list[int]:
    return sorted(range(len(expected)), key=lambda token: -expected[token])[:count]


@pytest.mark.parametrize("temperature", [0.3, 0.7, 1.0, 1.5, 2.0])
def test_temperature_scales_the_distribution(
    ngram: NGram, next_token: Distribution, temperature: float
) -> None:
    drawn = draws(ngram, next_token, Sampling(temperature=temperature))
    expected = chances(ngram, next_token, temperature)
    for token in best(expected):
        assert drawn[token] / DRAWS == pytest.approx(expected[token], abs=NEAR)
    tail = math.fsum(expected[t] for t in range(len(expected)) if t not in next_token.seen)
    assert sum(drawn[t] for t in drawn if t not in next_token.seen) / DRAWS == pytest.approx(tail, abs=NEAR)


def test_tokens_never_seen_here_follow_their_overall_share(ngram: NGram, next_token: Distribution) -> None:
    drawn = draws(ngram, next_token, Sampling(temperature=2.0))
    expected = chances(ngram, next_token, 2.0)
    unseen = [token for token in range(len(expected)) if token not in next_token.seen]
    frequent, rare = unseen[: len(unseen) // 4], unseen[len(unseen) // 4:]
    for group in (frequent, rare):
        share = sum(drawn[token] for token in group) / DRAWS
        assert share == pytest.approx(math.fsum(expected[token] for token in group), abs=NEAR)


def test_temperature_zero_takes_the_likeliest(ngram: NGram, next_token: Distribution) -> None:
    drawn = draws(ngram, next_token, Sampling(temperature=0, top_k=50, top_p=0.9))
    assert set(drawn) == {next(iter(next_token.seen))}


def test_a_tiny_temperature_neither_overflows_nor_strays(ngram: NGram, next_token: Distribution) -> None:
    drawn = draws(ngram, next_token, Sampling(temperature=0.001, logit_bias={3: 100.0}))
    assert set(drawn) == {3}


@pytest.mark.parametrize("top_k", [1, 2, 5, 40])
def test_top_k_leaves_so_many(ngram: NGram, next_token: Distribution, top_k: int) -> None:
    drawn = draws(ngram, next_token, Sampling(temperature=1.5, top_k=top_k))
    expected = chances(ngram, next_token)
    least = expected[best(expected, top_k)[-1]]  # others may be as likely as the last that is allowed
    assert min(expected[token] for token in drawn) >= least * (1 - 1e-9)
    assert len(drawn) == top_k or (top_k == 40 and len(drawn) < top_k)


@pytest.mark.parametrize("top_p", [0.1, 0.5, 0.9])
def test_top_p_leaves_the_smallest_set_that_reaches_it(
    ngram: NGram, next_token: Distribution, top_p: float
) -> None:
    expected = chances(ngram, next_token)
    ranked = [token for token, _ in ngram.ranked(next_token)]
    size = next(n for n in range(1, len(ranked)) if math.fsum(expected[t] for t in ranked[:n]) >= top_p)
    drawn = draws(ngram, next_token, Sampling(top_p=top_p))
    assert set(drawn) <= set(ranked[:size])
    kept = math.fsum(expected[token] for token in ranked[:size])
    for token in ranked[: min(size, 5)]:
        assert drawn[token] / DRAWS == pytest.approx(expected[token] / kept, abs=NEAR)


@pytest.mark.costly
def test_top_p_acts_after_temperature(ngram: NGram, next_token: Distribution) -> None:
    cold = draws(ngram, next_token, Sampling(temperature=0.4, top_p=0.9))
    warm = draws(ngram, next_token, Sampling(temperature=1.4, top_p=0.9))
    assert len(cold) < len(warm)


def test_min_p_drops_what_is_far_below_the_best(ngram: NGram, next_token: Distribution) -> None:
    expected = chances(ngram, next_token)
    drawn = draws(ngram, next_token, Sampling(min_p=0.2))
    assert set(drawn) == {t for t, chance in enumerate(expected) if chance >= 0.2 * max(expected)}


@pytest.mark.costly
def test_typical_p_keeps_what_surprises_as_usual(ngram: NGram, next_token: Distribution) -> None:
    expected = chances(ngram, next_token)
    entropy = -math.fsum(chance * math.log(chance) for chance in expected)
    unusual = [abs(-math.log(chance) - entropy) for chance in expected]
    order = sorted(range(len(expected)), key=unusual.__getitem__)
    size = next(n for n in range(1, len(order)) if math.fsum(expected[t] for t in order[:n]) >= 0.2)
    most = unusual[order[size - 1]] + 1e-9  # of tokens that are as likely, any may be the last to be kept
    drawn = draws(ngram, next_token, Sampling(typical_p=0.2), count=300)
    assert all(unusual[token] <= most for token in drawn)


@pytest.mark.costly
def test_logit_bias_adds_to_the_logit(ngram: NGram, next_token: Distribution) -> None:
    token = best(chances(ngram, next_token))[3]
    plain = chances(ngram, next_token)[token]
    drawn = draws(ngram, next_token, Sampling(logit_bias={token: 2.0}))
    assert drawn[token] / DRAWS == pytest.approx(plain * math.e**2 / (1 - plain + plain * math.e**2), abs=NEAR)
    assert token not in draws(ngram, next_token, Sampling(logit_bias={token: -100.0}))


def test_logit_bias_reaches_a_token_that_never_stood_here(ngram: NGram, next_token: Distribution) -> None:
    unseen = next(t for t in reversed(range(len(ngram.vocabulary))) if t not in next_token.seen)
    assert set(draws(ngram, next_token, Sampling(logit_bias={unseen: 100.0}))) == {unseen}


@pytest.mark.costly
def test_frequency_and_presence_penalties_take_their_amounts(ngram: NGram, next_token: Distribution) -> None:
    token = next(iter(next_token.seen))
    plain = chances(ngram, next_token)[token]
    for sampling, taken in (
        (Sampling(frequency_penalty=0.5), 1.5), (Sampling(presence_penalty=0.5), 0.5),
        (Sampling(frequency_penalty=-0.2, presence_penalty=1.0), 0.4),
    ):
        sampler = Sampler(ngram, sampling, "1")
        for _ in range(3):
            sampler.add(token)
        share = sum(sampler.choose(next_token) == token for _ in range(DRAWS)) / DRAWS
        factor = math.exp(-taken)
        assert share == pytest.approx(plain * factor / (1 - plain + plain * factor), abs=NEAR)


def test_repetition_penalty_counts_the_prompt(ngram: NGram, next_token: Distribution) -> None:
    token = next(iter(next_token.seen))
    plain = chances(ngram, next_token)[token]
    sampler = Sampler(ngram, Sampling(repetition_penalty=1.5), "1", [token])
    share = sum(sampler.choose(next_token) == token for _ in range(DRAWS)) / DRAWS
    size = len(ngram.vocabulary)
    penalised = (plain * size) ** (1 / 1.5) / size  # its logit lies above zero, that of an even choice
    assert share == pytest.approx(penalised / (1 - plain + penalised), abs=NEAR)


@pytest.mark.costly
def test_repetition_penalty_pushes_an_unlikely_token_further_down(
    ngram: NGram, next_token: Distribution
) -> None:
    rare = next(t for t in reversed(range(len(ngram.vocabulary))) if t not in next_token.seen)
    sampling = Sampling(repetition_penalty=1.5, logit_bias={rare: 9.0})
    free, penalised = Sampler(ngram, sampling, "1"), Sampler(ngram, sampling, "1", [rare])
    counts = [sum(s.choose(next_token) == rare for _ in range(DRAWS)) for s in (free, penalised)]
    assert counts[0] > 2 * counts[1] > 0


def test_a_forbidden_token_is_never_chosen(ngram: NGram, next_token: Distribution) -> None:
    token = next(iter(next_token.seen))
    for sampling in (Sampling(), Sampling(temperature=0), Sampling(top_p=0.3)):
        sampler = Sampler(ngram, sampling, "1")
        assert token not in {sampler.choose(next_token, (token,)) for _ in range(200)}


def test_the_seed_decides(ngram: NGram, next_token: Distribution) -> None:
    assert draws(ngram, next_token, Sampling(), "7") == draws(ngram, next_token, Sampling(), "7")
    assert draws(ngram, next_token, Sampling(), "7") != draws(ngram, next_token, Sampling(), "8")
