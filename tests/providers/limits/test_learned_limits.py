"""Lessons: what one refusal teaches, who is told, and how long it lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.limits.test_refusals import TOO_LARGE, openai
from tests.providers.support import MemoryStore, bench
from tests.support.server import Received, Reply, Server, chat, json_reply, sse
from workbench.core.errors import Refused
from workbench.core.json_types import Json
from workbench.core.reply.events import Retrying
from workbench.core.reply.records import Adjustment
from workbench.core.request.models import ModelRef
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import Endpoint, resolve_endpoint
from workbench.providers.limits.learned_limits import PREFIX, LearnedLimits
from workbench.providers.wire.error_bodies import refusal
from workbench.providers.wire.protocol import Outgoing

PATH = "/v1/chat/completions"
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


# --- over HTTP ---

PAIR = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
DEEP = "`temperature` may only be set to 1 when reasoning is on"


def test_a_lesson_about_a_combination_holds_for_it_alone(server: Server, run: Run) -> None:
    def answer(received: Received) -> Reply:
        body = received.json
        if "temperature" in body and ("top_p" in body or "reasoning_effort" in body):
            return json_reply(openai(PAIR if "top_p" in body else DEEP), 400)
        return chat("Hello")

    server.on("POST", PATH, answer)
    made = bench(server)

    def sent(**params: Any) -> dict[str, Any]:
        out = run(made.reply("test/m", params=params))
        assert out.text == "Hello"
        return {name: value for name, value in out.sent.body.items() if name in params}

    assert sent(temperature=1, top_p=0.5) == {"top_p": 0.5}
    assert sent(temperature=0.5) == {"temperature": 0.5}
    assert "temperature" not in made.providers.limits(ModelRef("test", "m")), "the panel knows no such limit"
    assert sent(temperature=0.5, reasoning_effort="high") == {"reasoning_effort": "high"}
    count = len(server.requests)
    assert sent(temperature=0.5, top_p=1) == {"top_p": 1}
    assert sent(temperature=0.5, reasoning_effort="low") == {"reasoning_effort": "low"}
    assert len(server.requests) == count + 2, "both combinations are known"
    (kept,) = (entry["temperature"] for key, entry in made.store.stored.items() if key.endswith(":m"))
    assert kept["sent"] == ["stream", "stream_options", "temperature", "top_p"] and PAIR in kept["reason"]
    run(made.providers.forget(ModelRef("test", "m"), "temperature"))
    assert not made.store.stored


def test_a_parameter_that_needs_another_is_sent_with_it(server: Server, run: Run) -> None:
    def answer(received: Received) -> Reply:
        body = received.json
        if "top_logprobs" in body and not body.get("logprobs"):
            return json_reply(openai("top_logprobs requires logprobs to be set to true"), 400)
        return chat("Hello")

    server.on("POST", PATH, answer)
    made = bench(server)
    alone = run(made.reply("test/m", params={"top_logprobs": 3}))
    assert alone.text == "Hello" and "top_logprobs" not in alone.sent.body
    both = run(made.reply("test/m", params={"logprobs": True, "top_logprobs": 2}))
    assert both.text == "Hello" and both.sent.body["top_logprobs"] == 2
    again = run(made.reply("test/m", params={"top_logprobs": 3}))
    assert "top_logprobs" not in again.sent.body and len(server.requests) == 4, "it is known when it is alone"


def test_a_refusal_of_greedy_sampling_holds_for_it_alone(server: Server, run: Run) -> None:
    def answer(received: Received) -> Reply:
        if received.json.get("n", 1) > 1 and received.json.get("temperature") == 0:
            return json_reply(openai("n > 1 is not supported when temperature is 0"), 400)
        return chat("Hello")

    server.on("POST", PATH, answer)
    made = bench(server)

    def sent(**params: Any) -> Any:
        out = run(made.reply("test/m", params=params))
        assert out.text == "Hello"
        return out.sent.body.get("n")

    assert (sent(n=2, temperature=0), len(server.requests)) == (1, 2)
    assert (sent(n=2, temperature=0.0), len(server.requests)) == (1, 3), "it is known"
    assert (sent(n=2, temperature=0.7), sent(n=2), sent(n=1, temperature=0)) == (2, 2, 1)
    assert len(server.requests) == 6 and "n" not in made.providers.limits(ModelRef("test", "m"))


@pytest.mark.parametrize(("preset", "field"), [
    ("custom", "reasoning_effort"), ("openrouter", "reasoning"), ("anthropic", "output_config")])
def test_an_effort_is_fitted_to_those_that_a_refusal_lists(server: Server, run: Run, preset: str, field: str) -> None:
    levels, path = ("low", "medium"), "/v1/messages" if preset == "anthropic" else PATH
    asked: list[str] = []

    def answer(received: Received) -> Reply:
        value = received.json[field]
        asked.append(value["effort"] if isinstance(value, dict) else value)
        if asked[-1] not in levels:
            words = "This model does not support effort level 'xhigh'. Supported levels: low, medium."
            return json_reply(openai(words), 400)
        return json_reply({"type": "message", "content": [{"type": "text", "text": "Hello"}], "stop_reason": "end_turn",
                           "choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]})

    server.on("POST", path, answer)
    model = "claude-opus-4-7" if preset == "anthropic" else "m"
    made = bench(server, preset, "p", key="k", path="" if preset == "anthropic" else "/v1")
    for _ in range(2):
        out = run(made.reply(f"p/{model}", params={"reasoning_effort": "xhigh"}))
        changes = [change.action for change in out.sent.adjustments if change.parameter == "reasoning_effort"]
        assert out.text == "Hello" and "clamped" in changes
    assert asked == ["xhigh", "medium", "medium"]
    assert made.providers.limits(ModelRef("p", model))["reasoning_effort"].choices == levels


def test_a_size_that_depends_on_the_prompt_is_not_remembered(server: Server, run: Run) -> None:
    def answer(received: Received) -> Reply:
        if received.json.get("max_tokens", 0) > 4086:
            return json_reply(openai(TOO_LARGE, "max_tokens"), 400)
        return chat("Hello")

    server.on("POST", PATH, answer)
    made = bench(server)
    out = run(made.reply("test/m", params={"max_tokens": 5000}))
    assert out.text == "Hello" and out.sent.body["max_tokens"] == 4086
    assert [change.action for change in out.sent.adjustments] == ["clamped"]
    assert not made.store.stored and not made.providers.limits(ModelRef("test", "m"))
    assert run(made.reply("test/m", params={"max_tokens": 100})).sent.body["max_tokens"] == 100


def strict(known: set[str], message: str) -> Any:
    """A server that refuses every field it does not know, one at a time."""

    def answer(received: Received) -> Reply:
        for name in received.json:
            if name not in {"model", "messages", "stream"} | known:
                return json_reply({"error": {"message": message.format(name=name)}}, 400)
        return chat("Hello")

    return answer


ALL = {"temperature": 0.2, "top_p": 0.9, "max_tokens": 50, "stop": ["x"], "presence_penalty": 1,
       "frequency_penalty": 1}


@pytest.mark.parametrize("message", [
    "Unsupported parameter: '{name}' is not supported with this model.",
    "{name} is not supported", "Unknown name \"{name}\"", "property '{name}' is unsupported",
    "{name}: extra fields not permitted", "{name}参数非法", "Unrecognized request argument supplied: {name}",
])
def test_a_working_reply_at_the_first_send(server: Server, run: Run, message: str) -> None:
    server.on("POST", PATH, strict(set(), message))
    made = bench(server, retries=0)
    out = run(made.reply("test/m", params=ALL))
    assert out.text == "Hello" and out.failure is None
    dropped = {change.parameter for change in out.sent.adjustments if change.action == "dropped"}
    assert dropped == set(ALL)
    assert all("test" in change.reason for change in out.sent.adjustments)
    assert set(server.requests[-1].json) == {"model", "messages", "stream"}
    lessons = [event.learned for event in out.all(Retrying)]
    assert {lesson.parameter for lesson in lessons} == {*ALL, "stream_options"}

    count = len(server.requests)
    again = run(made.reply("test/m", params=ALL))
    assert again.text == "Hello" and len(server.requests) == count + 1, "no second refusal"
    limits = made.providers.limits(ModelRef("test", "m"))
    assert limits["temperature"].state == "refused" and limits["temperature"].source == "learned"


def test_a_renamed_limit(server: Server, run: Run) -> None:
    def answer(received: Received) -> Reply:
        if "max_tokens" in received.json:
            return json_reply(openai("Unsupported parameter: 'max_tokens' is not supported with this model. "
                                     "Use 'max_completion_tokens' instead.", "max_tokens"), 400)
        return chat("Hello")

    server.on("POST", PATH, answer)
    made = bench(server)
    out = run(made.reply("test/m", params={"max_tokens": 9}))
    assert out.sent.body["max_completion_tokens"] == 9 and "max_tokens" not in out.sent.body
    (change,) = out.sent.adjustments
    assert (change.parameter, change.action, change.sent_as) == (
        "max_tokens", "renamed", "max_completion_tokens")


def test_a_server_that_wants_the_old_name(server: Server, run: Run) -> None:
    """The facts say ``max_completion_tokens`` of this provider; what the server says wins."""

    def answer(received: Received) -> Reply:
        if "max_completion_tokens" in received.json:
            return json_reply(openai("Unknown field max_completion_tokens. Use max_tokens instead."), 400)
        return chat("Hello")

    server.on("POST", PATH, answer)
    made = bench(server, "openai", key="k")
    out = run(made.reply("openai/m", params={"max_tokens": 9}))
    assert out.sent.body["max_tokens"] == 9 and out.text == "Hello"
    assert run(made.reply("openai/m", params={"max_tokens": 9})).text == "Hello"
    assert len(server.requests) == 3


def test_a_name_and_a_range(server: Server, run: Run) -> None:
    """Two lessons about one parameter add up, also where the facts know its other name."""

    def answer(received: Received) -> Reply:
        if "max_tokens" in received.json:
            return json_reply(openai("Use max_completion_tokens instead of max_tokens.", "max_tokens"), 400)
        if received.json.get("max_completion_tokens", 0) > 4096:
            return json_reply(openai("max_completion_tokens is too large: 5000. This model supports at most 4096 "
                                     "completion tokens.", "max_completion_tokens"), 400)
        return chat("Hello")

    server.on("POST", PATH, answer)
    for preset, requests in (("custom", 3), ("openai", 2)):
        server.requests.clear()
        made = bench(server, preset, "p", key="k")
        out = run(made.reply("p/m", params={"max_tokens": 5000}))
        assert out.text == "Hello" and out.sent.body["max_completion_tokens"] == 4096
        assert len(server.requests) == requests
        assert [change.action for change in out.sent.adjustments] == ["renamed", "clamped"]
        assert run(made.reply("p/m", params={"max_tokens": 9})).sent.body["max_completion_tokens"] == 9
        assert len(server.requests) == requests + 1


def test_a_range(server: Server, run: Run) -> None:
    def answer(received: Received) -> Reply:
        if received.json.get("temperature", 0) > 1:
            return json_reply({"error": {"code": "1210", "message":
                                         "temperature参数非法：限制数值范围[0,1]"}}, 400)
        return chat("Hello")

    server.on("POST", PATH, answer)
    made = bench(server)
    out = run(made.reply("test/m", params={"temperature": 1.7}))
    assert out.sent.body["temperature"] == 1 and out.text == "Hello"
    assert [(change.action, change.sent_as) for change in out.sent.adjustments] == [("clamped", "1")]
    limit = made.providers.limits(ModelRef("test", "m"))["temperature"]
    assert (limit.state, limit.low, limit.high) == ("range", 0, 1)
    assert run(made.reply("test/m", params={"temperature": 0.5})).sent.body["temperature"] == 0.5


def test_lessons_last_and_can_be_forgotten(server: Server, run: Run) -> None:
    server.on("POST", PATH, strict({"stream_options"}, "{name} is not supported"))
    made = bench(server)
    run(made.reply("test/m", params={"temperature": 1}))
    later = bench(server)
    later.store.stored = dict(made.store.stored)
    run(later.providers.load())
    run(later.reply("test/m", params={"temperature": 1}))
    assert len(server.requests) == 3, "the lesson of the first session holds in the second"
    run(later.reply("test/other", params={"temperature": 1}))
    assert len(server.requests) == 5, "another model learns for itself"

    run(later.providers.forget(ModelRef("test", "m"), "temperature"))
    assert "temperature" not in later.providers.limits(ModelRef("test", "m"))
    assert not any(key.endswith(":m") for key in later.store.stored)
    run(later.reply("test/m", params={"temperature": 1}))
    assert len(server.requests) == 7


def test_what_only_the_facts_forbid_can_be_allowed(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    made = bench(server, "openai", key="k")
    ref = ModelRef("openai", "gpt-5")
    out = run(made.reply("openai/gpt-5", params={"temperature": 0.2}))
    assert "temperature" not in out.sent.body
    assert Adjustment("temperature", "dropped", "GPT-5 allows only its own temperature.") in (
        out.sent.adjustments)
    run(made.providers.forget(ref, "temperature"))
    assert run(made.reply("openai/gpt-5", params={"temperature": 0.2})).sent.body["temperature"] == 0.2


def test_a_refusal_that_names_nothing_sent_is_shown(server: Server, run: Run) -> None:
    server.on("POST", PATH, json_reply(openai("Unsupported parameter: 'foo'", "foo"), 400))
    out = run(bench(server).reply("test/m", params={"temperature": 1}))
    assert len(server.requests) == 1 and out.failure.status == 400 and out.failure.parameter == "foo"


def test_a_refusal_inside_a_200(server: Server, run: Run) -> None:
    def answer(received: Received) -> Reply:
        if "seed" in received.json:
            return json_reply(openai("seed is not supported", "seed"), 200)
        return chat("Hello")

    server.on("POST", PATH, answer)
    assert run(bench(server).reply("test/m", params={"seed": 1})).text == "Hello"


@pytest.mark.parametrize("answer", [
    "seed is not supported", '{"reply": "seed is not supported"}', sse({"type": "x", "text": "seed is not supported"}),
])
def test_words_of_an_answer_in_another_form_teach_nothing(server: Server, run: Run, answer: Any) -> None:
    server.on("POST", PATH, answer if isinstance(answer, Reply) else Reply(body=[answer.encode()]))
    made = bench(server)
    out = run(made.reply("test/m", params={"seed": 1}))
    assert out.failure.kind == "not_an_answer" and len(server.requests) == 1
    assert not made.store.stored and not made.providers.limits(ModelRef("test", "m"))
