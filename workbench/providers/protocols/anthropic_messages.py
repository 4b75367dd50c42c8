"""Anthropic's Messages API: requests.

Source: the ``anthropic`` Python package 2.11 and the API documentation (versions 2023-06-01, 2026-10-21).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import (
    Audio,
    Blob,
    Citation,
    Failure,
    File,
    Image,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
)
from workbench.core.json_types import Json, JsonObject, is_number
from workbench.core.reply.records import Adjustment
from workbench.core.request.models import ModelInfo
from workbench.core.request.requests import Request
from workbench.providers.endpoints.endpoint import Endpoint
from workbench.providers.limits.dialect import Rules, apply
from workbench.providers.wire.protocol import Outgoing

from .anthropic_blocks import blocks_to_send, container_of, ran_code, thinking_of
from .anthropic_reader import AnthropicReader
from .chat_messages import file_text, message_text
from .open_calls import with_open_calls_closed
from .openai_chat import apply_user_fields
from .prefill import continuation
from .reasoning_effort import budget
from .reply_pictures import with_pictures_shown
from .uncarried import Carried, carried_in, uncarried

PATH = "/v1/messages"
USUAL_LIMIT = 8192
"""Tokens of output to ask for when the user set no limit and the model's own is not known: one is required."""

CARRIED: Carried = {
    "system": (Text, File), "developer": (Text, File), "user": (Text, File, Image, ToolCall, ToolResult),
    "assistant": (Text, File, ToolCall, ToolResult), "tool": (Text, File, Image, ToolCall, ToolResult),
}

_EFFORTS = {"minimal": "low"}  # the API knows low to max

_LEAST_BUDGET = 1024  # tokens to think with

_BESIDE_THINKING: Mapping[str, Callable[[Json], bool]] = {
    "temperature": lambda value: value == 1, "top_k": lambda value: value is None,
    "top_p": lambda value: is_number(value) and value >= 0.95,
}
"""What the API demands of parameters while the model thinks."""


class AnthropicMessages:
    """The protocol ``anthropic-messages``."""

    name = "anthropic-messages"

    def outgoing(self, endpoint: Endpoint, request: Request, info: ModelInfo, rules: Rules) -> Outgoing:
        params = dict(request.params)
        stream = params.pop("stream", True) is not False
        effort = params.pop("reasoning_effort", None)
        fields, adjustments = apply(params, rules)
        _translate(fields, adjustments)
        if "max_tokens" not in fields:
            fields["max_tokens"] = limit = _own_limit(info, rules)
            adjustments.append(Adjustment("max_tokens", "moved", f"{endpoint.name} requires a limit; the "
                                          "model's own is sent.", str(limit)))
        rule = rules.get("reasoning_effort")
        if isinstance(effort, str) and rule is not None and (effort != "none" or rule.state == "refused"):
            kept, notes_on_effort = apply({"reasoning_effort": effort}, rules)
            adjustments += notes_on_effort
            effort = kept.get("reasoning_effort") if rule.state != "refused" else None
        if isinstance(effort, str):
            thinking, notes_on_budget = _thinking(effort, fields, info)
            fields.update(thinking)
            adjustments += notes_on_budget
        adjustments += _without_sampling(fields, request.extra_body)
        messages, changes = _messages(request, endpoint, info)
        adjustments += changes
        body: JsonObject = {"model": request.model.model, "messages": anthropic_messages(
            replace(request, messages=messages), endpoint.origin, bool(info.input and "pdf" in info.input))}
        adjustments += uncarried(messages, CARRIED, endpoint.name)
        given = {**endpoint.config.add_fields, **fields, **request.extra_body}
        if container := _container(given, messages, endpoint.origin):
            body["container"] = container
        if system := "\n\n".join(message_text(message.parts) for message in request.messages
                                 if message.role in ("system", "developer")):
            body["system"] = system
        if stream:
            body["stream"] = True
        body.update(fields)
        headers = {} if endpoint.preset.extra_headers else {"anthropic-version": "2023-06-01"}
        url = endpoint.url(endpoint.preset.chat_path if endpoint.preset.protocol == self.name else PATH)
        return Outgoing(url, apply_user_fields(body, endpoint, request), tuple(adjustments), headers)

    def reader(self, endpoint: Endpoint, outgoing: Outgoing) -> AnthropicReader:
        return AnthropicReader(endpoint.name, endpoint.origin)


def _messages(
    request: Request, endpoint: Endpoint, info: ModelInfo
) -> tuple[tuple[Message, ...], list[Adjustment]]:
    """Returns the messages to send: a reply that is to be continued as the model can, and every call with a result."""
    messages, changes = request.messages, list[Adjustment]()
    if not messages or blocks_to_send(messages[-1], endpoint.origin, last=True) is None:
        messages, _, changes = continuation(messages, endpoint.quirks, endpoint.name, request.model.model)
    messages, closed = with_open_calls_closed(messages)
    messages, pictures = with_pictures_shown(messages, info)
    return messages, [*changes, *closed, *pictures]


def _container(fields: Mapping[str, Json], messages: Sequence[Message], origin: str) -> str:
    """Returns the container that code is to run in, when the request lets code run or what code did goes back."""
    tools = fields.get("tools")
    runs = any(str(tool.get("type")).startswith("code_execution") for tool in tools if isinstance(tool, dict)
               ) if isinstance(tools, list) else False
    return container_of(messages, origin) if runs or ran_code(messages, origin) else ""


def _own_limit(info: ModelInfo, rules: Rules) -> int:
    """Returns the limit of a reply that the user has not limited: the model's own, or what it was found to be."""
    limit, rule = info.max_output or USUAL_LIMIT, rules.get("max_tokens")
    return min(limit, int(rule.high)) if rule is not None and rule.high is not None else limit


def _translate(fields: JsonObject, adjustments: list[Adjustment]) -> None:
    """Replaces OpenAI's parameter names with Anthropic's."""
    if "stop" in fields:
        stop = fields.pop("stop")
        fields["stop_sequences"] = [stop] if isinstance(stop, str) else stop
        adjustments.append(Adjustment("stop", "renamed", "Anthropic calls it stop_sequences.", "stop_sequences"))
    tools = fields.get("tools")
    if isinstance(tools, list):
        fields["tools"] = [_tool(tool) for tool in tools]
    choice = fields.get("tool_choice")
    if isinstance(choice, str):
        fields["tool_choice"] = {"type": "any" if choice == "required" else choice}
    elif isinstance(choice, dict) and isinstance(function := choice.get("function"), dict):
        fields["tool_choice"] = {"type": "tool", "name": function.get("name")}
    form = fields.pop("response_format", None)
    schema = form.get("json_schema") if isinstance(form, dict) else None
    if isinstance(schema, dict):
        fields["output_config"] = {"format": {"type": "json_schema", "schema": schema.get("schema")}}
        adjustments.append(Adjustment("response_format", "moved", "Anthropic expects it in another field.",
                                      "output_config"))
    elif isinstance(form, dict) and form.get("type") == "json_object":
        adjustments.append(Adjustment("response_format", "dropped",
                                      "Anthropic has no JSON mode without a schema."))


def _tool(tool: Json) -> Json:
    function = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(function, dict):
        return tool  # already in Anthropic's form
    own: JsonObject = {"name": function.get("name"),
                       "input_schema": function.get("parameters") or {"type": "object"}}
    if "description" in function:
        own["description"] = function["description"]
    return own


def _thinking(effort: str, fields: JsonObject, info: ModelInfo) -> tuple[JsonObject, list[Adjustment]]:
    """Returns the fields that ask for reasoning, and a note when the limit of the reply leaves no room for it.

    It is an effort for models that know only that, else a budget of tokens, which must be below the limit.
    """
    kinds = {option.get("type") for option in info.reasoning_options}
    if effort == "none":
        return {"thinking": {"type": "disabled"}}, []
    if "effort" in kinds and "budget_tokens" not in kinds:
        config = fields.get("output_config")
        known = config if isinstance(config, dict) else {}
        return {"thinking": {"type": "adaptive"},
                "output_config": {**known, "effort": _EFFORTS.get(effort, effort)}}, []
    most = fields.get("max_tokens")
    tokens = max(_LEAST_BUDGET, budget(effort, info.reasoning_options))
    if is_number(most) and most <= _LEAST_BUDGET:
        return {}, [Adjustment("reasoning_effort", "dropped", "Anthropic lets a model think with "
                               f"{_LEAST_BUDGET} tokens or more, which must be fewer than max_tokens.")]
    if is_number(most) and tokens >= most:
        tokens = max(_LEAST_BUDGET, int(most) // 2)
    return {"thinking": {"type": "enabled", "budget_tokens": tokens}}, []


def _without_sampling(fields: JsonObject, extra: Mapping[str, Json]) -> list[Adjustment]:
    """Removes the parameters that the API refuses while the model thinks."""
    thinking = extra.get("thinking", fields.get("thinking"))
    if not isinstance(thinking, dict) or thinking.get("type") == "disabled":
        return []
    gone = [name for name, fits in _BESIDE_THINKING.items() if name in fields and not fits(fields[name])]
    for name in gone:
        del fields[name]
    return [Adjustment(name, "dropped", f"Anthropic does not take this {name} while the model thinks.")
            for name in gone]


def anthropic_messages(request: Request, origin: str = "", pdf: bool = False) -> list[Json]:
    """Returns ``messages``: content blocks, tool results in the user's turn, reasoning with its signature.

    Blocks that came from ``origin`` go back as they came; ``pdf``: the model reads PDF files.
    """
    wire: list[JsonObject] = []
    for at, message in enumerate(request.messages):
        if message.role in ("system", "developer"):
            continue
        role = "assistant" if message.role == "assistant" else "user"
        last = at == len(request.messages) - 1
        blocks = blocks_to_send(message, origin, last)
        if blocks is None:
            blocks = _Blocks(request, pdf).of(message, last)
        if not blocks:
            continue
        if wire and wire[-1]["role"] == role and isinstance(content := wire[-1]["content"], list):
            content += blocks
        else:
            wire.append({"role": role, "content": blocks})
    for entry in wire:
        content = entry["content"]
        if isinstance(content, list) and len(content) == 1 and isinstance(block := content[0], dict) and (
                block.keys() == {"type", "text"}):
            entry["content"] = block["text"]
    end = wire[-1] if wire else None
    if end is not None and end["role"] == "assistant" and isinstance(text := end["content"], str):
        end["content"] = text.rstrip()  # a prefill may not end in blank space
    return list(wire)


class _Blocks:
    """Makes content blocks of parts."""

    def __init__(self, request: Request, pdf: bool) -> None:
        self._blobs, self._provider, self._pdf = request.blobs, f"{request.model.provider}/", pdf

    def of(self, message: Message, last: bool) -> list[Json]:
        with_tools = any(isinstance(part, ToolCall) for part in message.parts)
        blocks: list[Json] = []
        # Results come first in the turn that answers a call.
        for part in sorted(message.parts, key=lambda part: not isinstance(part, ToolResult)):
            if isinstance(part, Reasoning):
                # Only the server that signed it can read it. With tools it must go back; at the beginning of a reply
                # that goes on it must not.
                if with_tools or (not last and message.model.startswith(self._provider)):
                    blocks += thinking_of(part)
            elif isinstance(part, carried_in(message, CARRIED)):
                blocks += self._block(part)
        return blocks

    def _block(self, part: Part) -> Sequence[Json]:
        match part:
            case Text(text=text):
                return [{"type": "text", "text": text}] if text.strip() else []
            case File(blob=blob) if blob is not None and self._pdf and (
                    blob.mime == "application/pdf" and blob.sha256 in self._blobs):
                return [{"type": "document", "source": self._base64(blob), "title": part.name}]
            case File():
                return [{"type": "text", "text": file_text(part)}]
            case Image(blob=blob) if blob is not None and blob.sha256 in self._blobs:
                return [{"type": "image", "source": self._base64(blob)}]
            case Image(url=url):
                return [{"type": "image", "source": {"type": "url", "url": url}}] if url else []
            case ToolCall():
                return [{"type": "tool_use", "id": part.id, "name": part.name, "input": _arguments(part)}]
            case ToolResult():
                result: JsonObject = {"type": "tool_result", "tool_use_id": part.call_id, "content": part.text}
                return [{**result, "is_error": True} if part.is_error else result]
            case Reasoning() | Audio() | Citation() | Failure() | Unknown():
                return []
            case _:
                assert_never(part)

    def _base64(self, blob: Blob) -> JsonObject:
        data = base64.b64encode(self._blobs[blob.sha256]).decode()
        return {"type": "base64", "media_type": blob.mime, "data": data}


def _arguments(call: ToolCall) -> Json:
    try:
        found: Json = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
