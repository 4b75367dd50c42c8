"""What log probabilities add up to, also with the numbers that servers write for unknown ones."""

from __future__ import annotations

import math

import pytest

from workbench.core.experiments.logprobs import entropy, mean_logprob, perplexity, token_chance, told

UNKNOWN = [-9999.0, -3.4e38, -1.7976931348623157e308, -math.inf, math.nan]


def test_probabilities() -> None:
    assert perplexity([math.log(0.25)] * 7) == pytest.approx(4)  # a fair choice of four
    assert perplexity([]) is None
    assert entropy([math.log(0.25)] * 4) == pytest.approx(2)
    assert entropy([math.log(0.5)]) == pytest.approx(1)  # the rest counts as one alternative


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_what_the_server_left_out_counts_for_nothing(unknown: float) -> None:
    logprobs = [-0.1, unknown, -0.3, unknown]
    assert perplexity(logprobs) == pytest.approx(math.exp(0.2)) and mean_logprob(logprobs) == pytest.approx(-0.2)
    assert told(logprobs) == [-0.1, -0.3] and token_chance(unknown) == 0
    assert entropy([math.log(0.5), unknown]) == pytest.approx(1)
    assert perplexity([unknown]) is None


def test_what_is_above_certainty_is_certain() -> None:
    assert perplexity([1e-7, 1e308]) == 1 and token_chance(700.0) == 1 and entropy([800.0]) == 0
