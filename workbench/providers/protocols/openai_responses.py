"""OpenAI's Responses API: requests.

Sources: OpenAI's OpenAPI document 2.3.0, the Open Responses specification, and what servers say of their own form.
Which servers differ how is in ``responses`` of their quirks; see ``resources/providers.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import BY_SERVER, ToolCall
from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.records import Adjustment
from workbench.core.request.models import ModelInfo
from workbench.core.request.requests import Request
from workbench.providers.endpoints.endpoint import Endpoint
from workbench.providers.limits.dialect import Rules, apply
from workbench.providers.wire.protocol import Outgoing

from .chat_messages import takes_pdf
from .open_calls import UNTOLD, with_open_calls_closed
from .openai_chat import apply_user_fields
from .prefill import continuation
from .responses_items import CARRIED, RESPONSE, SOURCE, input_items, instructions_of
from .responses_reader import ResponsesReader
from .uncarried import uncarried

NAME = "openai-responses"
PATH = "/responses"

_ABSENT = ("n", "seed", "stop", "presence_penalty", "frequency_penalty", "logit_bias", "prediction", "modalities",
           "audio", "top_k", "min_p", "typical_p", "repetition_penalty")
"""Parameters of chat completions that the API lacks; ``responses.params`` names those that a server takes besides."""

_OWN = ("reasoning_summary", "truncation", "background", "max_tool_calls", "previous_response_id", "prompt_cache_key",
        "safety_identifier", "include")

_OUTPUTS = {"web_search": "web_search_call.action.sources", "file_search": "file_search_call.results",
            "code_interpreter": "code_interpreter_call.outputs"}
"""What OpenAI's own tools tell only when they are asked to."""

_ELSEWHERE = "The Responses API expects it in another field."


def responses_endpoint(endpoint: Endpoint) -> Endpoint:
    """Returns an endpoint as it is over the Responses API, where parameters have other names and some are absent."""
    quirks = endpoint.quirks
    known = quirks.get("responses") or {}
    taken = known.get("params") or ()
    own: dict[str, Any] = {
        "max_tokens_field": "max_output_tokens", "seed_field": "seed", "renames": {}, "reasoning_request": None,
        "absent_params": [name for name in _ABSENT if name not in taken],
        "unsupported_params": [*(quirks.get("unsupported_params") or ()), *(known.get("refused") or ())],
        "extra_params": [*(quirks.get("extra_params") or ()), *_OWN], "logprobs_is_int": False,
    }
    return replace(endpoint, protocol=NAME, preset=replace(endpoint.preset, quirks={**quirks, **own}))


class OpenAIResponses:
    """The protocol ``openai-responses``."""

    name = NAME

    def outgoing(self, endpoint: Endpoint, request: Request, info: ModelInfo, rules: Rules) -> Outgoing:
        own: Mapping[str, Any] = endpoint.quirks.get("responses") or {}
        params = dict(request.params)
        stream = params.pop("stream", True) is not False and not _refused(rules, "stream")
        chained = params.pop("previous_response_id", None) is True and not _refused(rules, "previous_response_id")
        params.pop("stream_options", None)
        fields, adjustments = apply(params, rules)
        if fields.get("background") is True and not stream:
            stream = True
            adjustments.append(Adjustment("stream", "dropped", "A reply that is made in the background is streamed, so "
                                          "that it can be gone on with."))
        _translate(fields, adjustments, own)
        messages, _, changes = continuation(request.messages, {}, endpoint.name, request.model.model)
        messages, closed = with_open_calls_closed(messages)
        if all(_is_own(message, request, endpoint.origin) for message in request.messages):
            closed = [note for note in closed if note is not UNTOLD]  # it goes back as it came
        notes = uncarried(messages, CARRIED, endpoint.name)
        instructions, messages = instructions_of(messages)
        body: JsonObject = {"model": request.model.model}
        if instructions:
            body["instructions"] = instructions
        if chained:
            fields["store"] = True
            messages, fields["previous_response_id"] = _new_messages(messages, request, endpoint.origin)
            if fields["previous_response_id"] and (_refused(rules, "instructions") or own.get("instructions_once")):
                body.pop("instructions", None)  # the server has them
        body["input"] = input_items(
            replace(request, messages=messages), endpoint.origin, pdf=bool(takes_pdf(info, {"pdf": "input_file"})),
            reasoning=own.get("reasoning_items") is not False and not _refused(rules, "reasoning_items"),
            thoughts=own.get("reasoning_items") == "text")
        if _refused(rules, "reasoning_items"):
            notes.append(Adjustment("reasoning", "dropped", rules["reasoning_items"].reason))
        body["store"] = bool(fields.get("background"))
        if stream:
            body["stream"] = True
            if own.get("obfuscates"):
                body["stream_options"] = {"include_obfuscation": False}
        known = own.get("encrypted", endpoint.preset.id == "custom" and "reasoning" in fields)
        encrypted = bool(known) and info.reasoning is not False
        wanted = [] if _refused(rules, "include") else _included(fields, own, encrypted)
        fields.pop("logprobs", None)
        if wanted:
            body["include"] = wanted
        body.update({name: value for name, value in fields.items() if value is not None})
        return Outgoing(responses_url(endpoint), apply_user_fields(body, endpoint, request),
                        (*adjustments, *changes, *closed, *notes))

    def reader(self, endpoint: Endpoint, outgoing: Outgoing) -> ResponsesReader:
        limit = outgoing.body.get("max_output_tokens")
        return ResponsesReader(endpoint.name, endpoint.origin, limit if isinstance(limit, int) else None,
                               outgoing.body.get("store") is True)


def responses_url(endpoint: Endpoint) -> str:
    """Returns the address of the call. Azure has it on the newer form of its addresses only."""
    path = str((endpoint.quirks.get("responses") or {}).get("path") or PATH)
    if endpoint.preset.id == "azure" and not endpoint.base_url.endswith("/v1"):
        site = re.sub(r"/openai(/.*)?$", "", endpoint.base_url)
        return f"{site}/openai/v1{path}"
    if path.startswith("//"):  # from the site itself, unless the user entered another address
        return f"{endpoint.site}{path[1:]}" if endpoint.base_url == endpoint.preset.base_url else endpoint.url(PATH)
    return endpoint.url(path)


def _refused(rules: Rules, name: str) -> bool:
    return name in rules and rules[name].state == "refused"


def _is_own(message: Message, request: Request, origin: str) -> bool:
    """Returns whether the calls that a server made by itself are those of the server and the model that are asked."""
    made = any(isinstance(part, ToolCall) and part.extra.get(BY_SERVER) for part in message.parts)
    return not made or (message.extra.get(SOURCE) == origin and message.model == str(request.model))


def _new_messages(
    messages: tuple[Message, ...], request: Request, origin: str
) -> tuple[tuple[Message, ...], Json]:
    """Returns the messages after the last reply, and the id under which the server keeps that; else all and None."""
    for at in range(len(messages) - 1, -1, -1):
        message = messages[at]
        kept = message.extra.get(RESPONSE)
        if message.role == "assistant":
            if isinstance(kept, str) and message.extra.get(SOURCE) == origin and message.model == str(request.model):
                return messages[at + 1:], kept
            break
    return messages, None


def _translate(fields: JsonObject, adjustments: list[Adjustment], own: Mapping[str, Any]) -> None:
    """Gives chat completions' parameters their names and places."""
    for name in ("max_tokens", "max_completion_tokens"):
        if name in fields:
            fields["max_output_tokens"] = fields.pop(name)
            adjustments.append(Adjustment(name, "renamed", "The Responses API calls it max_output_tokens; it counts "
                                          "reasoning too.", "max_output_tokens"))
    least = own.get("least_output_tokens")
    asked = fields.get("max_output_tokens")
    if isinstance(least, int) and isinstance(asked, int) and asked < least:
        fields["max_output_tokens"] = least
        adjustments.append(Adjustment("max_tokens", "clamped", f"The Responses API takes no fewer than {least}.",
                                      str(least)))
    _move(fields, adjustments, "reasoning_effort", "reasoning", "effort")
    _move(fields, adjustments, "reasoning_summary", "reasoning", "summary")
    _move(fields, adjustments, "verbosity", "text", "verbosity")
    if "response_format" in fields:
        fields["response_format"] = _format(fields["response_format"])
        _move(fields, adjustments, "response_format", "text", "format")
    if isinstance(tools := fields.get("tools"), list):
        fields["tools"] = [_tool(tool) for tool in tools]
    choice = fields.get("tool_choice")
    if isinstance(choice, dict) and isinstance(function := choice.get("function"), dict):
        fields["tool_choice"] = {"type": "function", "name": function.get("name")}
    if isinstance(search := fields.pop("web_search_options", None), dict):
        known = fields.get("tools")
        fields["tools"] = [*(known if isinstance(known, list) else ()), {"type": "web_search", **search}]
        adjustments.append(Adjustment("web_search_options", "moved", _ELSEWHERE, "tools"))


def _move(fields: JsonObject, adjustments: list[Adjustment], name: str, outer: str, inner: str) -> None:
    if name not in fields:
        return
    value, known = fields.pop(name), fields.get(outer)
    fields[outer] = {**(known if isinstance(known, dict) else {}), inner: value}
    adjustments.append(Adjustment(name, "moved", _ELSEWHERE, f"{outer}.{inner}"))


def _format(form: Json) -> Json:
    """Returns a response format as the API has it: a schema without an object around it."""
    schema = form.get("json_schema") if isinstance(form, dict) else None
    return {"type": "json_schema", **schema} if isinstance(schema, dict) else form


def _tool(tool: Json) -> Json:
    """Returns a tool as the API has it. Tools of the server's own, such as ``web_search``, pass."""
    if not isinstance(tool, dict):
        return tool
    if isinstance(custom := tool.get("custom"), dict):
        return {"type": "custom", **custom}
    function = tool.get("function")
    if not isinstance(function, dict):
        return tool
    return {"type": "function", "name": function.get("name"), "description": function.get("description") or "",
            "parameters": function.get("parameters") or {"type": "object", "properties": {}},
            "strict": bool(function.get("strict"))}


def _included(fields: JsonObject, own: Mapping[str, Any], encrypted: bool) -> list[Json]:
    """Returns what to ask for that the server leaves out unless it is asked: ``encrypted`` reasoning, probabilities,
    the outputs of its tools, and what the user names."""
    asked = fields.pop("include", None)
    wanted = list(asked) if isinstance(asked, list) else []
    if encrypted:
        wanted.append("reasoning.encrypted_content")
    if own.get("obfuscates") and isinstance(tools := fields.get("tools"), list):
        kinds = [tool.get("type") for tool in tools if isinstance(tool, dict)]
        wanted += [field for kind, field in _OUTPUTS.items() if kind in kinds]
    if fields.get("logprobs") or "top_logprobs" in fields:
        wanted.append("message.output_text.logprobs")
    return list(dict.fromkeys(wanted))
