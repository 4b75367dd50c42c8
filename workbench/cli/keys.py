"""``workbench keys``: keys in the system keyring, never from an argument and never shown."""

from __future__ import annotations

import argparse
import getpass
import sys

from workbench.core.errors import BadInput
from workbench.core.services import Services

from .output import DONE, result
from .streams import read_line


async def run(args: argparse.Namespace, services: Services) -> int:
    config = next((known for known in services.providers.configs() if known.id == args.provider), None)
    if config is None:
        raise BadInput(
            f"There is no provider {args.provider}. Add it first: workbench providers add {args.provider}"
        )
    if config.needs_key is False:
        if args.action == "set":
            raise BadInput(f"{config.id} needs no key. Remove it and add it without --no-key if that has changed.")
        result(f"{config.id}: needs no key")
        return DONE
    origin = services.providers.origin(config)
    if args.action == "set":
        await services.secrets.set(config.id, origin, _read_key(config.name or config.id))
        result(f"The key for {config.id} is in the keyring ({await services.secrets.backend()}).")
    elif args.action == "remove":
        await services.secrets.remove(config.id, origin)
        result(f"The key for {config.id} is removed.")
    else:
        status, _, ending = (await services.secrets.status(config.id, origin)).partition(" ")
        result(f"{config.id}: {status}" + (f" (ends in {ending})" if ending else ""))
    return DONE


def _read_key(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Key for {name} (not shown): ")
    return read_line()
