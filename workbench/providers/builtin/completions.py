"""Text completions (``POST /v1/completions``), OpenAI's older form: a text in, its continuation out.

Each prompt is answered as a chat completion; only the forms of request and answer differ. Source: the completions
reference of the OpenAI API.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any, cast

from workbench.core.json_types import Json, JsonObject

from .body import ApiError, parse
from .engine import Engine, Reply

MOST_PROMPTS = 64
USUAL_LIMIT = 16
"""Tokens of an answer whose request names no limit, as OpenAI has it."""
_MOST_LOGPROBS = 5


class TextCompletion:
    """The answers to the prompts of one request."""

    def __init__(self, model: str, prompts: list[str], replies: list[Reply], echo: bool) -> None:
        self._prompts, self._replies = prompts, replies
        self._echo = echo
        self._many = replies[0].body.n
        self.stream = replies[0].body.stream
        self._include_usage = replies[0].body.include_usage
        self._head: JsonObject = {"id": f"cmpl-{secrets.token_hex(12)}", "object": "text_completion",
                                  "created": int(time.time()), "model": model}

    @classmethod
    async def begin(cls, engine: Engine, data: Any) -> TextCompletion:
        """Checks a request body and prepares its answers; raises ``ApiError``."""
        if not isinstance(data, dict):
            raise ApiError("The body of the request must be a JSON object.")
        given = {name: value for name, value in data.items() if value is not None}
        prompts = _prompts(given.pop("prompt", ""))
        echo = _flag(given, "echo")
        chat = _as_chat(given)
        role = "user" if str(chat.get("model", "")).endswith("guide") else "assistant"
        asked = [{**chat, "messages": [{"role": role if prompt else "user", "content": prompt}]} for prompt in prompts]
        replies = [await engine.begin(one) for one in asked]
        return cls(parse(asked[0]).model, prompts, replies, echo)

    async def chunks(self) -> AsyncGenerator[JsonObject, None]:
        """Yields the pieces of all answers, one prompt after the other."""
        for number, (prompt, reply) in enumerate(zip(self._prompts, self._replies, strict=True)):
            begun: dict[int, int] = {}
            async with aclosing(reply.chunks()) as chunks:
                async for chunk in chunks:
                    for part in cast("list[dict[str, Any]]", chunk["choices"]):
                        choice = self._choice(part, number, prompt, begun)
                        if choice["text"] or choice["finish_reason"]:
                            yield self._with_choices([choice])
        if self._include_usage:
            yield {**self._with_choices([]), "usage": self._usage}

    async def whole(self, check: Callable[[], None] = lambda: None) -> JsonObject:
        """Returns all answers as one object; ``check`` is called often, and may raise."""
        choices: dict[int, dict[str, Any]] = {}
        async with aclosing(self.chunks()) as chunks:
            async for chunk in chunks:
                check()
                for part in cast("list[dict[str, Any]]", chunk["choices"]):
                    known = choices.setdefault(part["index"], {**part, "text": "", "logprobs": None})
                    known["text"] += part["text"]
                    known["finish_reason"] = part["finish_reason"] or known["finish_reason"]
                    known["logprobs"] = _joined(known["logprobs"], part["logprobs"])
        return {**self._head, "choices": [choices[index] for index in sorted(choices)], "usage": self._usage}

    def _with_choices(self, choices: list[dict[str, Any]]) -> JsonObject:
        chunk: JsonObject = {**self._head, "choices": cast("list[Json]", choices)}
        return {**chunk, "usage": None} if self.stream and self._include_usage else chunk

    def _choice(self, part: Mapping[str, Any], number: int, prompt: str, begun: dict[int, int]) -> dict[str, Any]:
        """Returns a piece; ``begun`` counts the characters of each answer so far."""
        own = part["index"]
        text = part["delta"].get("content") or ""
        shown = f"{prompt}{text}" if self._echo and own not in begun else text
        offset = begun.setdefault(own, len(prompt))
        begun[own] += len(text)
        return {"text": shown, "index": number * self._many + own, "finish_reason": part["finish_reason"],
                "logprobs": _logprobs(part["logprobs"], offset)}

    @property
    def _usage(self) -> JsonObject:
        names = ("prompt_tokens", "completion_tokens", "total_tokens")
        counts = [cast("dict[str, int]", reply.usage) for reply in self._replies]
        return {name: sum(count[name] for count in counts) for name in names}


def _prompts(value: Any) -> list[str]:
    prompts = value if isinstance(value, list) and not all(isinstance(item, int) for item in value) else [value]
    if not all(isinstance(prompt, str) for prompt in prompts):
        raise ApiError("Invalid type for 'prompt': expected a string or an array of strings. Token ids are not taken.",
                       "prompt", "invalid_type")
    if not prompts or len(prompts) > MOST_PROMPTS:
        raise ApiError(f"Invalid 'prompt': expected 1 to {MOST_PROMPTS} prompts, but got {len(prompts)}.", "prompt",
                       "invalid_value")
    return prompts


def _flag(given: dict[str, Any], name: str) -> bool:
    value = given.pop(name, False)
    if not isinstance(value, bool):
        raise ApiError(f"Invalid type for '{name}': expected a boolean.", name, "invalid_type")
    return value


def _as_chat(given: dict[str, Any]) -> dict[str, Any]:
    """Returns the parameters as a chat request has them. Raises ``ApiError`` for those that only chats have."""
    for name in ("messages", "tools", "tool_choice", "response_format", "top_logprobs", "max_completion_tokens"):
        if name in given:
            raise ApiError(f"Unrecognized request argument supplied: {name}. It belongs to /v1/chat/completions.", name,
                           "unknown_parameter")
    for name, without_effect in (("suffix", ("",)), ("best_of", (1, given.get("n")))):
        if given.pop(name, without_effect[0]) not in without_effect:
            raise ApiError(f"Unsupported parameter: '{name}' is not supported with this model.", name,
                           "unsupported_parameter")
    chat = {"max_tokens": USUAL_LIMIT, **given}
    count = chat.pop("logprobs", None)
    if count is None:
        return chat
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= _MOST_LOGPROBS:
        raise ApiError(f"Invalid 'logprobs': expected an integer from 0 to {_MOST_LOGPROBS}.", "logprobs",
                       "invalid_value")
    return {**chat, "logprobs": True, "top_logprobs": count}


def _logprobs(given: Mapping[str, Any] | None, offset: int) -> dict[str, list[Any]] | None:
    """Returns probabilities in the older form: four lists of equal length."""
    if given is None:
        return None
    found: dict[str, list[Any]] = {"tokens": [], "token_logprobs": [], "top_logprobs": [], "text_offset": []}
    for token in given["content"]:
        found["tokens"].append(token["token"])
        found["token_logprobs"].append(token["logprob"])
        found["top_logprobs"].append({other["token"]: other["logprob"] for other in token["top_logprobs"]})
        found["text_offset"].append(offset)
        offset += len(token["token"])
    return found


def _joined(one: dict[str, list[Any]] | None, other: dict[str, list[Any]] | None) -> dict[str, list[Any]] | None:
    if one is None or other is None:
        return one or other
    return {name: [*values, *other[name]] for name, values in one.items()}
