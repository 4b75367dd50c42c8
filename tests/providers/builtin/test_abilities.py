"""The abilities of the built-in models: their limits and what is known of them."""

from __future__ import annotations

import pytest

from workbench.core.request.models import ModelRef
from workbench.core.request.parameters import by_name
from workbench.providers.builtin import abilities
from workbench.providers.builtin.body import ApiError, parse


def test_every_parameter_has_an_effect_or_a_reason() -> None:
    for model in ("guide", "ngram"):
        limits = abilities.limits(ModelRef("builtin", model))
        refused = {name for name, limit in limits.items() if limit.state == "refused"}
        assert refused.isdisjoint(abilities.SUPPORTED[model])
        assert by_name().keys() <= refused | abilities.SUPPORTED[model]
        assert all(limit.reason.endswith(".") and limit.source == "facts" for limit in limits.values())
    assert abilities.limits(ModelRef("builtin", "other")) == {}


@pytest.mark.parametrize("name", ["n", "repetition_penalty"])
def test_a_range_is_the_one_that_requests_are_checked_by(name: str) -> None:
    limit = abilities.limits(ModelRef("builtin", "ngram"))[name]
    assert limit.state == "range" and limit.high is not None
    body = {"model": "ngram", "messages": [{"role": "user", "content": "a"}]}
    parse({**body, name: int(limit.high)})
    with pytest.raises(ApiError) as caught:
        parse({**body, name: int(limit.high) + 1})
    assert caught.value.param == name


def test_what_is_known_of_the_models() -> None:
    guide, ngram = abilities.info("guide"), abilities.info("ngram")
    assert (guide.ref, guide.reasoning, guide.tool_call, guide.temperature) == (
        ModelRef("builtin", "guide"), True, False, False)
    assert (ngram.reasoning, ngram.tool_call, ngram.structured_output) == (False, True, True)
    assert ngram.context == abilities.CONTEXT["ngram"] and ngram.price is not None and ngram.price.output == 0
