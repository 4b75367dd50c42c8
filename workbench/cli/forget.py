"""``workbench forget``: drops what was learned of a model's parameters."""

from __future__ import annotations

import argparse

from workbench.core.services import Services

from .output import DONE, result


async def run(args: argparse.Namespace, services: Services) -> int:
    ref = services.providers.resolve(args.model)
    await services.providers.forget(ref, args.parameter)
    if args.parameter:
        result(f"What was learned of {args.parameter} at {ref} is forgotten.")
    else:
        result(f"What was learned of {ref} is forgotten.")
    return DONE
