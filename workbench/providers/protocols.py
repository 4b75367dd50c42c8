"""The protocols by name. To add one, write its module and add a line here."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.core.errors import BadInput

from .endpoint import Endpoint
from .openai_chat import OpenAIChat
from .wire import WireProtocol

PROTOCOLS: Mapping[str, WireProtocol] = {
    protocol.name: protocol for protocol in (OpenAIChat(),)
}


def protocol_for(endpoint: Endpoint, info: object) -> tuple[WireProtocol, Endpoint]:
    """Raises ``BadInput`` for a name of no protocol."""
    if endpoint.protocol not in PROTOCOLS:
        raise BadInput(f"There is no protocol “{endpoint.protocol}”. Known are {', '.join(PROTOCOLS)}.")
    return PROTOCOLS[endpoint.protocol], endpoint
