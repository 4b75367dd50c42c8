"""The registry of protocols, by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from types import MappingProxyType

from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.request.models import ModelInfo
from workbench.providers.endpoints.endpoint import Endpoint
from workbench.providers.limits.learned_limits import PROTOCOL_LESSON
from workbench.providers.wire.protocol import WireProtocol

from .ace_conversations import AceConversations
from .anthropic_messages import AnthropicMessages
from .azure import Azure
from .openai_chat import OpenAIChat
from .openai_responses import NAME, OpenAIResponses, responses_endpoint

PROTOCOLS: Mapping[str, WireProtocol] = {
    protocol.name: protocol
    for protocol in (
        OpenAIChat(), OpenAIResponses(), AnthropicMessages(), Azure(),
        AceConversations("ace-conversations", "/aichat/conversations", "question"),
        AceConversations("ace-conversations-2", "/aichat2/conversations", "message"),
    )
}


def protocol_for(
    endpoint: Endpoint, info: ModelInfo, learned: Mapping[str, Json] = MappingProxyType({})
) -> tuple[WireProtocol, Endpoint]:
    """Returns how to ask a model at an endpoint, and where: some hosts serve single models by another protocol.

    ``learned`` are the lessons about the model there. Raises ``BadInput`` for an unknown protocol.
    """
    if endpoint.protocol not in PROTOCOLS:
        raise BadInput(f"There is no protocol “{endpoint.protocol}”. Known are {', '.join(PROTOCOLS)}.")
    if endpoint.protocol == NAME or (
            endpoint.protocol in ("openai-chat", "azure") and _wants_responses(endpoint, info, learned)):
        return over_responses(endpoint)
    if endpoint.protocol == "openai-chat" and info.extra.get("api") == "messages":
        return PROTOCOLS["anthropic-messages"], replace(endpoint, base_url=endpoint.site)
    return PROTOCOLS[endpoint.protocol], endpoint


def over_responses(endpoint: Endpoint) -> tuple[WireProtocol, Endpoint]:
    """Returns how and where models of an endpoint are asked over the Responses API."""
    return PROTOCOLS[NAME], responses_endpoint(endpoint)


def _wants_responses(endpoint: Endpoint, info: ModelInfo, learned: Mapping[str, Json]) -> bool:
    """Returns whether a model is asked over the Responses API: by the user's choice, the facts, or a lesson.

    The last name in the user's list that fits counts; with “!” before it the model is asked over chat completions.
    """
    for name in reversed(endpoint.config.responses_models):
        if fnmatchcase(info.ref.model, name.removeprefix("!")):
            return not name.startswith("!")
    models = endpoint.quirks.get("responses_models")
    return (info.extra.get("api") == "responses" or bool(models and re.search(models, info.ref.model, re.IGNORECASE))
            or PROTOCOL_LESSON in learned)
