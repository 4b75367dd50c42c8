"""The engine of the built-in models: request bodies in, chunks out, both in OpenAI's form, for window and server."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from functools import cache
from pathlib import Path
from typing import Any, cast

from workbench.core.errors import StoreError
from workbench.core.json_types import Json, JsonObject
from workbench.core.resources import resource

from . import pages, tokens
from .abilities import CONTEXT
from .body import ApiError, Body, Turn, parse, unknown_model
from .guide import Guide
from .ngram import NGram
from .pieces import Answer, Meter, Piece, metered, stopped_at
from .writer import Writer

GUIDE_PACE = 200.0
"""Tokens per second of the guide: quick, and still seen to be coming. The n-gram model runs free."""
TURN = 0.004
"""Seconds that all streams together may compute before other work on the event loop gets its turn."""
CREATED = 1_760_000_000  # of the model entries; a constant, since the models come with the program


class Engine:
    """Answers requests with either model. Both are read and trained at the first request, in a thread, in about 0.1 s.

    ``tokens_per_second`` is the pace of a request that names none itself; None leaves each model its own,
    ``math.inf`` holds nothing back.
    """

    def __init__(self, folder: Path | None = None, *, tokens_per_second: float | None = None) -> None:
        self._folder = folder or resource("help")
        self._pace = tokens_per_second
        self._loaded: tuple[Guide, NGram] | None = None
        self._running: set[Reply] = set()

    def load(self) -> tuple[Guide, NGram]:
        """Returns the guide and the n-gram model. Raises ``StoreError`` when the help pages are missing."""
        with _training:
            self._loaded = _trained(self._folder)
            return self._loaded

    async def models(self) -> tuple[Guide, NGram]:
        """Returns the same as ``load`` without blocking the event loop. Raises ``ApiError`` (500)."""
        try:
            return await asyncio.to_thread(self.load) if self._loaded is None else self._loaded
        except StoreError as error:
            raise ApiError(str(error), status=500) from error

    async def begin(self, data: Any) -> Reply:
        """Checks a request body and prepares its answer; raises ``ApiError``."""
        body = parse(data)
        guide, ngram = await self.models()
        prompt = _count(body.turns, CONTEXT[body.model])
        room = CONTEXT[body.model] - prompt
        if (body.max_tokens or 1) > room:
            raise _too_long(CONTEXT[body.model], prompt, body.max_tokens or 1)
        if body.model == "guide":
            answers, fingerprint = [guide.answer(body)], "guide-" + ngram.fingerprint.removeprefix("ngram-")
        else:
            writer = Writer(ngram, body)
            answers, fingerprint = [writer.answer(choice) for choice in range(body.n)], ngram.fingerprint
        own_pace = GUIDE_PACE if body.model == "guide" else None
        pace = body.tokens_per_second or self._pace or own_pace
        most = min(body.max_tokens or room, room)
        return Reply(body, answers, fingerprint, prompt, most, pace, self._running)


_training = threading.Lock()


@cache
def _trained(folder: Path) -> tuple[Guide, NGram]:
    """Returns both models of a folder of pages, the same for all engines of the process: nothing changes them."""
    sections = pages.load(folder)
    return Guide(sections, folder), NGram(pages.prose(sections))


def _count(turns: Sequence[Turn], most: int) -> int:
    """Returns the tokens of a prompt: those of the texts, and three for the frame of each message."""
    total = 0
    for turn in turns:
        total += tokens.count(turn.text, max(most - total, 0)) + 3
    return total


def _too_long(limit: int, prompt: int, answer: int) -> ApiError:
    return ApiError(
        f"This model's maximum context length is {limit} tokens. However, you requested at least {prompt + answer} "
        f"tokens ({prompt} in the messages, {answer} in the completion).",
        "messages", "context_length_exceeded",
    )


def listing() -> list[JsonObject]:
    """Returns the entries of ``GET /v1/models``."""
    return [model_entry(name) for name in CONTEXT]


def model_entry(name: str) -> JsonObject:
    """Returns the entry of one model. Raises ``ApiError`` (404) when there is no such model."""
    if name not in CONTEXT:
        raise unknown_model(name)
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "workbench",
            "context_length": CONTEXT[name]}


class Reply:
    """The answer to one request. ``chunks`` may be read once; ``completion`` folds them into one object."""

    def __init__(self, body: Body, answers: list[Answer], fingerprint: str, prompt: int, most: int,
                 pace: float | None, running: set[Reply]) -> None:
        self.body = body
        self._pace = pace
        self._running = running
        self._prompt = prompt
        self._meter = Meter()
        self._answers = [stopped_at(metered(answer, most, self._meter), body.stop) for answer in answers]
        self._head: JsonObject = {
            "id": f"chatcmpl-{secrets.token_hex(12)}", "object": "chat.completion.chunk",
            "created": int(time.time()), "model": body.model, "system_fingerprint": fingerprint,
        }

    async def chunks(self) -> AsyncGenerator[JsonObject, None]:
        """Yields OpenAI's chunks in order, at the pace asked for. Closing the iterator stops the work.

        Choices take turns. With ``include_usage`` a last chunk without choices has the token counts.
        """
        self._running.add(self)
        try:
            await asyncio.sleep(0)  # so that replies begun at the same moment know of each other
            for choice in range(len(self._answers)):
                yield self._chunk(choice, {"role": "assistant", "content": ""})
            clock = _Clock(self._pace and self._pace * len(self._answers), self._running)
            for choice, piece, reason in self._pieces():
                if piece is None:
                    yield self._chunk(choice, {}, finish_reason=reason)
                    continue
                yield self._chunk(choice, _delta(piece), logprob=piece.logprob)
                await clock.tick()
        finally:
            self._running.discard(self)
        if self.body.include_usage:
            yield {**self._head, "choices": [], "usage": self.usage}

    def _pieces(self) -> Iterator[tuple[int, Piece | None, str]]:
        open_ones = dict(enumerate(self._answers))
        while open_ones:
            for choice, answer in list(open_ones.items()):
                try:
                    yield choice, next(answer), ""
                except StopIteration as end:
                    del open_ones[choice]
                    yield choice, None, str(end.value)

    @property
    def usage(self) -> JsonObject:
        """The token counts so far."""
        return {
            "prompt_tokens": self._prompt, "completion_tokens": self._meter.tokens,
            "total_tokens": self._prompt + self._meter.tokens,
            "completion_tokens_details": {"reasoning_tokens": self._meter.reasoning},
        }

    def _chunk(self, choice: int, delta: JsonObject, *, logprob: JsonObject | None = None,
               finish_reason: str | None = None) -> JsonObject:
        logprobs: Json = {"content": [logprob], "refusal": None} if logprob else None
        chunk: JsonObject = {**self._head, "choices": [
            {"index": choice, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason}]}
        return {**chunk, "usage": None} if self.body.include_usage else chunk

    async def completion(self, check: Callable[[], None] = lambda: None) -> JsonObject:
        """Returns the whole answer as one ``chat.completion`` object; ``check`` is called often, and may raise."""
        choices = [_Choice() for _ in self._answers]
        async with aclosing(self.chunks()) as chunks:
            async for chunk in chunks:
                check()
                for part in cast("list[dict[str, Any]]", chunk["choices"]):
                    choices[part["index"]].feed(part)
        return {**self._head, "object": "chat.completion", "usage": self.usage,
                "choices": [choice.to_json(number) for number, choice in enumerate(choices)]}


class _Clock:
    """Lets other work run: while a token is not yet due, and when this stream has used up its share of a turn."""

    def __init__(self, pace: float | None, running: set[Reply]) -> None:
        self._pace, self._running = pace, running
        self._made = 0
        self._began = self._turn = time.perf_counter()

    async def tick(self) -> None:
        """Waits after a token, if need be."""
        self._made += 1
        now = time.perf_counter()
        due = self._began + self._made / self._pace if self._pace else now
        if due > now or now - self._turn > TURN / len(self._running):
            await asyncio.sleep(max(due - now, 0))
            self._turn = time.perf_counter()


def _delta(piece: Piece) -> JsonObject:
    if piece.kind == "reasoning":
        return {"reasoning_content": piece.text}
    if piece.kind == "text":
        return {"content": piece.text}
    if piece.name:
        function: JsonObject = {"name": piece.name, "arguments": ""}
        return {"tool_calls": [{"index": 0, "id": f"call_{secrets.token_hex(8)}", "type": "function",
                                "function": function}]}
    return {"tool_calls": [{"index": 0, "function": {"arguments": piece.text}}]}


class _Choice:
    """Assembles one choice of an answer that is not streamed."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._call: dict[str, Any] | None = None
        self._logprobs: list[Json] = []
        self._reason = ""

    def feed(self, part: dict[str, Any]) -> None:
        delta = part["delta"]
        self._text.append(delta.get("content") or "")
        self._reasoning.append(delta.get("reasoning_content") or "")
        for call in delta.get("tool_calls", ()):
            if self._call is None:
                self._call = {key: value for key, value in call.items() if key != "index"}
            else:
                self._call["function"]["arguments"] += call["function"]["arguments"]
        if part["logprobs"]:
            self._logprobs += part["logprobs"]["content"]
        self._reason = part["finish_reason"] or self._reason

    def to_json(self, number: int) -> JsonObject:
        text, reasoning = "".join(self._text), "".join(self._reasoning)
        message: JsonObject = {"role": "assistant", "content": text, "refusal": None}
        if reasoning:
            message["reasoning_content"] = reasoning
        if self._call is not None:
            message |= {"content": text or None, "tool_calls": [self._call]}
        logprobs: Json = {"content": self._logprobs, "refusal": None} if self._logprobs else None
        return {"index": number, "message": message, "logprobs": logprobs, "finish_reason": self._reason}
