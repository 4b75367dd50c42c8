"""The registry of protocols, by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from workbench.core.errors import BadInput, Refused
from workbench.core.request.models import ModelInfo
from workbench.providers.endpoints.endpoint import Endpoint
from workbench.providers.wire.protocol import WireProtocol

from .ace_conversations import AceConversations
from .anthropic_messages import AnthropicMessages
from .azure import Azure
from .openai_chat import OpenAIChat

PROTOCOLS: Mapping[str, WireProtocol] = {
    protocol.name: protocol
    for protocol in (
        OpenAIChat(), AnthropicMessages(), Azure(),
        AceConversations("ace-conversations", "/aichat/conversations", "question"),
        AceConversations("ace-conversations-2", "/aichat2/conversations", "message"),
    )
}


def protocol_for(endpoint: Endpoint, info: ModelInfo) -> tuple[WireProtocol, Endpoint]:
    """Returns how to ask a model at an endpoint, and where: some hosts serve single models by another protocol.

    Raises ``BadInput`` for an unknown protocol, and ``Refused`` for a model that no protocol here reaches.
    """
    if endpoint.protocol not in PROTOCOLS:
        raise BadInput(f"There is no protocol “{endpoint.protocol}”. Known are {', '.join(PROTOCOLS)}.")
    if endpoint.protocol in ("openai-chat", "azure") and _only_responses(endpoint, info):
        raise Refused(f"{info.title} answers only on OpenAI's Responses API, which this program does "
                      "not speak. Choose another model.", "model")
    if endpoint.protocol == "openai-chat" and info.extra.get("api") == "messages":
        return PROTOCOLS["anthropic-messages"], replace(endpoint, base_url=endpoint.site)
    return PROTOCOLS[endpoint.protocol], endpoint


def _only_responses(endpoint: Endpoint, info: ModelInfo) -> bool:
    models = endpoint.quirks.get("responses_models")
    return info.extra.get("api") == "responses" or bool(models and re.search(models, info.ref.model))
