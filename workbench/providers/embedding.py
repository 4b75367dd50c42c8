"""Embeddings from servers that have OpenAI's ``/embeddings``: vectors that are near for texts of like meaning."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from workbench.core.errors import BadInput, NotAnAnswer
from workbench.core.json_types import Json, is_number
from workbench.core.ports.providers import Embeddings
from workbench.core.reply.usage import Price, Usage
from workbench.core.request.models import ModelRef

from .endpoints.endpoint import Endpoint
from .endpoints.presets import BUILTIN
from .targets import Targets

_OFFERED_BY = ("openai-chat", "openai-responses", "azure")
"""Protocols whose servers may have them; Anthropic's has none."""


class TextEmbedding:
    """Asks for embeddings."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets

    async def embed(self, ref: ModelRef, texts: Sequence[str]) -> Embeddings:
        """Returns the vectors of texts, asked for in one request. Raises ``BadInput``, ``ProviderError`` or
        ``KeyringUnavailable``."""
        if ref.provider == BUILTIN:
            raise BadInput("The built-in models give no embeddings. Choose an embedding model of another provider.")
        from .http.fetch import fetch_json

        endpoint, client, key = await self._targets.connection(ref)
        if endpoint.protocol not in _OFFERED_BY:
            raise BadInput(f"{endpoint.name} gives no embeddings. Choose an embedding model of another provider.")
        answer = await fetch_json(endpoint, client, key, _url(endpoint, ref.model),
                                  body={"model": ref.model, "input": list(texts)})
        return Embeddings(_vectors(answer, len(texts), endpoint.name), _cost(answer, self._targets.price(ref)))


def _url(endpoint: Endpoint, model: str) -> str:
    if endpoint.protocol == "azure":
        from .protocols.azure import azure_url

        return azure_url(endpoint, model).replace("/chat/completions", "/embeddings", 1)
    return endpoint.url("/embeddings")


def _vectors(answer: Json, count: int, name: str) -> Sequence[Sequence[float]]:
    """Returns the vectors of an answer in the order of their texts. Raises ``NotAnAnswer``."""
    data = answer.get("data") if isinstance(answer, dict) else None
    rows = [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
    found: dict[int, list[float]] = {}
    for place, row in enumerate(rows):
        index, vector = row.get("index", place), row.get("embedding")
        if isinstance(index, int) and isinstance(vector, list) and vector and all(map(is_number, vector)):
            found[index] = [float(str(value)) for value in vector]
    if sorted(found) != list(range(count)) or len({len(vector) for vector in found.values()}) > 1 or not all(
            math.hypot(*vector) for vector in found.values()):
        raise NotAnAnswer(f"{name} answered with no embeddings. Check that the model is one for embeddings.",
                          "not_an_answer")
    return [found[index] for index in range(count)]


def _cost(answer: Json, price: Price | None) -> float | None:
    from .protocols.usage_forms import usage_from

    counted = answer.get("usage") if isinstance(answer, dict) else None
    usage = usage_from(counted) if isinstance(counted, dict) else None
    if usage is None or usage.cost is not None:
        return usage.cost if usage else None
    return replace(price, output=price.output or 0.0).cost(Usage(usage.input, 0)) if price else None
