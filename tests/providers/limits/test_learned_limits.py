"""Lessons: what one refusal teaches, who is told, and how long it lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from tests.conftest import Run
from tests.providers.support import MemoryStore
from workbench.core.errors import Refused
from workbench.core.json_types import Json
from workbench.core.reply.records import Adjustment
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import Endpoint, resolve_endpoint
from workbench.providers.limits.learned_limits import PREFIX, LearnedLimits
from workbench.providers.wire.error_bodies import refusal
from workbench.providers.wire.protocol import Outgoing

KEY = f"{PREFIX}http://lab:8000/v1:qwen3:8b"


def endpoint(base_url: str = "http://lab:8000/v1") -> Endpoint:
    return resolve_endpoint(ProviderConfig("lab", base_url=base_url), Settings())


def refused(message: str) -> Refused:
    return refusal(400, {}, message, "lab")


def sent(**fields: Json) -> Outgoing:
    return Outgoing("http://lab:8000/v1/chat/completions", {"model": "qwen3:8b", "messages": [], **fields})


def learned(store: MemoryStore | None = None) -> LearnedLimits:
    return LearnedLimits(store)  # type: ignore[arg-type]


async def learn(lessons: LearnedLimits, message: str, **fields: Json) -> Adjustment | None:
    return await lessons.learn(endpoint(), "qwen3:8b", refused(message), sent(**fields))


def test_a_lesson_is_stored_and_told_at_once(run: Run) -> None:
    store = MemoryStore()
    lessons = learned(store)
    told: list[Mapping[str, Json]] = []
    lessons.changed.add(lambda key: told.append(lessons.of(endpoint(), lessons.model_of(key, endpoint()))))
    change = run(learn(lessons, "seed is not supported", seed=1))
    assert change == Adjustment("seed", "dropped", "lab refused it: seed is not supported")
    assert [list(found) for found in told] == [["seed"]]
    assert store.stored[KEY] == lessons.of(endpoint(), "qwen3:8b")
    assert run(learn(lessons, "seed is not supported", seed=1)) is None, "that is known"
    assert len(told) == 1


def test_an_error_that_teaches_nothing_tells_nothing(run: Run) -> None:
    lessons = learned()
    lessons.changed.add(lambda key: pytest.fail(f"told {key}"))
    assert run(learn(lessons, "the model is asleep", seed=1)) is None
    assert run(lessons.learn(endpoint(), "m", refused("seed is not supported"), sent(seed=1),
                             frozenset({"seed"}))) is None
    run(lessons.forget(endpoint(), "m", "seed", facts=False))
    run(lessons.forget(endpoint(), "m", "", facts=False))


def test_a_range_and_then_a_refusal(run: Run) -> None:
    lessons = learned()
    first = run(learn(lessons, "temperature must be between 0 and 1", temperature=1.5))
    assert first is not None and first.action == "clamped"
    again = run(learn(lessons, "temperature must be between 0 and 1", temperature=1.5))
    assert again is not None and again.action == "dropped", "the range did not help"


def test_forgetting_is_stored_and_told(run: Run) -> None:
    store = MemoryStore()
    lessons = learned(store)
    run(learn(lessons, "seed is not supported", seed=1))
    run(learn(lessons, "top_p is not supported", top_p=1))
    told: list[str] = []
    lessons.changed.add(told.append)
    run(lessons.forget(endpoint(), "qwen3:8b", "seed", facts=False))
    assert list(lessons.of(endpoint(), "qwen3:8b")) == ["top_p"] and told == [KEY]
    run(lessons.forget(endpoint(), "qwen3:8b", "", facts=False))
    assert lessons.of(endpoint(), "qwen3:8b") == {} and store.stored == {} and told == [KEY, KEY]
    run(lessons.forget(endpoint(), "qwen3:8b", "stop", facts=True))
    assert lessons.of(endpoint(), "qwen3:8b") == {"stop": {"state": "allowed"}}


def test_what_others_learned_and_forgot_is_read(run: Run) -> None:
    store = MemoryStore()
    mine, others = learned(store), learned(store)
    told: list[str] = []
    mine.changed.add(told.append)
    run(learn(others, "seed is not supported", seed=1))
    run(mine.load())
    assert list(mine.of(endpoint(), "qwen3:8b")) == ["seed"] and told == [KEY]
    run(mine.load())
    assert told == [KEY], "nothing new"
    run(others.forget(endpoint(), "qwen3:8b", "", facts=False))
    run(mine.load())
    assert mine.of(endpoint(), "qwen3:8b") == {} and told == [KEY, KEY]
    store.stored[f"{PREFIX}x:m"] = "damaged"
    run(mine.load())
    assert told == [KEY, KEY]


def test_a_lesson_learned_while_the_store_is_read_stays(run: Run) -> None:
    """The answer of the store is older than the lesson then."""

    class SlowStore(MemoryStore):
        async def values(self, prefix: str) -> Mapping[str, Json]:
            found = await super().values(prefix)
            await learn(lessons, "seed is not supported", seed=1)
            return found

    lessons = learned(SlowStore())

    async def both() -> None:
        await asyncio.wait_for(lessons.load(), 5)

    run(both())
    assert list(lessons.of(endpoint(), "qwen3:8b")) == ["seed"]


def test_keys_name_endpoint_and_model() -> None:
    assert LearnedLimits.model_of(KEY, endpoint()) == "qwen3:8b"
    assert LearnedLimits.model_of(KEY, endpoint("http://lab:8000")) == ""
    assert LearnedLimits.model_of(KEY, endpoint("http://lab/v1")) == ""
