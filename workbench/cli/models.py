"""``workbench models``: models with their context, price and abilities."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from workbench.core.errors import BadInput, KeyringUnavailable, ProviderError
from workbench.core.request.models import ModelInfo
from workbench.core.services import Services
from workbench.providers.catalogue.listings import MOST_MODELS

from .output import DONE, exit_code, result_json, say, table


async def run(args: argparse.Namespace, services: Services) -> int:
    ids = [config.id for config in services.providers.configs()]
    if args.provider and args.provider not in ids:
        raise BadInput(f"There is no provider {args.provider}. Configured are: {', '.join(ids)}.")
    models: list[ModelInfo] = []
    code = DONE
    for provider in [args.provider] if args.provider else ids:
        try:
            found = await services.providers.models(provider, refresh=args.refresh)
            if not found:
                say(f"{provider}: it lists no models. A model whose name you know can be asked all the same.")
            elif len(found) >= MOST_MODELS:
                say(f"{provider}: it lists {MOST_MODELS} models or more, and no more are read. Others can be asked by "
                    "their names.")
            models += found
        except (ProviderError, BadInput, KeyringUnavailable) as error:  # the others are listed all the same
            say(f"{provider}: {error}")
            code = exit_code(error)
    if args.json:
        result_json([_as_json(model) for model in models])
    else:
        table([_row(model) for model in models])
    return code


def _row(model: ModelInfo) -> Sequence[str]:
    price = model.price
    known = price is not None and price.input is not None and price.output is not None
    cost = f"${price.input:g} / ${price.output:g}" if price and known else "–"
    abilities = [name for name, value in (
        ("images", model.takes_images), ("tools", model.tool_call), ("reasoning", model.reasoning),
    ) if value]
    if model.shutdown:
        abilities.append(f"ends {model.shutdown}")
    return str(model.ref), tokens(model.context), cost, ", ".join(abilities)


def tokens(count: int | None) -> str:
    """Writes a number of tokens shortly: 4096 → 4k, 1000000 → 1M."""
    if count is None:
        return "–"
    if count >= 1_000_000:
        return f"{count / 1_000_000:.3g}M"
    return f"{round(count / 1000)}k" if count >= 1000 else str(count)


def _as_json(model: ModelInfo) -> dict[str, Any]:
    price = model.price
    return {
        "model": str(model.ref), "name": model.title, "context": model.context,
        "max_output": model.max_output,
        "price": None if price is None else {
            "input": price.input, "output": price.output, "cache_read": price.cache_read,
            "cache_write": price.cache_write,
        },
        "input": model.input, "output": model.output, "tools": model.tool_call,
        "reasoning": model.reasoning, "structured_output": model.structured_output,
        "deprecated": model.deprecated, "shutdown": model.shutdown or None, "source": model.source,
        "accepts": dict(model.accepts),
    }
