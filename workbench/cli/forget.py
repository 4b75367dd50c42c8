"""``workbench forget``: drops what was learned of a model's parameters."""

from __future__ import annotations

import argparse

from workbench.core.services import Services

from .output import DONE, result


async def run(args: argparse.Namespace, services: Services) -> int:
    ref = services.providers.resolve(args.model)
    forgotten = await services.providers.forget(ref, args.parameter)
    if forgotten == "facts":
        result(f"{args.parameter} is sent to {ref} from now on. “workbench forget {ref}” takes that back.")
    elif forgotten == "nothing":
        about = f"{args.parameter} at {ref}" if args.parameter else str(ref)
        result(f"Nothing was learned of {about}. “workbench providers show {ref.provider}” lists what was.")
    elif args.parameter:
        result(f"What was learned of {args.parameter} at {ref} is forgotten.")
    else:
        result(f"What was learned of {ref} is forgotten.")
    return DONE
