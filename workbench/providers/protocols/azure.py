"""Azure OpenAI, in both forms of address; bodies and answers are those of OpenAI's chat completions.

The new form is ``…/openai/v1`` with the deployment as model; the older one has the deployment and an
``api-version`` in the address.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

from workbench.core.request.models import ModelInfo
from workbench.core.request.requests import Request
from workbench.providers.endpoints.endpoint import Endpoint
from workbench.providers.limits.dialect import Rules
from workbench.providers.wire.protocol import Outgoing

from .chat_reader import ChatReader
from .openai_chat import OpenAIChat

API_VERSION = "2024-10-21"
"""The newest stable version of the older form, used when the user names none."""


class Azure:
    """The protocol ``azure``. The base URL tells the form.

    One that ends in ``/v1`` is the new form. A bare resource, ``/openai`` or ``/openai/deployments/NAME`` is the older
    one, where a name in it is kept.
    """

    name = "azure"

    def outgoing(self, endpoint: Endpoint, request: Request, info: ModelInfo, rules: Rules) -> Outgoing:
        out = OpenAIChat().outgoing(endpoint, request, info, rules)
        return replace(out, url=azure_url(endpoint, request.model.model))

    def reader(self, endpoint: Endpoint, outgoing: Outgoing) -> ChatReader:
        return OpenAIChat().reader(endpoint, outgoing)


def azure_url(endpoint: Endpoint, deployment: str) -> str:
    """Returns the address of the chat call for a deployment."""
    if endpoint.base_url.endswith("/v1"):
        return endpoint.url("/chat/completions")
    base = endpoint.base_url
    if not re.search(r"/deployments/[^/]+$", base):
        site = re.sub(r"/openai(/deployments)?$", "", base)
        base = f"{site}/openai/deployments/{quote(deployment, safe='')}"
    query = endpoint.query
    if "api-version=" not in query:
        version = endpoint.config.variables.get("api_version") or API_VERSION
        query = f"{query}&api-version={version}".lstrip("&")
    return f"{base}/chat/completions?{query}"
