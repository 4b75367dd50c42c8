"""Responses (``POST /v1/responses``): OpenAI's newer form of the same answers, whole or as typed events.

Each request is answered as a chat completion; only the forms of request and answer differ. Nothing is kept: a request
that goes on from an earlier response is refused. Source: OpenAI's OpenAPI document 2.3.0.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, cast

from workbench.core.json_types import Json, JsonObject

from .body import ApiError
from .engine import Engine, Reply

_ECHOED = ("instructions", "metadata", "temperature", "top_p", "max_output_tokens", "reasoning", "text", "tool_choice",
           "tools", "parallel_tool_calls", "user")
_LOGPROBS = "message.output_text.logprobs"
_ONLY_CHAT = ("messages", "max_tokens", "max_completion_tokens", "response_format", "reasoning_effort", "n", "logprobs")

_WITHOUT_EFFECT: Mapping[str, tuple[Any, ...]] = {
    "background": (False,), "truncation": ("disabled", "auto"), "store": (True, False), "max_tool_calls": (),
    "conversation": (), "prompt": ()}
"""Parameters, and the values of them that are as good as none; others are refused."""


class ResponseAnswer:
    """The answer to one request."""

    def __init__(self, reply: Reply, given: Mapping[str, Any]) -> None:
        self._reply = reply
        self.stream = bool(given.get("stream"))
        self._logprobs = _LOGPROBS in given.get("include", ())
        self._number = 0
        self._items: list[dict[str, Any]] = []
        self._open: dict[str, Any] | None = None
        self._text: list[str] = []
        self._tokens: list[Json] = []
        self._head: JsonObject = {
            "id": f"resp_{secrets.token_hex(24)}", "object": "response", "created_at": int(time.time()),
            "model": reply.body.model, **{name: given.get(name) for name in _ECHOED}, "store": False,
            "previous_response_id": None,
        }

    @classmethod
    async def begin(cls, engine: Engine, data: Any) -> ResponseAnswer:
        """Checks a request body and prepares its answer; raises ``ApiError``."""
        if not isinstance(data, dict):
            raise ApiError("The body of the request must be a JSON object.")
        given = {name: value for name, value in data.items() if value is not None}
        chat = _as_chat(given)
        try:
            return cls(await engine.begin(chat), given)
        except ApiError as error:
            raise _in_own_names(error, _places(given)) from error

    async def whole(self, check: Callable[[], None] = lambda: None) -> JsonObject:
        """Returns the response as one object; ``check`` is called often, and may raise."""
        last: JsonObject = {}
        async with aclosing(self.events()) as events:
            async for event in events:
                check()
                last = event
        return cast(JsonObject, last["response"])

    async def events(self) -> AsyncGenerator[JsonObject, None]:
        """Yields typed events in order, numbered from 0."""
        yield self._event("response.created", response=self._response("in_progress"))
        yield self._event("response.in_progress", response=self._response("in_progress"))
        reason = ""
        async with aclosing(self._reply.chunks()) as chunks:
            async for chunk in chunks:
                for part in cast("list[dict[str, Any]]", chunk["choices"]):
                    reason = part["finish_reason"] or reason
                    for event in self._piece(part):
                        yield event
        for event in self._close():
            yield event
        cut = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(reason)
        status = "incomplete" if cut else "completed"
        yield self._event(f"response.{status}", response={
            **self._response(status), "incomplete_details": {"reason": cut} if cut else None, "usage": self._usage})

    def _event(self, kind: str, **fields: Any) -> JsonObject:
        event: JsonObject = {"type": kind, "sequence_number": self._number, **fields}
        self._number += 1
        return event

    def _response(self, status: str) -> JsonObject:
        return {**self._head, "status": status, "error": None, "incomplete_details": None,
                "output": cast("list[Json]", list(self._items)), "usage": None}

    def _piece(self, part: Mapping[str, Any]) -> list[JsonObject]:
        """Returns the events of one piece of the answer."""
        delta = part["delta"]
        for call in delta.get("tool_calls", ()):
            return self._call(call)
        if text := delta.get("reasoning_content"):
            return [*self._opened("reasoning"), self._delta("response.reasoning_text", text)]
        if text := delta.get("content"):
            tokens = part["logprobs"]["content"] if part["logprobs"] and self._logprobs else []
            self._tokens += tokens
            opened = self._opened("message")
            return [*opened, self._delta("response.output_text", text, logprobs=tokens)]
        return []

    def _call(self, call: Mapping[str, Any]) -> list[JsonObject]:
        made: list[JsonObject] = []
        if "id" in call:
            made = self._close()
            self._open = {"type": "function_call", "id": f"fc_{secrets.token_hex(12)}", "call_id": call["id"],
                          "name": call["function"]["name"], "arguments": "", "status": "in_progress"}
            made.append(self._event("response.output_item.added", output_index=len(self._items), item=dict(self._open)))
        if text := call["function"]["arguments"]:
            made.append(self._delta("response.function_call_arguments", text))
        return made

    def _opened(self, kind: str) -> list[JsonObject]:
        """Opens an item of a kind, unless it is open."""
        if self._open is not None and self._open["type"] == kind:
            return []
        made = self._close()
        if kind == "reasoning":
            self._open = {"type": kind, "id": f"rs_{secrets.token_hex(12)}", "summary": [], "content": []}
        else:
            self._open = {"type": kind, "id": f"msg_{secrets.token_hex(12)}", "role": "assistant", "content": [],
                          "status": "in_progress"}
        added = self._event("response.output_item.added", output_index=len(self._items), item=dict(self._open))
        return [*made, added, self._event("response.content_part.added", **self._place, part=self._part(""))]

    def _delta(self, name: str, text: str, **more: Any) -> JsonObject:
        self._text.append(text)
        place = self._place
        if name == "response.function_call_arguments":
            place.pop("content_index")
        return self._event(f"{name}.delta", **place, delta=text, **more)

    @property
    def _place(self) -> dict[str, Any]:
        assert self._open is not None
        return {"item_id": self._open["id"], "output_index": len(self._items), "content_index": 0}

    def _part(self, text: str) -> JsonObject:
        assert self._open is not None
        if self._open["type"] == "reasoning":
            return {"type": "reasoning_text", "text": text}
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": list(self._tokens)}

    def _close(self) -> list[JsonObject]:
        """Ends the open item, if there is one."""
        if (item := self._open) is None:
            return []
        text, place = "".join(self._text), self._place
        if item["type"] == "function_call":
            place.pop("content_index")
            item |= {"arguments": text, "status": "completed"}
            made = [self._event("response.function_call_arguments.done", **place, name=item["name"], arguments=text)]
        else:
            part = self._part(text)
            item["content"] = [part]
            name = "response.reasoning_text" if item["type"] == "reasoning" else "response.output_text"
            made = [self._event(f"{name}.done", **place, text=text),
                    self._event("response.content_part.done", **place, part=part)]
            if item["type"] == "message":
                item["status"] = "completed"
        made.append(self._event("response.output_item.done", output_index=len(self._items), item=dict(item)))
        self._items.append(item)
        self._open = None
        self._text, self._tokens = [], []
        return made

    @property
    def _usage(self) -> JsonObject:
        count = cast("dict[str, Any]", self._reply.usage)
        return {"input_tokens": count["prompt_tokens"], "input_tokens_details": {"cached_tokens": 0},
                "output_tokens": count["completion_tokens"],
                "output_tokens_details": count["completion_tokens_details"], "total_tokens": count["total_tokens"]}


_OWN_NAMES = {"messages": "input", "max_tokens": "max_output_tokens", "max_completion_tokens": "max_output_tokens",
              "response_format.json_schema": "text.format", "response_format": "text.format",
              "reasoning_effort": "reasoning.effort"}
_CHAT_NAME = re.compile(r"\bmessages\[(\d+)\]|(\btools\[\d+\])\.function\b|"
                        rf"\b({'|'.join(map(re.escape, _OWN_NAMES))})\b")


def _in_own_names(error: ApiError, places: Sequence[str]) -> ApiError:
    """Returns an error about a chat in the names of a response. ``places`` are those that its messages came from."""
    def name(found: re.Match[str]) -> str:
        if found[1]:
            return places[int(found[1])] if int(found[1]) < len(places) else "input"
        return found[2] or _OWN_NAMES[found[3]]

    return ApiError(_CHAT_NAME.sub(name, error.message), error.param and _CHAT_NAME.sub(name, error.param), error.code,
                    error.status)


def _places(given: Mapping[str, Any]) -> list[str]:
    """Returns where each message of the chat stands in the request."""
    items = given.get("input")
    told = [at for at, item in enumerate(items) if item.get("type") != "reasoning"] if isinstance(items, list) else []
    return [*(["instructions"] if given.get("instructions") else []),
            *([f"input[{at}]" for at in told] if isinstance(items, list) else ["input"])]


def _as_chat(given: dict[str, Any]) -> dict[str, Any]:
    """Returns a request as a chat has it. Raises ``ApiError`` for what only chats have, or what nothing here can do."""
    chat = dict(given)
    for name in _ONLY_CHAT:
        if name in chat:
            raise ApiError(f"Unsupported parameter: '{name}'. It belongs to /v1/chat/completions.", name,
                           "unsupported_parameter")
    for name, without_effect in _WITHOUT_EFFECT.items():
        if name in chat and chat.pop(name) not in without_effect:
            raise ApiError(f"Unsupported parameter: '{name}' is not supported with this model.", name,
                           "unsupported_parameter")
    if "previous_response_id" in chat:
        raise ApiError("Previous responses are not kept here. Send the whole conversation.", "previous_response_id",
                       "previous_response_not_found")
    instructions = chat.pop("instructions", None)
    if not isinstance(instructions, str | None):
        raise ApiError("Invalid type for 'instructions': expected a string.", "instructions", "invalid_type")
    messages = [{"role": "system", "content": instructions}] if instructions else []
    chat["messages"] = [*messages, *_messages(chat.pop("input", None))]
    if "max_output_tokens" in chat:
        chat["max_tokens"] = chat.pop("max_output_tokens")
    include = chat.pop("include", None)
    for name, value, kind in (("include", include, list), ("tools", chat.get("tools"), list)):
        if value is not None and not isinstance(value, kind):
            raise ApiError(f"Invalid type for '{name}': expected an array.", name, "invalid_type")
    if _LOGPROBS in (include or ()):
        chat["logprobs"] = True
    options = chat.pop("stream_options", None)
    if isinstance(options, dict) and options.keys() - {"include_obfuscation"}:
        raise ApiError("Only 'include_obfuscation' is known here.", "stream_options", "unknown_parameter")
    own = {**_reasoning(chat.pop("reasoning", None)), **_text(chat.pop("text", None)), **_tools(chat)}
    return chat | own


def _messages(given: Any) -> list[dict[str, Any]]:
    """Returns the messages in ``input``. Reasoning that is sent back says nothing to these models."""
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    if not isinstance(given, list) or not given:
        raise ApiError("Invalid type for 'input': expected a string or an array of items.", "input", "invalid_type")
    made: list[dict[str, Any]] = []
    for at, item in enumerate(given):
        kind = item.get("type", "message") if isinstance(item, dict) else None
        match kind:
            case "message":
                content = _content(item.get("content"), f"input[{at}].content")
                made.append({"role": item.get("role"), "content": content})
            case "function_call":
                made.append({"role": "assistant", "content": None})
            case "function_call_output":
                made.append({"role": "tool", "content": _content(item.get("output"), f"input[{at}].output")})
            case "reasoning":
                pass
            case _:
                raise ApiError(f"Invalid value for 'input[{at}].type': {kind!r}. Supported values are: 'message', "
                               "'function_call', 'function_call_output' and 'reasoning'.", f"input[{at}].type",
                               "invalid_value")
    return made


_PARTS = {"input_text": "text", "output_text": "text", "refusal": "text", "text": "text", "input_image": "image_url"}


def _content(given: Any, where: str) -> Any:
    """Returns content with the parts' names that chats use."""
    if not isinstance(given, list):
        return given
    made = []
    for at, part in enumerate(given):
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in _PARTS:
            raise ApiError(f"Invalid value for '{where}[{at}].type': {kind!r}. Supported values are: 'input_text', "
                           "'output_text', 'refusal' and 'input_image'.", f"{where}[{at}].type", "invalid_value")
        made.append({"type": _PARTS[kind], "text": part.get("refusal" if kind == "refusal" else "text", "")})
    return made


def _reasoning(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise ApiError("Invalid type for 'reasoning': expected an object.", "reasoning", "invalid_type")
    effort = given.get("effort")
    return {} if effort is None else {"reasoning_effort": effort}


def _text(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise ApiError("Invalid type for 'text': expected an object.", "text", "invalid_type")
    if given.get("verbosity") not in (None, "medium"):
        raise ApiError("Unsupported parameter: 'text.verbosity' is not supported with this model.", "text.verbosity",
                       "unsupported_parameter")
    form = given.get("format")
    if not isinstance(form, dict):
        return {}
    if form.get("type") != "json_schema":
        return {"response_format": form}
    schema = {name: value for name, value in form.items() if name != "type"}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _tools(chat: dict[str, Any]) -> dict[str, Any]:
    """Returns tools and choice as chats have them. The server runs none of its own."""
    made: dict[str, Any] = {}
    if isinstance(tools := chat.pop("tools", None), list) and tools:
        for tool in tools:
            if not isinstance(tool, dict) or tool.get("type") != "function":
                kind = tool.get("type") if isinstance(tool, dict) else None
                raise ApiError(f"Invalid value for 'tools': {kind!r}. Supported values are: 'function'.", "tools",
                               "invalid_value")
        made["tools"] = [{"type": "function", "function": {
            name: value for name, value in tool.items() if name != "type" and value is not None}} for tool in tools]
    choice = chat.pop("tool_choice", None)
    if choice is not None and made:
        named = isinstance(choice, dict) and choice.get("type") == "function"
        made["tool_choice"] = {"type": "function", "function": {"name": choice.get("name")}} if named else choice
    return made
