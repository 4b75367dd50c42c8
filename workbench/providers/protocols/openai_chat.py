"""OpenAI's chat completions: what most providers and all local servers speak.

Source of the wire format: the OpenAI API reference; of the deviations: the quirks in providers.json.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.records import Adjustment
from workbench.core.request.models import ModelInfo
from workbench.core.request.requests import Request
from workbench.providers.endpoints.endpoint import Endpoint
from workbench.providers.limits.dialect import Rules, apply
from workbench.providers.wire.protocol import Outgoing

from .chat_messages import CARRIED, takes_pdf, wire_messages
from .chat_reader import ChatReader
from .open_calls import with_open_calls_closed
from .prefill import continuation, repeated_beginning
from .reasoning_effort import effort_fields
from .reply_pictures import with_pictures_shown
from .uncarried import uncarried


class OpenAIChat:
    """The protocol ``openai-chat``."""

    name = "openai-chat"

    def outgoing(self, endpoint: Endpoint, request: Request, info: ModelInfo, rules: Rules) -> Outgoing:
        body, adjustments = chat_body(endpoint, request, info, rules)
        return Outgoing(chat_url(endpoint, info), body, tuple(adjustments))

    def reader(self, endpoint: Endpoint, outgoing: Outgoing) -> ChatReader:
        audio = outgoing.body.get("audio")
        form = audio.get("format") if isinstance(audio, dict) else None
        return ChatReader(endpoint.quirks, endpoint.name, form if isinstance(form, str) else "wav",
                          repeated_beginning(outgoing.body, endpoint.quirks),
                          several=outgoing.body.get("n") not in (None, 1))


def chat_url(endpoint: Endpoint, info: ModelInfo) -> str:
    """Returns the address of the chat call.

    Some hosts serve each family of models under a path of its own, unless the user entered another address.
    """
    preset = endpoint.preset
    if preset.routes and endpoint.base_url == preset.base_url:
        prefix = info.extra.get("path") or next(
            (route["prefix"] for route in preset.routes if re.search(route["match"], info.ref.model)), None)
        if prefix:
            return f"{endpoint.site}{prefix}{preset.chat_path}"
    return endpoint.url(preset.chat_path)


def chat_body(
    endpoint: Endpoint, request: Request, info: ModelInfo, rules: Rules
) -> tuple[JsonObject, list[Adjustment]]:
    """Returns the JSON of a request, and the adjustments that made it fit."""
    quirks = endpoint.quirks
    params = dict(request.params)
    stream = params.pop("stream", True) is not False and not _refused(rules, "stream")
    effort = params.get("reasoning_effort")
    fields, adjustments = apply(params, rules)
    if isinstance(effort, str) and isinstance(allowed := fields.get("reasoning_effort"), str):
        del fields["reasoning_effort"]
        own = effort_fields(quirks.get("reasoning_request"), allowed, info.reasoning_options,
                            quirks.get("thinking_budget") or ())
        if set(own) != {"reasoning_effort"}:
            adjustments.append(Adjustment("reasoning_effort", "moved", f"{endpoint.name} has fields of its own for it.",
                                          ", ".join(own)))
        fields.update(own)
    _reshape(fields, quirks)
    messages, prefill, changes = continuation(request.messages, quirks, endpoint.name, request.model.model)
    messages, closed = with_open_calls_closed(messages)
    messages, pictures = with_pictures_shown(messages, info)
    wire = wire_messages(messages, request.blobs, quirks, takes_pdf(info, quirks), request.model.provider)
    if prefill and wire and isinstance(wire[-1], dict):
        wire[-1].update(prefill.get("message", {}))
        fields.update(prefill.get("body", {}))
    body: JsonObject = {"model": request.model.model, "messages": wire}
    if not stream:
        fields.pop("stream_options", None)
    else:
        body["stream"] = True
        if (quirks.get("stream_usage") == "include_usage" and quirks.get("send_stream_options", True)
                and not _refused(rules, "stream_options")):
            body["stream_options"] = {"include_usage": True}
    body.update(fields)
    body.update(_replay_thinking(body, quirks))
    notes = uncarried(messages, CARRIED, endpoint.name)
    return apply_user_fields(body, endpoint, request), [*adjustments, *changes, *closed, *pictures, *notes]


def apply_user_fields(body: JsonObject, endpoint: Endpoint, request: Request) -> JsonObject:
    """Applies the user's own additions and removals: the provider's, then the request's (None removes)."""
    body.update(endpoint.config.add_fields)
    body.update(request.extra_body)
    gone = {name for name, value in request.extra_body.items() if value is None}
    for name in gone | set(endpoint.config.remove_fields):
        body.pop(name, None)
    return body


def _replay_thinking(body: JsonObject, quirks: Mapping[str, Json]) -> JsonObject:
    """Returns the field without which the server drops the reasoning that is sent back to it (Z.ai)."""
    wanted, asked, messages = quirks.get("replay_thinking"), body.get("thinking"), body["messages"]
    known: JsonObject = asked if isinstance(asked, dict) else {}
    sent = any(isinstance(message, dict) and "reasoning_content" in message
               for message in messages) if isinstance(messages, list) else False
    return {"thinking": {**wanted, **known}} if isinstance(wanted, dict) and sent else {}


def _refused(rules: Rules, name: str) -> bool:
    return name in rules and rules[name].state == "refused"


def _reshape(fields: JsonObject, quirks: Mapping[str, Json]) -> None:
    """Gives values the shape that the server expects."""
    if quirks.get("logprobs_is_int") and (fields.get("logprobs") or "top_logprobs" in fields):
        top = fields.pop("top_logprobs", None)
        fields["logprobs"] = top if isinstance(top, int) and top > 0 else 1
    if quirks.get("stop_must_be_array") and isinstance(fields.get("stop"), str):
        fields["stop"] = [fields["stop"]]
