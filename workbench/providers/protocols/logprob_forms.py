"""Token probabilities in the forms that servers send."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.records import TokenChance, TokenLogprob


def logprobs_from(data: Json, delta: Mapping[str, Json]) -> tuple[TokenLogprob, ...]:
    """Returns the probabilities in one chunk or message; none when there are none.

    Forms: ``{"content": [{token, logprob, top_logprobs}]}`` (OpenAI), one such object without the list
    (mistral.rs), ``{"tokens": [], "token_logprobs": [], "top_logprobs": [{}]}`` (Together, whole answers),
    and a bare number for the token in ``delta.content`` (Together, chunks).
    """
    if isinstance(data, int | float) and not isinstance(data, bool):
        text = delta.get("content")
        return (TokenLogprob(text if isinstance(text, str) else "", float(data)),)
    if not isinstance(data, dict):
        return ()
    if isinstance(data.get("tokens"), list):
        return _columns(data)
    items = data.get("content") or data.get("refusal") or ([data] if "logprob" in data else [])
    if not isinstance(items, list):
        return ()
    return tuple(token for item in items if isinstance(item, dict) and (token := _token(item)) is not None)


def _token(item: JsonObject) -> TokenLogprob | None:
    chance = _chance(item)
    if chance is None:
        return None
    top = item.get("top_logprobs")
    others = (_chance(other) for other in top if isinstance(other, dict)) if isinstance(top, list) else ()
    return TokenLogprob(chance.token, chance.logprob, tuple(other for other in others if other is not None))


def _chance(item: JsonObject) -> TokenChance | None:
    token, logprob = item.get("token"), item.get("logprob")
    if isinstance(token, str) and isinstance(logprob, int | float):
        return TokenChance(token, float(logprob))
    return None


def _columns(data: JsonObject) -> tuple[TokenLogprob, ...]:
    def column(name: str) -> list[Json]:
        value = data.get(name)
        return value if isinstance(value, list) else []

    tokens, logprobs, tops = column("tokens"), column("token_logprobs"), column("top_logprobs")
    found = []
    for at, (token, logprob) in enumerate(zip(tokens, logprobs, strict=False)):
        if isinstance(token, str) and isinstance(logprob, int | float):
            top = tops[at] if at < len(tops) else None
            others = tuple(TokenChance(name, float(value)) for name, value in top.items()
                           if isinstance(value, int | float)) if isinstance(top, dict) else ()
            found.append(TokenLogprob(token, float(logprob), others))
    return tuple(found)
