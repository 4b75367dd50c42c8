"""The n-gram model: its distributions and what they are made of."""

from __future__ import annotations

import math
from itertools import islice, pairwise

import pytest

from workbench.providers.builtin.ngram import END, NGram

LINES = ("the cat sat on the mat", "the cat ran", "a dog sat on a mat", "the dog ran on the grass")


@pytest.fixture
def small() -> NGram:
    return NGram(LINES)


@pytest.mark.parametrize("text", ["", "the", "the cat", "sat on the", "nothing known", "the cat sat on the mat"])
def test_every_context_has_a_distribution_that_adds_up_to_one(small: NGram, text: str) -> None:
    distribution = small.after(small.context(text))
    chances = [math.exp(small.logprob(distribution, token)) for token in range(len(small.vocabulary))]
    assert math.fsum(chances) == pytest.approx(1)
    assert min(chances) > 0


def test_the_large_model_adds_up_too(ngram: NGram) -> None:
    for text in ("The program", "temperature", "What can you do?"):
        distribution = ngram.after(ngram.context(text))
        total = math.fsum(math.exp(ngram.logprob(distribution, t)) for t in range(len(ngram.vocabulary)))
        assert total == pytest.approx(1)


def test_what_followed_is_likelier_than_what_never_did(small: NGram) -> None:
    distribution = small.after(small.context("the cat"))
    logprob = {word: small.logprob(distribution, small.ids[word]) for word in (" sat", " ran", " mat", " grass")}
    assert logprob[" sat"] == pytest.approx(logprob[" ran"])
    assert logprob[" sat"] > logprob[" mat"] + 2


def test_a_longer_context_sharpens_the_prediction(small: NGram) -> None:
    after_on = small.after(small.context("on the"))
    after_sat_on = small.after(small.context("cat sat on the"))
    mat = small.ids[" mat"]
    assert small.logprob(after_sat_on, mat) > small.logprob(after_on, mat)


def test_an_unknown_last_word_begins_a_new_text(small: NGram) -> None:
    assert small.context("the cat saw dragons") == [small.ids[END]]
    assert small.context("dragons sat on") == [small.ids[" sat"], small.ids[" on"]]


def test_ranking_is_by_probability_and_complete(small: NGram) -> None:
    distribution = small.after(small.context("the"))
    ranked = list(small.ranked(distribution))
    assert sorted(token for token, _ in ranked) == list(range(len(small.vocabulary)))
    assert all(one[1] >= other[1] for one, other in pairwise(ranked))
    assert all(logit == small.logprob(distribution, token) for token, logit in ranked)


def test_ids_count_from_the_most_frequent_token(ngram: NGram) -> None:
    shares = list(islice(ngram.log_share, 50))
    assert shares == sorted(shares, reverse=True)


def test_the_fingerprint_follows_the_text() -> None:
    assert NGram(LINES).fingerprint == NGram(LINES).fingerprint
    assert NGram(LINES).fingerprint != NGram(LINES[1:]).fingerprint
