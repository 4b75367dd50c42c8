"""The built-in provider: events, adjustments, refusals."""

from __future__ import annotations

from typing import Any

from tests.conftest import Run
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Blob, Image, Text
from workbench.core.reply.assembler import Assembler
from workbench.core.reply.events import (
    Event,
    Failed,
    Finished,
    Logprobs,
    ReasoningDelta,
    Responded,
    ResponseInfo,
    Sent,
    TextDelta,
    UsageReport,
)
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.providers.builtin.engine import Engine
from workbench.providers.builtin.provider import BuiltinProvider

FAST: dict[str, Any] = {"tokens_per_second": 1_000_000}


def request(model: str, *messages: Message | str, **params: Any) -> Request:
    told = tuple(user(item) if isinstance(item, str) else item for item in messages)
    return Request(ModelRef("builtin", model), told, params)


async def events(provider: BuiltinProvider, request: Request) -> list[Event]:
    return [event async for event in provider.stream(request)]


def text(found: list[Event], choice: int = 0) -> str:
    return "".join(event.text for event in found if isinstance(event, TextDelta) and event.choice == choice)


def test_a_reply_in_order(engine: Engine, run: Run) -> None:
    provider = BuiltinProvider(engine)
    asked = request("guide", "What can you do?", **FAST)
    found = run(events(provider, asked))
    sent, responded = found[:2]
    assert isinstance(sent, Sent)
    assert sent.body == provider.preview(asked).body
    assert sent.body["messages"] == [{"role": "user", "content": "What can you do?"}]
    assert responded == Responded(200)
    kinds = [type(event) for event in found]
    assert kinds.index(ResponseInfo) < kinds.index(TextDelta) < kinds.index(Finished)
    assert kinds.count(TextDelta) > 50, "a reply comes in pieces"
    usage = next(event.usage for event in found if isinstance(event, UsageReport))
    assert usage.output == kinds.count(TextDelta)
    assembler = Assembler("builtin/guide", lambda *_: Blob("", 0, ""))
    for event in found:
        assembler.feed(event)
    assert assembler.message().text == text(found)


def test_reasoning_comes_first_and_only_when_asked_for(engine: Engine, run: Run) -> None:
    provider = BuiltinProvider(engine)
    plain = run(events(provider, request("guide", "What is a seed?", **FAST)))
    assert not any(isinstance(event, ReasoningDelta) for event in plain)
    thought = run(events(provider, request("guide", "What is a seed?", reasoning_effort="low", **FAST)))
    reasoning = "".join(event.text for event in thought if isinstance(event, ReasoningDelta))
    assert reasoning.startswith("Searching the help pages for: seed")
    assert text(thought) == text(plain)
    order = [type(event) for event in thought if isinstance(event, ReasoningDelta | TextDelta)]
    assert order == sorted(order, key=lambda kind: kind is TextDelta)


def test_what_only_the_other_model_has_is_left_out_and_said(engine: Engine, run: Run) -> None:
    provider = BuiltinProvider(engine)
    sent = run(events(provider, request("guide", "hi", temperature=1.2, seed=3, **FAST)))[0]
    assert isinstance(sent, Sent)
    assert [(item.parameter, item.action) for item in sent.adjustments] == [
        ("temperature", "dropped"), ("seed", "dropped")]
    assert "temperature" not in sent.body


def test_the_limits_say_what_is_dropped_and_which_ranges_are_narrow(engine: Engine) -> None:
    provider = BuiltinProvider(engine)
    limits = provider.limits(ModelRef("builtin", "ngram"))
    assert limits["reasoning_effort"].state == limits["verbosity"].state == "refused"
    assert (limits["n"].state, limits["n"].high) == ("range", 32)
    assert "temperature" not in limits
    assert provider.limits(ModelRef("builtin", "unknown")) == {}


def test_a_parameter_that_nobody_knows_fails_by_name(engine: Engine, run: Run) -> None:
    *_, failed = run(events(BuiltinProvider(engine), request("ngram", "hi", mirostat=2)))
    assert isinstance(failed, Failed)
    assert (failed.error.status, failed.error.kind, failed.error.parameter) == (400, "parameter", "mirostat")


def test_an_unknown_model_fails(engine: Engine, run: Run) -> None:
    *_, failed = run(events(BuiltinProvider(engine), request("gpt", "hi")))
    assert isinstance(failed, Failed)
    assert (failed.error.status, failed.error.kind) == (404, "model")


def test_siblings_logprobs_and_a_reply_in_one_piece(engine: Engine, run: Run) -> None:
    provider = BuiltinProvider(engine)
    asked = {"n": 2, "seed": 5, "max_tokens": 20, "logprobs": True, "top_logprobs": 4}
    streamed = run(events(provider, request("ngram", "The program", **asked)))
    whole = run(events(provider, request("ngram", "The program", stream=False, **asked)))
    assert {event.choice for event in streamed if isinstance(event, Finished)} == {0, 1}
    for choice in (0, 1):
        assert text(streamed, choice) == text(whole, choice)
        tokens = [token for event in streamed if isinstance(event, Logprobs) and event.choice == choice
                  for token in event.tokens]
        assert "".join(token.token for token in tokens) == text(streamed, choice)
        assert all(len(token.top) == 4 for token in tokens)


def test_a_begun_reply_is_continued_without_repeating_it(engine: Engine, run: Run) -> None:
    provider = BuiltinProvider(engine)
    whole = text(run(events(provider, request("guide", "What is a seed?", **FAST))))
    begun = Message("assistant", (Text(whole[:100]),))
    rest = text(run(events(provider, request("guide", "What is a seed?", begun, **FAST))))
    assert whole[:100] + rest == whole


def test_a_picture_reaches_the_guide_as_one(engine: Engine, run: Run) -> None:
    picture = Image(Blob("ab", 3, "image/png"))
    asked = Request(ModelRef("builtin", "guide"), (user("What is this?", picture),), FAST, {"ab": b"png"})
    assert "cannot see pictures" in text(run(events(BuiltinProvider(engine), asked)))


def test_a_picture_is_refused_by_the_model_that_would_pass_it_over(engine: Engine, run: Run) -> None:
    picture = Image(Blob("ab", 3, "image/png"))
    asked = Request(ModelRef("builtin", "ngram"), (user("What is this?", picture),), {}, {"ab": b"png"})
    *_, failed = run(events(BuiltinProvider(engine), asked))
    assert isinstance(failed, Failed)
    assert "no pictures" in failed.error.sentence


def test_closing_the_stream_stops_the_work(engine: Engine, run: Run) -> None:
    async def first_words() -> int:
        stream = BuiltinProvider(engine).stream(request("ngram", "The", max_tokens=100_000, ignore_eos=True))
        seen = 0
        async for event in stream:
            seen += isinstance(event, TextDelta)
            if seen == 5:
                break
        await stream.aclose()
        return seen

    assert run(first_words()) == 5


def test_the_models_say_what_they_are(engine: Engine) -> None:
    guide, ngram = BuiltinProvider(engine).models()
    assert (str(guide.ref), str(ngram.ref)) == ("builtin/guide", "builtin/ngram")
    assert guide.takes_images is ngram.takes_images is False
    assert guide.price is not None
    assert guide.price.input == guide.price.output == 0
    assert ngram.accepts["top_k"] == "yes"
    assert "temperature" not in guide.accepts
