"""The abilities of the built-in models, as data that is quick to load at the start."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.core.ports.providers import Limit
from workbench.core.reply.usage import Price
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.parameters import by_name
from workbench.providers.endpoints.presets import BUILTIN

CONTEXT = {"guide": 32_768, "ngram": 131_072}
"""Tokens of prompt and answer together, by model."""

MOST_CHOICES = 32
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_LARGE = 2**63
WHOLE: Mapping[str, tuple[float, float]] = {
    "max_tokens": (1, _LARGE), "max_completion_tokens": (1, _LARGE), "min_tokens": (0, _LARGE),
    "n": (1, MOST_CHOICES), "seed": (-_LARGE, _LARGE), "top_logprobs": (0, 20), "top_k": (-1, _LARGE),
}
DECIMAL: Mapping[str, tuple[float, float]] = {
    "temperature": (0, 2), "top_p": (0, 1), "min_p": (0, 1), "typical_p": (0, 1),
    "frequency_penalty": (-2, 2), "presence_penalty": (-2, 2), "repetition_penalty": (0.01, 10),
    "tokens_per_second": (0.01, 1_000_000),
}
RANGES: Mapping[str, tuple[float, float]] = {**WHOLE, **DECIMAL}

_ALIKE = {"model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "stop",
          "user", "metadata", "tokens_per_second"}
SUPPORTED: Mapping[str, frozenset[str]] = {
    "guide": frozenset(_ALIKE | {"reasoning_effort"}),
    "ngram": frozenset(_ALIKE | set(RANGES) | {
        "ignore_eos", "logit_bias", "logprobs", "parallel_tool_calls", "response_format", "tool_choice", "tools",
    }),
}
"""By model: the parameters that do something, or that carry nothing to be done (``user``, ``metadata``)."""


def limits(ref: ModelRef) -> Mapping[str, Limit]:
    """Returns a model's limits: parameters that it has no use for, which the reply names, and narrower ranges."""
    own = SUPPORTED.get(ref.model)
    if own is None:
        return {}
    known = by_name().keys() | frozenset[str]().union(*SUPPORTED.values())
    limits = {name: Limit(name, "refused", _reason(ref.model, name), "facts") for name in known - own}
    ranges = {name: RANGES[name] for name in ("n", "repetition_penalty") if name in own}
    return limits | {
        name: Limit(name, "range", f"The built-in model accepts {low:g} to {high:g}.", "facts", "", low, high)
        for name, (low, high) in ranges.items()
    }


def _reason(model: str, name: str) -> str:
    if model == "guide":
        return "The guide looks answers up in the help pages; it does not sample."
    if name in SUPPORTED["guide"]:
        return "The n-gram model does not think before it answers."
    return "The n-gram model has no use for this."


def info(name: str) -> ModelInfo:
    """Returns what is known of a model, by its name without the provider."""
    guide = name == "guide"
    return ModelInfo(
        ModelRef(BUILTIN, name),
        name="Guide" if guide else "N-gram",
        family=name,
        context=CONTEXT[name],
        price=Price(input=0.0, output=0.0),
        input=("text",),
        output=("text",),
        tool_call=not guide,
        reasoning=guide,
        reasoning_options=({"type": "effort", "values": list(EFFORTS)},) if guide else (),
        structured_output=not guide,
        temperature=not guide,
        source="server",
        accepts=dict.fromkeys(sorted(SUPPORTED[name]), "yes"),
    )
