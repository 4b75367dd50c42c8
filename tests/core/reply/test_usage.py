"""Token usage and its cost."""

from __future__ import annotations

import pytest

from workbench.core.reply.usage import Price, Usage


def test_only_what_the_server_said_is_written() -> None:
    assert Usage(3, None, reasoning=0).to_json() == {"input": 3, "reasoning": 0}
    assert Usage.from_json({"input": 3, "reasoning": 0, "later": 1}) == Usage(3, reasoning=0)


def test_prices() -> None:
    price = Price(2.0, 10.0, cache_read=0.5, cache_write=4.0, tiers=((200_000, Price(4.0, 20.0)),))
    assert price.cost(Usage(1_000_000, 0)) == 4.0  # the tier counts from its first token on
    assert price.cost(Usage(100_000, 100_000)) == pytest.approx(1.2)
    assert price.cost(Usage(100_000, 0, cached=50_000, cache_written=10_000)) == pytest.approx(0.145)
    assert price.cost(Usage(1, 1, cost=0.7)) == 0.7  # what the server says wins
    assert price.cost(Usage(None, 5)) is None and Price(None, 1.0).cost(Usage(1, 1)) is None
    assert Price(0.0, 0.0).cost(Usage(5, 5)) == 0
