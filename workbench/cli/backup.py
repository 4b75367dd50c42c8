"""``workbench backup`` and ``restore``: the whole store in one file."""

from __future__ import annotations

import argparse

from workbench.core.enter_again import enter_again
from workbench.core.services import Services

from .output import DONE, result, say


async def run(args: argparse.Namespace, services: Services) -> int:
    if args.command == "backup":
        await services.store.backup(args.path)
        result(f"{args.path} ({args.path.stat().st_size / 1e6:.1f} MB)")
        return DONE
    missing = await services.store.restore(args.path, "replace" if args.replace else "merge")
    services.settings.reload()
    if args.replace:
        say("What was there before is kept among the backups in the data folder.")
    result(f"{'Replaced everything by' if args.replace else 'Merged'} {args.path}.")
    if sentence := await enter_again(services, missing):
        say(sentence)
    return DONE
